import NeuronShapley

/// An ablation test as a page.
public enum AblationPage {
  public static func page(_ document: AblationDocument) -> String {
    let test = document.test
    let figures = Dictionary(uniqueKeysWithValues: AblationFigures.figures(document).map { ($0.name, $0.drawing) })
    let sections = test.configuration.directions.flatMap { direction -> [ReportPage.Section] in
      var parts = [paragraph(document, direction)]
      if let caution = document.caution { parts.append(ReportPage.paragraph(caution)) }
      for name in [direction.rawValue, "\(direction.rawValue)-beginning"] {
        guard let drawing = figures[name] else { continue }
        parts.append(
          ReportPage.figure(drawing, caption: name.hasSuffix("beginning") ? "The beginning." : caption(document)))
      }
      parts.append(table(document, direction).markup)
      let title =
        switch direction {
        case .mostFirst: "The most important first"
        case .leastFirst: "The least important first"
        }
      return [.init(title, parts)]
    }
    return ReportPage(
      title: "Do the filters that rank first carry \(document.metricName)?",
      lead: "Filters of \(HTMLReport.fileName(document.network.file)) are removed one after the other "
        + "(\(document.ablation)), in the order of the ranking and of simpler ones, on "
        + "\(NumberText.grouped(test.imageCount)) images. \(document.split)",
      facts: facts(document), sections: sections + [settings(document)], document: "result.json",
      toolVersion: document.toolVersion
    ).markup
  }

  private static func facts(_ document: AblationDocument) -> [ReportPage.Fact] {
    guard let curve = document.test.ranking(.mostFirst) ?? document.test.curves.first else { return [] }
    return [(0, "whole network"), (10, "10 removed"), (20, "20 removed"), (50, "50 removed")].compactMap {
      count, name in
      curve.points.first { $0.removed == count }.map {
        .init(
          name, document.text($0.metric.value),
          "\(document.metricName), \(document.text($0.metric.lower)) to \(document.text($0.metric.upper))")
      }
    }
  }

  private static func paragraph(_ document: AblationDocument, _ direction: RemovalDirection) -> String {
    let others = document.curves(direction).filter { $0.baseline != nil }
    let better = others.filter { AblationTables.verdict($0, imageCount: document.test.imageCount) == "better" }.map {
      document.name($0)
    }
    let open = others.filter { AblationTables.verdict($0, imageCount: document.test.imageCount) == "not told apart" }
      .map { document.name($0) }
    guard !others.isEmpty, document.test.imageCount >= AblationTables.fewestImages else { return "" }
    let what = direction == .mostFirst ? "falls faster than" : "stays higher than"
    var sentence = "By its mean height, the ranking's curve \(what) "
    switch (better.isEmpty, open.isEmpty) {
    case (true, true): sentence += "that of every baseline."
    case (true, false):
      sentence += "that of every baseline but these, which it cannot be told from: \(open.joined(separator: ", "))."
    case (false, true):
      sentence += "that of every baseline but these, which are better: \(better.joined(separator: ", "))."
    case (false, false):
      sentence +=
        "that of every baseline but these: \(better.joined(separator: ", ")) (better), "
        + "\(open.joined(separator: ", ")) (not told apart)."
    }
    return ReportPage.paragraph(sentence)
  }

  private static func caption(_ document: AblationDocument) -> String {
    let share = NumberText.plain(document.test.configuration.level * 100)
    return
      "The band of the ranking is the \(share) % interval of the bootstrap over images; that of the random orders goes "
      + "from the lowest to the highest of them. The other curves' intervals are in curves.csv."
  }

  private static func table(_ document: AblationDocument, _ direction: RemovalDirection) -> SortableTable {
    let counts = AblationTables.shownCounts(document).filter { $0 != 5 }
    let rows = document.curves(direction).map { curve -> [SortableTable.Cell] in
      let values = counts.map { count -> SortableTable.Cell in
        let value = curve.points.first { $0.removed == count }?.metric.value
        return .number(value, value.map { document.text($0) } ?? "")
      }
      let area = curve.area, difference = curve.difference
      return [.text(document.name(curve))] + values + [
        .number(area.value, document.text(area.value)),
        .number(
          difference?.value,
          difference.map {
            "\(document.difference($0.value)) (\(document.difference($0.lower)) to \(document.difference($0.upper)))"
          } ?? ""),
        .text(AblationTables.verdict(curve, imageCount: document.test.imageCount)),
      ]
    }
    let heads = counts.map { SortableTable.Column("\($0)", isNumber: true) }
    return SortableTable(
      id: "table-\(direction.rawValue)",
      columns: [.init("order")] + heads + [
        .init("mean height", isNumber: true),
        .init(document.isPercent ? "above the ranking's, points" : "above the ranking's", isNumber: true),
        .init("against the ranking"),
      ],
      rows: rows)
  }

  private static func settings(_ document: AblationDocument) -> ReportPage.Section {
    let test = document.test, configuration = test.configuration
    var rows = [
      ("ranking", document.ranking.path), ("images", "\(document.images.path), \(document.images.digest.prefix(12))…"),
      ("metric", document.metricName), ("ablation", document.ablation), ("seed", "\(configuration.seed)"),
      ("baselines computed on", "\(NumberText.grouped(test.baselineImageCount)) of the ranking's images"),
      ("signal in the ranking's values", document.ranking.signal.map { NumberText.percent($0) } ?? "not known"),
      ("time", NumberText.duration(document.seconds)),
    ]
    if let metric = document.ranking.metric, let estimator = document.ranking.estimator {
      rows.insert(
        (
          "the ranking's",
          "\(metric), \(estimator), \(NumberText.large(Double(document.ranking.evaluations ?? 0))) "
            + "evaluations in \(NumberText.duration(document.ranking.seconds ?? 0))"
        ), at: 1)
    }
    return .init(
      "How it was measured",
      [
        ReportPage.paragraph(
          "The mean height of a curve is the area below it divided by the share of players removed. Differences are taken "
            + "image by image, with the same resamples for every curve; 'not told apart' means that the interval of the "
            + "difference holds 0."), ReportPage.settings(rows),
        "<pre>\(Markup.escaped(document.commandLine.joined(separator: " ")))</pre>",
      ])
  }
}
