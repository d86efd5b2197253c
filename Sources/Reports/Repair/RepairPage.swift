import NeuronShapley

/// A repair as a page.
public enum RepairPage {
  public static func page(_ document: RepairDocument) -> String {
    let repair = document.repair
    guard let first = repair.steps.first, let last = repair.steps.last else { return "" }
    let target = repair.targetGroup
    let figures = figures(document).map(\.drawing)
    let (before, after) = (first.judgedBy, last.judgedBy)
    return ReportPage(
      title: "What removing \(repair.removed.count) filters does for \(document.targetName)",
      lead: "Filters of \(HTMLReport.fileName(document.network.file)) that harm the images of the group "
        + "\(document.targetName) are removed (\(document.ablation)). \(document.split) Figures are those of the images that judge.",
      facts: [
        .init(
          document.targetName + ", before", NumberText.percent(before.groups[target].accuracy),
          interval(before.groups[target])),
        .init(
          document.targetName + ", after", NumberText.percent(after.groups[target].accuracy),
          interval(after.groups[target])),
        .init("all images, before", NumberText.percent(before.overall.accuracy), interval(before.overall)),
        .init("all images, after", NumberText.percent(after.overall.accuracy), interval(after.overall)),
      ],
      sections: [
        .init(
          "Before and after",
          [
            ReportPage.paragraph(document.verdict),
            ReportPage.figure(figures[0], caption: "Accuracy of each group with Wilson's 95 % intervals."),
            groupTable(document, first, last).markup,
          ]),
        .init(
          "Step by step",
          [
            ReportPage.paragraph(
              "\(NumberText.grouped(repair.negativeCount)) filters have a negative value for the group. "
                + "Every step takes the one of the \(repair.configuration.candidates) most negative left that raises the group's "
                + "\(repair.configuration.metric.name) most. \(document.ending)"),
            ReportPage.figure(
              figures[1],
              caption:
                "Accuracy after each removal on the images that judge. Dashed: the group to be helped on the images that "
                + "the choice was made by, which flatter it."),
            stepTable(document).markup,
          ]), settings(document),
      ], document: "result.json", toolVersion: document.toolVersion
    ).markup
  }

  /// The pictures with the names of their files.
  public static func figures(_ document: RepairDocument) -> [(name: String, drawing: SVGDrawing)] {
    let repair = document.repair
    guard let first = repair.steps.first?.judgedBy, let last = repair.steps.last?.judgedBy else { return [] }
    func value(_ score: GroupScores.Score) -> IntervalChart.Value? {
      score.imageCount == 0 ? nil : .init(value: score.accuracy, lower: score.lower, upper: score.upper)
    }
    let rows = zip(repair.groupNames + ["all"], zip(first.groups + [first.overall], last.groups + [last.overall])).map {
      IntervalChart.Row(name: $0, values: [value($1.0), value($1.1)])
    }
    let groups = IntervalChart(
      title: "Accuracy of each group", summary: document.text(repair.changes[repair.targetGroup]),
      series: ["before", "after"], rows: rows, isPercent: true, showsZero: false)
    func points(_ score: (GroupRepair.Step) -> GroupScores.Score, hasBand: Bool) -> [CurveChart.Point] {
      repair.steps.enumerated().map { index, step in
        let score = score(step)
        return .init(
          x: Double(index), y: score.accuracy, lower: hasBand ? score.lower : nil, upper: hasBand ? score.upper : nil)
      }
    }
    let target = repair.targetGroup
    var series = [
      CurveChart.Series(
        name: document.targetName, points: points({ $0.judgedBy.groups[target] }, hasBand: true), emphasis: .main)
    ]
    for index in repair.groupNames.indices where index != target {
      series.append(
        .init(name: repair.groupNames[index], points: points({ $0.judgedBy.groups[index] }, hasBand: false)))
    }
    series.append(.init(name: "all images", points: points({ $0.judgedBy.overall }, hasBand: false)))
    series.append(
      .init(
        name: "\(document.targetName), to choose by", points: points({ $0.chosenBy.groups[target] }, hasBand: false),
        emphasis: .reference))
    let steps = CurveChart(
      title: "Accuracy step by step", summary: document.ending, horizontal: "filters removed", vertical: "accuracy",
      isPercent: true, showsZero: false, series: series)
    return [("groups", groups.drawing), ("steps", steps.drawing)]
  }

