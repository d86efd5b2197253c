import Foundation

/// Renders a pruning as one HTML page.
public enum PruningPage {
  public static func page(_ document: PruningDocument) -> String {
    let speed = document.speed
    var facts = [
      ReportPage.Fact(
        "filters taken out", NumberText.grouped(document.filters.taken),
        "of \(NumberText.grouped(document.filters.asked)) asked for, and \(NumberText.grouped(document.filters.idle)) idle ones"
      ),
      fact("parameters", document.parameters), fact("multiply-adds", document.multiplyAdds),
      fact("bytes of the file", document.fileBytes),
      ReportPage.Fact(
        "faster", "\(NumberText.fixed(speed.ratio, decimals: 2)) ×",
        "\(NumberText.significant(speed.before)) → \(NumberText.significant(speed.after)) ms an image, one thread"),
    ]
    if let performance = document.performance {
      facts.append(
        ReportPage.Fact(
          "accuracy", NumberText.percent(performance.pruned.accuracy.mean),
          "the whole network: \(NumberText.percent(performance.whole.accuracy.mean))"))
    }
    var sections = [
      ReportPage.Section(
        "Is it the same?",
        [ReportPage.paragraph(sentence(document.check))]
          + PruningText.kept(document.filters).map { ReportPage.paragraph($0, isSoft: true) })
    ]
    if let performance = document.performance {
      sections.append(.init("What it costs", [figure(performance, count: document.images?.count ?? 0)]))
    }
    sections.append(.init("Layer by layer", [table(document).markup]))
    sections.append(.init("How it was made", [ReportPage.settings(settings(document))]))
    return ReportPage(
      title: "Filters taken out of \(name(document.file))", lead: PruningText.filters(document) + ".", facts: facts,
      sections: sections, document: "result.json", toolVersion: document.toolVersion
    ).markup
  }

  /// One row a layer.
  package static func csv(_ document: PruningDocument) -> String {
    let rows = document.layers.map { layer in
      [
        quoted(layer.name), "\(layer.filters.before)", "\(layer.filters.after)", "\(layer.asked)",
        "\(layer.parameters.before)", "\(layer.parameters.after)", "\(layer.multiplyAdds.before)",
        "\(layer.multiplyAdds.after)",
      ].joined(separator: ",")
    }
    return
      (["layer,filters,filters_left,asked,parameters,parameters_left,multiply_adds,multiply_adds_left"] + rows).joined(
        separator: "\n") + "\n"
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\""
  }

  private static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  private static func fact(_ name: String, _ change: PruningDocument.Change) -> ReportPage.Fact {
    .init(
      name, NumberText.percent(change.share),
      "\(NumberText.large(Double(change.before))) → \(NumberText.large(Double(change.after)))")
  }

  private static func sentence(_ check: PruningDocument.Check) -> String {
    let text = PruningText.check(check)
    return text.prefix(1).uppercased() + text.dropFirst()
      + " logit of an image. Float sums in another order differ by about 1e-6; nothing is approximated."
  }

  private static func figure(_ performance: PruningDocument.Performance, count: Int) -> String {
    let rows = [
      ("accuracy", [performance.whole.accuracy, performance.ablated.accuracy, performance.pruned.accuracy]),
      ("top-5 accuracy", [performance.whole.top5, performance.ablated.top5, performance.pruned.top5]),
    ].map { name, scores in
      IntervalChart.Row(
        name: name,
        values: scores.map { score in
          let error = score.standardError.map { 1.96 * $0 }
          return .init(
            value: score.mean, lower: error.map { max(0, score.mean - $0) },
            upper: error.map { min(1, score.mean + $0) })
        })
    }
    let chart = IntervalChart(
      title: "Accuracy of the whole, the ablated and the pruned network",
      summary: "The pruned network scores what the ablated one does.", series: ["whole", "ablated", "pruned"],
      rows: rows,
      isPercent: true, showsZero: false)
    return ReportPage.figure(
      chart.drawing,
      caption:
        "On \(NumberText.grouped(count)) images; whiskers are 1.96 standard errors. Ablated is the original network "
        + "with the filters' outputs replaced.")
  }

  private static func table(_ document: PruningDocument) -> SortableTable {
    func count(_ value: Int) -> SortableTable.Cell { .number(Double(value), NumberText.grouped(value)) }
    func share(_ change: PruningDocument.Change) -> SortableTable.Cell {
      .number(change.share, NumberText.percent(change.share))
    }
    return SortableTable(
      id: "layers",
      columns: [
        .init("layer"), .init("filters", isNumber: true), .init("asked", isNumber: true),
        .init("after", isNumber: true),
        .init("parameters", isNumber: true), .init("after", isNumber: true), .init("left", isNumber: true),
        .init("multiply-adds", isNumber: true), .init("after", isNumber: true), .init("left", isNumber: true),
      ],
      rows: document.layers.map { layer in
        [
          .name(layer.name), count(layer.filters.before), count(layer.asked), count(layer.filters.after),
          count(layer.parameters.before), count(layer.parameters.after), share(layer.parameters),
          count(layer.multiplyAdds.before), count(layer.multiplyAdds.after), share(layer.multiplyAdds),
        ]
      })
  }

  private static func settings(_ document: PruningDocument) -> [(String, String)] {
    var rows = [
      ("model", document.file), ("its SHA-256", document.digest), ("pruned model", document.output),
      ("its SHA-256", document.outputDigest), ("removed", document.removal), ("outputs became", document.ablation),
    ]
    if let images = document.images { rows.append(("images", "\(images.path) (\(NumberText.grouped(images.count)))")) }
    if let calibration = document.calibration {
      rows.append(("calibration images", "\(calibration.path) (\(NumberText.grouped(calibration.count)))"))
    }
    if !document.addedNodes.isEmpty {
      rows.append(("nodes added", document.addedNodes.joined(separator: ", ")))
    }
    rows.append(("command line", document.commandLine.joined(separator: " ")))
    return rows
  }
}
