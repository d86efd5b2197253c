import InputErrors
import NeuronShapley
import Reports

/// Writes a result of `classes` in every format.
enum ClassesFiles {
  static let document = "result.json"

  /// - Throws: ``InputError`` (cannotWrite).
  static func write(
    _ document: ClassesDocument, _ rankings: ClassRankings, _ tops: ClassTops, _ responses: FilterResponses?,
    to folder: RunFolder
  ) throws {
    let (values, errors) = ClassesTables.values(rankings)
    try folder.write(values, as: "values.csv")
    try folder.write(errors, as: "standard_errors.csv")
    try folder.write(ClassesTables.tops(document), as: "tops.csv")
    try folder.write(ClassesTables.overlap(rankings, tops), as: "overlap.csv")
    try folder.write(ClassesTables.layers(document), as: "layers.csv")
    if let removal = document.removal { try folder.write(ClassesTables.removal(removal), as: "removal.csv") }
    if let responses { try folder.write(ResponsesText.csv(responses), as: "responses.csv") }
    for figure in ClassesFigures.all(document) {
      try folder.write(figure: figure.drawing.document, named: figure.name)
    }
    try folder.write(Array(ClassesPage.page(document).utf8), as: .report)
    // Last, so that a folder that has it is complete.
    try folder.write(try document.json(), as: Self.document)
  }

  static func result(_ document: ClassesDocument, in folder: RunFolder) -> CommandResult {
    CommandResult(text: ClassesText.text(document), pointer: "\n  report: \(folder.file(.report))\n") {
      try document.json()
    }
  }
}
