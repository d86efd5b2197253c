import NeuronShapley

/// An ablation test for a terminal.
public enum AblationText {
  public static func text(_ document: AblationDocument) -> String {
    let test = document.test
    var lines = [
      "", "  \(document.network.file) on \(NumberText.grouped(test.imageCount)) images of \(document.images.path)",
      "  \(document.split)",
    ]
    for direction in test.configuration.directions {
      lines += ["", "  \(document.metricName), \(heading(direction))"] + table(document, direction).lines
    }
    if let caution = document.caution { lines += ["", "  \(caution)"] }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func heading(_ direction: RemovalDirection) -> String {
    switch direction {
    case .mostFirst: "the most important removed first"
    case .leastFirst: "the least important removed first"
    }
  }

  private static func table(_ document: AblationDocument, _ direction: RemovalDirection) -> TextTable {
    let counts = AblationTables.shownCounts(document)
    var table = TextTable(
      [("order", .left)] + counts.map { ("\($0)", .right) }
        + [
          ("mean height", .right), (document.isPercent ? "above the ranking's, points" : "above the ranking's", .left),
          ("", .left),
        ])
    for curve in document.curves(direction) {
      let values = counts.map { count in
        curve.points.first { $0.removed == count }.map { document.text($0.metric.value) } ?? ""
      }
      let difference = curve.difference.map {
        "\(document.difference($0.value)) (\(document.difference($0.lower)) to \(document.difference($0.upper)))"
      }
      table.add(
        [document.name(curve)] + values
          + [
            document.text(curve.area.value), difference ?? "",
            AblationTables.verdict(curve, imageCount: document.test.imageCount),
          ])
    }
    return table
  }
}
