import NeuronShapley

/// Renders an evaluation for a terminal.
public enum EvaluationText {
  /// More classes than this, and only the weakest and the commonest mistakes are listed.
  private static let mostClasses = 20

  public static func text(_ document: EvaluationDocument) -> String {
    let report = document.report
    var lines = [
      "  \(document.file) on \(NumberText.grouped(report.imageCount)) images of \(document.images.path)"
    ]
    if let ablation = report.ablation {
      let names = report.removed.prefix(8).map(\.description).joined(separator: ", ")
      let more = report.removed.count > 8 ? ", …" : ""
      lines.append(
        "  \(NumberText.grouped(report.removed.count)) \(report.removed.count == 1 ? "filter" : "filters") removed (\(ablation.rawValue)): \(names)\(more)"
      )
    }
    var scores = TextTable([("", .left), ("value", .right), ("std. error", .left)])
    for (name, score, isShare) in [
      ("accuracy", report.accuracy, true), ("top-5 accuracy", report.top5, true),
      ("log-likelihood", report.logLikelihood, false),
    ] {
      let factor = isShare ? 100.0 : 1, unit = isShare ? " %" : ""
      scores.add([
        name, NumberText.fixed(score.mean * factor, decimals: isShare ? 2 : 4) + unit,
        score.standardError.map { "± \(NumberText.significant($0 * factor, 2))\(unit)" } ?? "",
      ])
    }
    lines += [""] + scores.lines + [""] + classTable(report).lines
    if report.confusions.contains(where: { $0.label != $0.predicted }) { lines += [""] + mistakeTable(document).lines }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The whole network's scores in one sentence.
  public static func sentence(_ report: ClassificationReport) -> String {
    "the whole network on the \(NumberText.grouped(report.imageCount)) images: accuracy "
      + "\(NumberText.percent(report.accuracy.mean)), log-likelihood "
      + NumberText.fixed(report.logLikelihood.mean, decimals: 3)
  }

  /// A warning when the accuracy is within three standard errors of guessing; nil when it is better.
  public static func warning(_ report: ClassificationReport) -> String? {
    let chance = 1 / Double(max(report.classCount, 1))
    let error = (chance * (1 - chance) / Double(max(report.imageCount, 1))).squareRoot()
    guard report.classCount > 1, report.accuracy.mean <= chance + 3 * error else { return nil }
    return
      "warning: that is no better than guessing among \(NumberText.grouped(report.classCount)) classes: look at the "
      + "preprocessing (scale, mean, channel order) and at how labels are numbered (--classes, --label-offset)"
  }

  private static func classTable(_ report: ClassificationReport) -> TextTable {
    let isAll = report.classes.count <= mostClasses
    let weakest = report.classes.sorted { ($0.accuracy, $0.label) < ($1.accuracy, $1.label) }
    let heading = isAll ? "class" : "weakest of \(NumberText.grouped(report.classes.count)) classes"
    var table = TextTable([
      (heading, .left), ("images", .right), ("accuracy", .right), ("top-5", .right), ("log-likelihood", .right),
    ])
    for entry in isAll ? report.classes : Array(weakest.prefix(mostClasses / 2)) {
      table.add([
        entry.name, NumberText.grouped(entry.imageCount), NumberText.percent(entry.accuracy),
        NumberText.percent(entry.top5), NumberText.fixed(entry.logLikelihood, decimals: 3),
      ])
    }
    return table
  }

  private static func mistakeTable(_ document: EvaluationDocument) -> TextTable {
    let mistakes = document.report.confusions.filter { $0.label != $0.predicted }
      .sorted { ($1.imageCount, $0.label, $0.predicted) < ($0.imageCount, $1.label, $1.predicted) }
    var table = TextTable([("commonest mistakes", .left), ("taken for", .left), ("images", .right)])
    for mistake in mistakes.prefix(mostClasses / 2) {
      table.add([
        name(mistake.label, document), name(mistake.predicted, document), NumberText.grouped(mistake.imageCount),
      ])
    }
    return table
  }

  private static func name(_ label: Int, _ document: EvaluationDocument) -> String {
    document.classNames.indices.contains(label) ? document.classNames[label] : String(label)
  }
}
