/// Renders a result of `classes` for a terminal.
public enum ClassesText {
  /// More classes than this, and only those with the most images are listed.
  static let mostClasses = 20

  public static func text(_ document: ClassesDocument) -> String {
    let shown = ClassesStatements.shownEntries(document, count: mostClasses)
    let removal = document.removal
    let randomChanges = removal?.randomChanges ?? []
    var table = TextTable([
      ("class", .left), ("images", .right), ("v(N)", .right), ("v(∅)", .right),
      ("best \(document.question.playerKind)", .left),
      ("signal", .right), ("without top \(document.question.top)", .right), ("others", .right), ("random", .right),
    ])
    for entry in shown {
      let row = removal?.rows.first { $0.label == entry.label }
      let tested = removal?.classes.firstIndex { $0.label == entry.label }
      table.add([
        entry.name, NumberText.grouped(entry.images), NumberText.significant(entry.grandValue, 3),
        NumberText.significant(entry.emptyValue, 3),
        entry.top.prefix(3).map(ClassesStatements.named).joined(separator: ", "),
        entry.reliability.map(NumberText.percent) ?? "—", row?.own.map { points($0.mean) } ?? "",
        row?.others.map { points($0.mean) } ?? "",
        tested.flatMap { place in row == nil || randomChanges.isEmpty ? nil : points(randomChanges[place]) } ?? "",
      ])
    }
    let sentences = [
      ClassesStatements.leftOut(document, shown: shown.count), ClassesStatements.signal(document),
      removal == nil
        ? nil
        : "Last three columns: change of the accuracy, in points of percent, on the class, on all others, and on the class "
          + "with as many random \(document.question.playerKind) removed.",
      ClassesStatements.removal(document), ClassesStatements.overlap(document), ClassesStatements.shared(document),
      ClassesStatements.estimation(document), ClassesStatements.cost(document),
    ]
    return (table.lines + [""] + sentences.compactMap { $0 }.map { "  \($0)" }).joined(separator: "\n") + "\n"
  }

  /// A change of a share in points: `−12.3`.
  static func points(_ change: Double) -> String {
    (change > 0 ? "+" : "") + NumberText.fixed(change * 100, decimals: 1)
  }
}
