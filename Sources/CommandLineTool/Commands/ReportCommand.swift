import InputErrors
import Reports

/// `report RUN`: makes the tables, the page and the figures of a finished run again.
struct ReportCommand: Command {
  static let description = CommandDescription(
    name: "report", summary: "makes the report of a finished run again",
    discussion: [
      "Reads ranking.json in the run folder and writes players.csv, report.html and figures/*.svg beside it. Neither the "
        + "model nor the images are needed. The head of the ranking goes to standard output."
    ],
    positionals: [.init("RUN", "the run folder that 'rank' has written")],
    groups: [.init("output", [CommonOptions.json.declaration, CommonOptions.quiet.declaration])],
    examples: [.init("render a run again", "neuron-shapley report first.run")])

  let path: String

  init(_ arguments: Arguments) throws { path = arguments.positionals[0] }

  func result() async throws -> CommandResult {
    let folder = try RunFolder(readingAt: path)
    guard folder.exists(.ranking) else {
      throw InputError(
        .noInput, "the run is not finished: it has no ranking yet", at: .init(file: folder.file(.ranking)),
        hint: "go on with it: neuron-shapley rank … --output \(path) --resume")
    }
    let document = try RankingDocument(json: try folder.read(.ranking), file: folder.file(.ranking))
    try RankingFiles.write(document, to: folder, includingRanking: false)
    return RankingFiles.result(document, in: folder)
  }
}
