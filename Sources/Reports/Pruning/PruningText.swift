/// Renders a pruning for a terminal.
public enum PruningText {
  /// More layers than this, and only those that lost most are listed.
  private static let mostLayers = 12

  public static func text(_ document: PruningDocument) -> String {
    var lines = ["  \(document.file) → \(document.output)", "  \(filters(document))", ""]
    var totals = TextTable([("", .left), ("before", .right), ("after", .right), ("left", .right)])
    for (name, change) in [
      ("filters", document.filterCount), ("parameters", document.parameters),
      ("multiply-adds", document.multiplyAdds), ("bytes of the file", document.fileBytes),
    ] {
      totals.add([
        name, NumberText.grouped(change.before), NumberText.grouped(change.after), NumberText.percent(change.share),
      ])
    }
    let speed = document.speed
    totals.add([
      "ms an image", NumberText.significant(speed.before), NumberText.significant(speed.after),
      "\(NumberText.fixed(speed.ratio, decimals: 2)) × as fast",
    ])
    lines += totals.lines
    if let performance = document.performance { lines += [""] + scores(performance).lines }
    lines += ["", "  \(check(document.check))"]
    let reasons = kept(document.filters)
    if !reasons.isEmpty { lines += [""] + reasons.map { "  \($0)" } }
    lines += [""] + layers(document).lines
    return lines.joined(separator: "\n") + "\n"
  }

  /// What became of the filters, in one sentence.
  package static func filters(_ document: PruningDocument) -> String {
    let filters = document.filters
    var text =
      "\(NumberText.grouped(filters.taken)) of \(NumberText.grouped(filters.asked)) filters taken out (\(document.removal); "
      + "their outputs became: \(document.ablation))"
    if filters.idle > 0 {
      text += "; \(NumberText.grouped(filters.idle)) more that nothing reads any longer or that have become constant"
    }
    return text
  }

  package static func check(_ check: PruningDocument.Check) -> String {
    "read again and compared with the ablated network on \(NumberText.grouped(check.images)) "
      + (check.isOnNoise ? "images of noise" : "images")
      + ": logits differ by at most \(NumberText.significant(check.largestDifference, 2)) of the largest"
  }

  /// Why filters that were to be removed still have a place, the commonest reason first.
  package static func kept(_ filters: PruningDocument.Filters) -> [String] {
    let byReason = Dictionary(grouping: filters.kept, by: \.reason)
    return byReason.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { reason, kept in
      let names = kept.prefix(3).map(\.filter).joined(separator: ", ") + (kept.count > 3 ? ", …" : "")
      let subject =
        kept.count == 1 ? "1 filter keeps its place" : "\(NumberText.grouped(kept.count)) filters keep their places"
      return "\(subject), without weights: \(reason) (\(names))"
    }
  }

  private static func scores(_ performance: PruningDocument.Performance) -> TextTable {
    var table = TextTable([("", .left), ("accuracy", .right), ("top-5", .right), ("log-likelihood", .right)])
    for (name, scores) in [
      ("whole", performance.whole), ("ablated", performance.ablated), ("pruned", performance.pruned),
    ] {
      table.add([
        name, NumberText.percent(scores.accuracy.mean), NumberText.percent(scores.top5.mean),
        NumberText.fixed(scores.logLikelihood.mean, decimals: 4),
      ])
    }
    return table
  }

  private static func layers(_ document: PruningDocument) -> TextTable {
    let changed = document.layers.filter { $0.parameters.before != $0.parameters.after }
    let shown =
      changed.count <= mostLayers
      ? changed
      : Array(
        changed.enumerated().sorted {
          ($1.element.multiplyAddsSaved, $0.offset) < ($0.element.multiplyAddsSaved, $1.offset)
        }.map(\.element).prefix(mostLayers))
    let heading = changed.count <= mostLayers ? "layer" : "layers that save most"
    var table = TextTable([
      (heading, .left), ("filters", .right), ("left", .right), ("multiply-adds", .right), ("left", .right),
    ])
    for layer in shown {
      table.add([
        layer.name, NumberText.grouped(layer.filters.before), NumberText.grouped(layer.filters.after),
        NumberText.grouped(layer.multiplyAdds.before), NumberText.percent(layer.multiplyAdds.share),
      ])
    }
    return table
  }
}

extension PruningDocument {
  /// Filters of all convolutions and units of all linear layers.
  public var filterCount: Change {
    Change(layers.reduce(0) { $0 + $1.filters.before }, layers.reduce(0) { $0 + $1.filters.after })
  }
}

extension PruningDocument.Layer {
  fileprivate var multiplyAddsSaved: Int { multiplyAdds.before - multiplyAdds.after }
}
