/// Renders a ranking for a terminal: the top of the list and what may be concluded.
public enum TextSummary {
  /// - Parameter count: how many players of the head of the list to show; nil for the top that was asked for, 50 at most.
  public static func text(_ document: RankingDocument, top count: Int? = nil) -> String {
    var table = TextTable([
      ("rank", .right), ("player", .left), ("value", .right), ("std. error", .left), ("limits", .left),
      ("samples", .right), ("status", .left), ("responds to", .left),
    ])
    var responses: [String: String] = [:]
    if let measured = document.responses {
      for row in measured.rows { responses[row.name] = ResponsesText.short(row, of: measured) }
    }
    for player in document.ranked.prefix(count ?? document.shownCount) {
      table.add([
        "\(player.rank)", player.player, NumberText.estimate(player.value, error: player.standardError),
        player.standardError.map { "± \(NumberText.significant($0, 2))" } ?? "", limits(player),
        NumberText.grouped(player.samples), player.status.rawValue, responses[player.player] ?? "",
      ])
    }
    let estimation = document.estimation
    let sentences = [
      "v(N) = \(NumberText.significant(estimation.grandValue, 4))" + emptyPart(document)
        + ", \(Statements.imagesDrawn(document)).",
      Statements.caution(document), Statements.decisions(document), Statements.confidence(estimation),
      Statements.concentration(document), document.responses.map(ResponsesText.explanation),
      document.responses.map(ResponsesText.answers), document.responses.flatMap(ResponsesText.outputs),
      estimation.bias.map { "Bias: \($0)." },
      "\(NumberText.grouped(document.cost.evaluations)) evaluations in \(NumberText.duration(document.cost.seconds))"
        + (document.cost.peakMemory.map { ", peak memory \(NumberText.memory($0))" } ?? "")
        + "; ended because \(estimation.ending).",
    ]
    return (table.lines + [""] + sentences.compactMap { $0 }.map { "  \($0)" }).joined(separator: "\n") + "\n"
  }

  private static func limits(_ player: RankingDocument.Player) -> String {
    guard let lower = player.lower, let upper = player.upper else { return "" }
    return "[\(NumberText.significant(lower)), \(NumberText.significant(upper))]"
  }

  private static func emptyPart(_ document: RankingDocument) -> String {
    let estimation = document.estimation
    guard let empty = estimation.emptyValue else { return "" }
    var text = ", v(∅) = \(NumberText.significant(empty, 4)), Σφ = \(NumberText.significant(document.sum, 4))"
    if let residual = estimation.residual { text += " (residual \(NumberText.significant(residual, 2)))" }
    return text
  }
}
