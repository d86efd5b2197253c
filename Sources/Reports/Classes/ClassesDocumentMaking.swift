import NeuronShapley

extension ClassesDocument {
  /// As many classes, and players, as pictures can show.
  private static let mostShownClasses = 40, mostShownPlayers = 60, mostPairs = 20, mostShared = 100

  /// Names that tell classes apart: where two have the same, the label is added.
  package static func uniqueNames(_ classes: [(label: Int, name: String)]) -> [String] {
    var counts: [String: Int] = [:]
    for entry in classes { counts[entry.name, default: 0] += 1 }
    return classes.map { counts[$0.name] == 1 ? $0.name : "\($0.name) (\($0.label))" }
  }

  /// One entry a class.
  package static func entries(
    _ rankings: ClassRankings, _ tops: ClassTops, layers: [String], responses: FilterResponses?
  ) -> [ClassEntry] {
    var responds: [String: (what: String, effect: Double)] = [:]
    if let responses {
      for row in responses.rows {
        guard let strongest = responses.strongest(row) else { continue }
        responds[row.name] = ("\(strongest.concept.factor) \(strongest.concept.value)", strongest.effect.mean)
      }
    }
    let layerOf = rankings.players.map { player in layers.firstIndex(of: layerName(player)) ?? 0 }
    let isSmall = rankings.classes.count * rankings.players.count <= mostValues
    return rankings.classes.enumerated().map { place, ranking in
      let order = ranking.order
      func entry(_ rank: Int) -> TopPlayer {
        let player = order[rank - 1], name = rankings.players[player].name
        return TopPlayer(
          rank: rank, player: name, value: ranking.values[player], standardError: ranking.standardErrors?[player],
          tops: tops.classes[player].count, responds: responds[name]?.what, effect: responds[name]?.effect)
      }
      var positive = [Double](repeating: 0, count: layers.count), negative = positive
      for (player, value) in ranking.values.enumerated() {
        if value > 0 { positive[layerOf[player]] += value } else { negative[layerOf[player]] += value }
      }
      return ClassEntry(
        label: ranking.label, name: ranking.name, images: ranking.imageCount, draws: ranking.dealtCount,
        units: ranking.units, grandValue: ranking.grandValue, emptyValue: ranking.emptyValue,
        reliability: ranking.reliability, top: tops.sets[place].indices.map { entry($0 + 1) },
        bottom: (max(0, order.count - 3)..<order.count).reversed().map { entry($0 + 1) }, positive: positive,
        negative: negative, values: isSmall ? ranking.values : nil,
        standardErrors: isSmall ? ranking.standardErrors : nil)
    }
  }

  /// The layers' names in network order.
  package static func layers(_ players: [FilterPlayers.Player]) -> [String] {
    var names: [String] = []
    var known: Set<String> = []
    for player in players where known.insert(layerName(player)).inserted { names.append(layerName(player)) }
    return names
  }

  private static func layerName(_ player: FilterPlayers.Player) -> String { player.layer ?? "several layers" }

  /// The classes that pictures show, in an order in which structure shows, and the head of their tops.
  package static func matrix(_ rankings: ClassRankings, _ tops: ClassTops) -> (matrix: Matrix, places: [Int]) {
    let largest = rankings.classes.indices.sorted { first, second in
      let (one, two) = (rankings.classes[first].imageCount, rankings.classes[second].imageCount)
      return one != two ? one > two : first < second
    }
    let shown = largest.prefix(mostShownClasses).sorted()
    // The first of every class, then the second of every class, and so on.
    var players: [Int] = []
    for rank in 0..<tops.count {
      for place in shown where players.count < mostShownPlayers && !players.contains(tops.sets[place][rank]) {
        players.append(tops.sets[place][rank])
      }
    }
    players.sort()
    func column(_ place: Int) -> [Double] { players.map { rankings.classes[place].values[$0] } }
    let order = ClassOrder.chain(shown.map(column)).map { shown[$0] }
    let rows = players.map { player in order.map { rankings.classes[$0].values[player] } }
    let blocks = ClassOrder.blocks(rows)
    return (
      Matrix(
        players: blocks.map { rankings.players[players[$0]].name }, classes: order.map { rankings.classes[$0].name },
        values: blocks.map { rows[$0] }), order
    )
  }

  /// What tops have in common, with the matrix of the classes at `shown`.
  package static func overlap(_ rankings: ClassRankings, _ tops: ClassTops, shown: [Int]) -> Overlap {
    var pairs: [(first: Int, second: Int, count: Int)] = []
    var sum = 0, pairCount = 0
    let sets = tops.sets.map(Set.init)
    for first in sets.indices {
      for second in sets.indices where second > first {
        let count = tops.sets[first].count { sets[second].contains($0) }
        sum += count
        pairCount += 1
        if count > 0 { pairs.append((first, second, count)) }
      }
    }
    pairs.sort { ($1.count, $0.first, $0.second) < ($0.count, $1.first, $1.second) }
    let names = rankings.classes.map(\.name)
    return Overlap(
      byChance: tops.overlapByChance, mean: pairCount > 0 ? Double(sum) / Double(pairCount) : nil,
      closest: pairs.prefix(mostPairs).map {
        Overlap.Pair(first: names[$0.first], second: names[$0.second], count: $0.count)
      },
      classes: shown.map { names[$0] },
      counts: shown.map { first in shown.map { second in tops.sets[first].count { sets[second].contains($0) } } })
  }

  package static func shared(_ rankings: ClassRankings, _ tops: ClassTops) -> [SharedPlayer] {
    tops.shared.prefix(mostShared).map { player in
      SharedPlayer(
        player: rankings.players[player].name, tops: tops.classes[player].count,
        classes: tops.classes[player].prefix(mostPairs).map { rankings.classes[$0].name })
    }
  }
}

extension ClassesDocument.Removal {
  /// - Parameters:
  ///   - removed: the classes whose tops were removed.
  ///   - name: the name of a label.
  package init(
    _ removal: ClassRemoval, removed: [Int], images: RankingDocument.ImagesSummary, isSplit: Bool, count: Int,
    leftOut: Int, name: (Int) -> String
  ) {
    func accuracies(_ counts: [Int]) -> [Double] { zip(counts, removal.imageCounts).map { Double($0) / Double($1) } }
    func change(_ score: MeanScore?) -> Change? {
      score.map { Change(mean: $0.mean, standardError: $0.standardError, images: $0.imageCount) }
    }
    let before = accuracies(removal.correctBefore)
    self.init(
      images: images, isSplit: isSplit, count: count,
      classes: removal.labels.indices.map { place in
        Tested(
          label: removal.labels[place], name: name(removal.labels[place]), images: removal.imageCounts[place],
          accuracy: before[place])
      },
      rows: zip(removed, removal.effects).map { label, effect in
        Row(
          label: label, name: name(label), accuracies: accuracies(effect.correctCounts), own: change(effect.ownChange),
          others: change(effect.otherChange))
      },
      random: removal.random.enumerated().map { place, effect in
        Row(
          label: nil, name: "random \(place + 1)", accuracies: accuracies(effect.correctCounts), own: nil,
          others: change(effect.otherChange))
      }, leftOut: leftOut)
  }
}
