import Images
import NeuronShapley
import Statistics

extension AdversarialDocument.Attacked {
  /// What an attack on the whole network came to.
  public init(
    _ images: RankingDocument.ImagesSummary, _ candidates: AttackCandidates, _ result: AdversarialImages, seed: UInt64
  ) {
    let count = Double(result.outcomes.count)
    self.init(
      images: images, wrong: candidates.wrongCount, ofTarget: candidates.targetCount, attacked: result.outcomes.count,
      success: .init(result.outcomes.map { $0.isSuccess ? 1 : 0 }, seed: seed),
      successUnrounded: result.successUnrounded.mean,
      meanLargestChange: result.outcomes.reduce(0) { $0 + $1.largestChange } / count,
      meanLength: result.outcomes.reduce(0) { $0 + $1.length } / count)
  }
}

extension AdversarialDocument.Share {
  /// The mean over images with its bootstrap interval; where all images agree, which the bootstrap cannot judge, Wilson's.
  init(_ values: [Double], _ bootstrap: PairedBootstrap) {
    let mean = values.reduce(0, +) / Double(values.count)
    var interval = bootstrap.interval(values)
    if let first = values.first, first == 0 || first == 1, values.allSatisfy({ $0 == first }),
      let wilson = ProportionInterval.wilson(successes: first == 1 ? values.count : 0, trials: values.count)
    {
      interval = wilson
    }
    self.init(value: mean, lower: interval.lowerBound, upper: interval.upperBound)
  }

  /// - Precondition: at least one value.
  init(_ values: [Double], seed: UInt64) { self.init(values, PairedBootstrap(count: values.count, seed: seed)) }

  /// The mean of differences, first less second, with its bootstrap interval.
  init(_ first: [Double], less second: [Double], _ bootstrap: PairedBootstrap) {
    let differences = zip(first, second).map { $0 - $1 }
    let interval = bootstrap.interval(differences)
    self.init(
      value: differences.reduce(0, +) / Double(differences.count), lower: interval.lowerBound,
      upper: interval.upperBound)
  }
}

extension AdversarialDocument.ClassSuccess {
  /// One entry a class that has attacked images, by label.
  public static func all(_ result: AdversarialImages) -> [AdversarialDocument.ClassSuccess] {
    let byLabel = Dictionary(grouping: result.outcomes, by: \.label)
    return byLabel.keys.sorted().map { label in
      let own = byLabel[label] ?? []
      var counts: [Int: Int] = [:]
      for outcome in own { counts[outcome.prediction, default: 0] += 1 }
      let commonest = counts.min { ($1.value, $0.key) < ($0.value, $1.key) }
      return .init(
        label: label, name: result.clean.className(of: label), attacked: own.count,
        succeeded: own.count { $0.isSuccess },
        commonest: commonest.map { result.clean.className(of: $0.key) } ?? "", commonestCount: commonest?.value ?? 0)
    }
  }
}

extension AdversarialDocument.Player {
  /// All players of a ranking, from the one that the attack needs most to the one that hinders it most.
  public static func all(_ ranking: RankingDocument) -> [AdversarialDocument.Player] {
    ranking.players.enumerated().sorted { ($0.element.value, $0.offset) < ($1.element.value, $1.offset) }.map {
      .init(
        player: $0.element.player, layer: $0.element.layer, channel: $0.element.channel, value: $0.element.value,
        standardError: $0.element.standardError)
    }
  }
}

extension AdversarialDocument.Removal {
  /// Summarises trials.
  ///
  /// - Parameters:
  ///   - trials: one, or one a random order; all over the same images.
  ///   - whole: the trial without a removal.
  ///   - labels: of all images.
  ///   - attacked: the labels of those that were attacked.
  ///   - bootstraps: of all images and of the attacked ones, and the seed of further ones.
  public init(
    _ order: AdversarialDocument.Order, count: Int, trials: [AttackTrial], whole: AttackTrial,
    attack: AdversarialAttack, labels: [Int], attacked: [Int],
    bootstraps: (all: PairedBootstrap, attacked: PairedBootstrap, seed: UInt64)
  ) {
    precondition(!trials.isEmpty, "something was tried")
    func right(_ predictions: [Int], _ labels: [Int]) -> [Double] { zip(predictions, labels).map { $0 == $1 ? 1 : 0 } }
    func success(_ predictions: [Int]) -> [Double] {
      zip(predictions, attacked).map { attack.succeeds(prediction: $0, label: $1) ? 1 : 0 }
    }
    // Over random orders, each image's mean: intervals are over images.
    func means(_ scores: (AttackTrial) -> [Double]) -> [Double] {
      let all = trials.map(scores)
      return all[0].indices.map { image in all.reduce(0) { $0 + $1[image] } / Double(all.count) }
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let clean = means { right($0.clean, labels) }, renewed = means { success($0.renewed) }
    let ofTarget = labels.indices.filter { labels[$0] == attack.target }
    self.init(
      order: order, count: count, orders: trials.count, removed: order == .random ? [] : trials[0].removed,
      clean: .init(clean, bootstraps.all),
      targetClass: ofTarget.isEmpty
        ? nil : .init(ofTarget.map { clean[$0] }, PairedBootstrap(count: ofTarget.count, seed: bootstraps.seed)),
      transferred: .init(means { success($0.transferred) }, bootstraps.attacked),
      transferredAccuracy: .init(means { right($0.transferred, attacked) }, bootstraps.attacked),
      renewed: .init(renewed, bootstraps.attacked),
      renewedAccuracy: .init(means { right($0.renewed, attacked) }, bootstraps.attacked),
      cleanChange: .init(clean, less: right(whole.clean, labels), bootstraps.all),
      renewedChange: .init(renewed, less: success(whole.renewed), bootstraps.attacked),
      renewedByOrder: trials.map { mean(success($0.renewed)) },
      cleanByOrder: trials.map { mean(right($0.clean, labels)) })
  }
}

extension AdversarialImages {
  /// Pictures to show: successes of different classes first, then further ones, then failures; none where the network's
  /// input is no picture.
  public func examples(count: Int) -> [AttackExample] {
    var labels: Set<Int> = []
    var chosen: [Int] = [], more: [Int] = []
    for (index, outcome) in outcomes.enumerated() where outcome.isSuccess {
      if labels.insert(outcome.label).inserted { chosen.append(index) } else { more.append(index) }
    }
    let failures = outcomes.indices.filter { !outcomes[$0].isSuccess }
    return (chosen + more + failures).prefix(count).compactMap { index in
      guard let before = clean.picture(samples: (try? clean.samples(of: index, scale: scale)) ?? [], scale: scale),
        let after = picture(of: index), let difference = difference(of: index)
      else { return nil }
      return AttackExample(
        clean: before, attacked: after, difference: difference, label: clean.className(of: outcomes[index].label),
        prediction: clean.className(of: outcomes[index].prediction), isSuccess: outcomes[index].isSuccess)
    }
  }
}
