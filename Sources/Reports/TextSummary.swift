/// Renders a ranking for a terminal: the top of the list and what may be concluded.
public enum TextSummary {
  /// - Parameter count: how many players of the head of the list to show.
  public static func text(_ document: RankingDocument, top count: Int = 20) -> String {
    let rows = document.ranked.prefix(count).map { player in
      [
        "\(player.rank)", player.player, NumberText.estimate(player.value, error: player.standardError),
        player.standardError.map { "± \(NumberText.significant($0, 2))" } ?? "",
        limits(player), "\(NumberText.grouped(player.samples))", player.status.rawValue,
      ]
    }
    var columns = [["rank"], ["player"], ["value"], ["std. error"], ["limits"], ["samples"], ["status"]]
    for row in rows { for (index, cell) in row.enumerated() { columns[index].append(cell) } }
    if columns[4].dropFirst().allSatisfy(\.isEmpty) { columns.remove(at: 4) }
    let widths = columns.map { $0.map(\.count).max() ?? 0 }
    var lines: [String] = []
    for row in 0...rows.count {
      let cells = columns.indices.map { column -> String in
        let cell = columns[column][row]
        let space = String(repeating: " ", count: widths[column] - cell.count)
        let isText = ["player", "std. error", "limits", "status"].contains(columns[column][0])
        return isText ? cell + space : space + cell
      }
      var line = "  " + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      lines.append(line)
    }
    let estimation = document.estimation
    lines.append("")
    lines.append("  v(N) = \(NumberText.significant(estimation.grandValue, 4))" + emptyPart(document))
    lines +=
      ([Statements.decisions(document), Statements.confidence(estimation)]
      + [Statements.concentration(document), estimation.bias.map { "Bias: \($0)" }].compactMap { $0 }).map { "  \($0)" }
    return lines.joined(separator: "\n") + "\n"
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
