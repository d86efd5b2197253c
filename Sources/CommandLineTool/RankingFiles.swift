import InputErrors
import Reports

/// Writes a ranking in every format of a run folder.
enum RankingFiles {
  /// - Parameter includingRanking: whether `ranking.json` is written too; it comes last, so that a folder that has it
  ///   is complete.
  /// - Throws: ``InputError`` (cannotWrite).
  static func write(_ document: RankingDocument, to folder: RunFolder, includingRanking: Bool) throws {
    try folder.write(Array(PlayersTable.csv(document).utf8), as: .players)
    if let responses = document.responses { try folder.write(ResponsesText.csv(responses), as: "responses.csv") }
    for figure in RankingFigures.all(document) { try folder.write(figure: figure.svg, named: figure.name) }
    try folder.write(Array(HTMLReport.page(document).utf8), as: .report)
    if includingRanking { try folder.write(Array(try document.json().utf8), as: .ranking) }
  }

  /// The head of the list, and where the rest is.
  static func result(_ document: RankingDocument, in folder: RunFolder) -> CommandResult {
    CommandResult(text: TextSummary.text(document), pointer: "\n  report: \(folder.file(.report))\n") {
      try document.json()
    }
  }
}
