import NeuronShapley

/// A repair for a terminal, and as tables.
public enum RepairText {
  public static func text(_ document: RepairDocument) -> String {
    let repair = document.repair
    var lines = ["", "  \(document.split)", ""]
    guard let first = repair.steps.first, let last = repair.steps.last else { return "" }
    var table = TextTable([
      ("group", .left), ("images", .right), ("before", .right), ("after", .right), ("points (95 % interval)", .left),
    ])
    for (index, name) in repair.groupNames.enumerated() {
      table.add(
        row(
          name + (index == repair.targetGroup ? " (to be helped)" : ""), first.judgedBy.groups[index],
          last.judgedBy.groups[index], document.text(repair.changes[index])))
    }
    table.add(row("all", first.judgedBy.overall, last.judgedBy.overall, document.text(repair.overallChange)))
    lines +=
      table.lines + [
        "",
        "  \(NumberText.grouped(repair.removed.count)) of \(NumberText.grouped(repair.negativeCount)) filters with a negative "
          + "value are removed: \(repair.removed.joined(separator: ", "))", "  \(document.ending)",
        "  \(document.verdict)",
      ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(
    _ name: String, _ before: GroupScores.Score, _ after: GroupScores.Score, _ change: String
  ) -> [String] {
    [
      name, NumberText.grouped(before.imageCount),
      before.imageCount == 0 ? "—" : NumberText.percent(before.accuracy),
      before.imageCount == 0 ? "—" : NumberText.percent(after.accuracy),
      before.imageCount == 0 ? "not measured" : change,
    ]
  }
}

/// The files beside a repair's report.
public enum RepairTables {
  /// The file that lists the removed filters, for other commands.
  public static let removed = "removed.txt"

  /// Every table with the name of its file.
  public static func all(_ document: RepairDocument) -> [(name: String, text: String)] {
    let repair = document.repair
    var steps = "step,removed,value,images,group,count,accuracy,lower,upper,log_likelihood\n"
    for (index, step) in repair.steps.enumerated() {
      let head = "\(index),\(quoted(step.removed ?? "")),\(step.value.map { "\($0)" } ?? "")"
      for (part, scores) in [("chosen by", step.chosenBy), ("judged by", step.judgedBy)] {
        for (name, score) in zip(repair.groupNames + ["all"], scores.groups + [scores.overall])
        where score.imageCount > 0 {
          steps +=
            "\(head),\(part),\(quoted(name)),\(score.imageCount),\(score.accuracy),\(score.lower),\(score.upper),\(score.logLikelihood)\n"
        }
      }
    }
    return [("steps.csv", steps), (removed, repair.removed.map { $0 + "\n" }.joined())]
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