  private static func interval(_ score: GroupScores.Score) -> String {
    "\(NumberText.percent(score.lower)) to \(NumberText.percent(score.upper)), \(NumberText.grouped(score.imageCount)) images"
  }

  private static func groupTable(
    _ document: RepairDocument, _ first: GroupRepair.Step, _ last: GroupRepair.Step
  ) -> SortableTable {
    let repair = document.repair
    let changes = repair.changes + [repair.overallChange]
    let before = first.judgedBy.groups + [first.judgedBy.overall]
    let after = last.judgedBy.groups + [last.judgedBy.overall]
    let rows = (repair.groupNames + ["all images"]).enumerated().map { index, name -> [SortableTable.Cell] in
      [
        .text(name), .number(Double(before[index].imageCount), NumberText.grouped(before[index].imageCount)),
        .number(before[index].accuracy, NumberText.percent(before[index].accuracy)),
        .number(after[index].accuracy, NumberText.percent(after[index].accuracy)),
        .number(changes[index].value, document.text(changes[index])),
      ]
    }
    return SortableTable(
      id: "groups",
      columns: [
        .init("group"), .init("images", isNumber: true), .init("before", isNumber: true),
        .init("after", isNumber: true),
        .init("points, 95 % interval", isNumber: true),
      ], rows: rows)
  }

  private static func stepTable(_ document: RepairDocument) -> SortableTable {
    let repair = document.repair, target = repair.targetGroup
    let rows = repair.steps.enumerated().map { index, step -> [SortableTable.Cell] in
      let cells = [
        step.judgedBy.groups[target].accuracy, step.judgedBy.overall.accuracy, step.chosenBy.groups[target].accuracy,
        step.chosenBy.overall.accuracy,
      ]
      return [
        .number(Double(index), "\(index)"), .name(step.removed ?? "—"),
        .number(step.value, step.value.map { NumberText.significant($0) } ?? ""),
      ] + cells.map { .number($0, NumberText.percent($0)) }
    }
    return SortableTable(
      id: "steps",
      columns: [
        .init("step", isNumber: true), .init("removed"), .init("its value", isNumber: true),
        .init("group, judged", isNumber: true), .init("all, judged", isNumber: true),
        .init("group, chosen by", isNumber: true), .init("all, chosen by", isNumber: true),
      ], rows: rows)
  }

  private static func settings(_ document: RepairDocument) -> ReportPage.Section {
    let configuration = document.repair.configuration, ranking = document.ranking
    return .init(
      "How it was done",
      [
        ReportPage.settings([
          ("images to choose by", "\(document.images.path), \(document.images.digest.prefix(12))…"),
          ("images that judge", "\(document.test.path), \(document.test.digest.prefix(12))…"),
          (
            "ranking on the group's images",
            "\(configuration.metric.name), \(ranking.estimator ?? ""), \(NumberText.large(Double(ranking.evaluations ?? 0))) evaluations"
          ), ("means of removed filters", "over the images to choose by, or those of --calibration"),
          ("accuracy that may be lost", NumberText.percent(configuration.allowance)),
          (
            "accuracy that another group may lose",
            configuration.groupAllowance.map { NumberText.percent($0) } ?? "no limit"
          ),
          ("target", configuration.target.map { NumberText.percent($0) } ?? "none"), ("seed", "\(configuration.seed)"),
        ]), "<pre>\(Markup.escaped(document.commandLine.joined(separator: " ")))</pre>",
      ])
  }
}
