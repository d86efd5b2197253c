import DecisionRegions

/// The head of a document of regions for the terminal.
public enum RegionsText {
  static let limit = 12

  public static func text(_ document: RegionsDocument) -> String {
    var lines = ["  \(document.source.description)", "  Positive means: \(document.thresholds).", ""]
    lines += neurons(document) + [""] + regions(document)
    for transition in document.transitions { lines += [""] + self.transition(transition, document) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func neurons(_ document: RegionsDocument) -> [String] {
    let inputs = document.inputs
    var columns: [(String, TextTable.Alignment)] = [("neuron", .left)]
    columns += inputs.indices.map { (inputs.count == 1 ? "weight" : "weight \($0 + 1)", .right) }
    columns += [("bias", .right), ("threshold", .right), ("boundary", .left), ("positive", .right)]
    columns += [("of the data", .right), ("slice agrees", .right)]
    var table = TextTable(columns)
    for neuron in document.neurons.prefix(limit) {
      let row =
        [neuron.name] + neuron.weights.map { NumberText.significant($0) } + [NumberText.significant(neuron.bias)]
        + [neuron.threshold == 0 ? "" : NumberText.significant(neuron.threshold), boundary(neuron, document)]
        + [NumberText.percent(neuron.positiveShare)]
      table.add(
        row + [neuron.positiveDataShare, neuron.agreement].map { $0.map { NumberText.percent($0) } ?? "" })
    }
    return table.lines + more(document.neurons.count, "neurons")
  }

  private static func boundary(_ neuron: RegionsDocument.Neuron, _ document: RegionsDocument) -> String {
    guard let ends = neuron.boundary else {
      return neuron.weights.allSatisfy { $0 == 0 } ? "none: constant" : "not within the range"
    }
    let text = ends.map { NumberText.significant($0) }
    guard document.isPlane else { return "\(text[0]) \(neuron.weights[0] > 0 ? "↗" : "↘")" }
    return "(\(text[0]), \(text[1])) to (\(text[2]), \(text[3]))"
  }

  private static func regions(_ document: RegionsDocument) -> [String] {
    let hasData = document.data != nil
    let order = document.regions.indices.sorted { a, b in
      guard document.isPlane else { return a < b }
      let (first, second) = (document.regions[a], document.regions[b])
      if (first.count ?? 0) != (second.count ?? 0) { return (first.count ?? 0) > (second.count ?? 0) }
      return first.measure != second.measure ? first.measure > second.measure : a < b
    }
    var table = TextTable([
      ("region", .right), ("signs", .left), ("from", .right), ("to", .right),
      (document.isPlane ? "area" : "length", .right),
      ("data", .right), ("mostly", .left),
    ])
    for index in order.prefix(limit) {
      let region = document.regions[index]
      let ends = (region.interval ?? []).map { NumberText.significant($0) }
      table.add([
        String(index), Markup.shortened(region.signs.description, to: 40), ends.first ?? "", ends.last ?? "",
        NumberText.percent(region.share), region.count.map(NumberText.grouped) ?? "", majority(region, document),
      ])
    }
    var head = "  \(NumberText.grouped(document.regions.count)) regions"
    let meetings = document.vertices.filter { !$0.isOnBorder }.count
    head += document.isPlane ? ", \(NumberText.grouped(meetings)) points where boundaries meet" : ""
    if let data = document.data {
      head += "; \(NumberText.grouped(data.total)) data points"
      if data.outside > 0 { head += ", \(NumberText.grouped(data.outside)) outside the ranges" }
      if data.onBoundary > 0 { head += ", \(NumberText.grouped(data.onBoundary)) exactly on a boundary" }
    }
    let ordering = document.isPlane ? (hasData ? ", the fullest first" : ", the largest first") : ""
    var lines = [head + ordering + ":"] + table.lines + more(document.regions.count, "regions")
    for mark in document.marks {
      let point = mark.point.map { NumberText.significant($0) }.joined(separator: ", ")
      let place = mark.region.map { "region \($0)" } ?? "outside the ranges"
      lines.append("  \(mark.name) at (\(point)): \(place), \(Markup.shortened(mark.signs.description, to: 40))")
    }
    return lines
  }

  /// The class with the most data in the region, with its share of them.
  static func majority(_ region: RegionsDocument.Region, _ document: RegionsDocument) -> String {
    guard let counts = region.classCounts, let count = region.count, count > 0,
      let first = counts.indices.max(by: { (counts[$0], -$0) < (counts[$1], -$1) })
    else { return "" }
    return "\(document.classes[first]) \(NumberText.percent(Double(counts[first]) / Double(count)))"
  }

  private static func transition(_ transition: RegionsDocument.Transition, _ document: RegionsDocument) -> [String] {
    var lines = ["  from \(transition.from) to \(transition.to):"]
    if transition.pairs.isEmpty { return lines + ["    one of them has no data within the ranges"] }
    if transition.pairs.count == 1, let pair = transition.pairs.first {
      let names = pair.flips.map { document.neurons[$0].name }
      return lines + ["    " + (names.isEmpty ? "the same region" : "flips \(names.joined(separator: ", "))")]
    }
    var table = TextTable([("  regions", .left), ("chance", .right), ("flips", .left)])
    for pair in transition.pairs.prefix(6) {
      let names = pair.flips.map { document.neurons[$0].name }
      table.add([
        "  \(pair.from) → \(pair.to)", NumberText.percent(pair.share),
        names.isEmpty ? "none" : Markup.shortened(names.joined(separator: ", "), to: 70),
      ])
    }
    lines += table.lines
    let flips = document.neurons.indices.sorted {
      let (p, q) = (transition.flipProbabilities[$0], transition.flipProbabilities[$1])
      return p != q ? p > q : $0 < $1
    }
    let likeliest = flips.prefix(4).map {
      "\(document.neurons[$0].name) \(NumberText.percent(transition.flipProbabilities[$0]))"
    }
    return lines + ["    likeliest to flip: \(likeliest.joined(separator: ", "))"]
  }

  private static func more(_ count: Int, _ what: String) -> [String] {
    count > limit ? ["    … and \(NumberText.grouped(count - limit)) more \(what)"] : []
  }
}
