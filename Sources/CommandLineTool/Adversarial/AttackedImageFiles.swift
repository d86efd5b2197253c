import AtomicFiles
import Foundation
import Images
import InputErrors
import NeuronShapley
import Reports

/// Writes attacked pictures as PNG files with a list that other commands read.
///
/// Pictures are as the network sees them, after resize and crop, so `preprocessing.json` has the rest of the preprocessing.
struct AttackedImageFiles {
  static let list = "list.csv"

  let result: AdversarialImages

  /// Writes `list.csv`, `preprocessing.json`, `classes.json` where names are known, and one PNG an image.
  ///
  /// - Throws: ``InputErrors/InputError`` (cannotWrite); (usage) when the network's input is no picture.
  func write(to folder: String) throws {
    let files = try AtomicFolder(at: folder) { FileManager.default.fileExists(atPath: $0 + "/" + Self.list) }
    var rows: [[String]] = []
    for (index, outcome) in result.outcomes.enumerated() {
      guard let picture = result.picture(of: index) else {
        throw InputError(
          .usage, "the model's input is no picture of one or three channels", at: .init(key: "--save-images"))
      }
      let name = String(format: "%06d.png", index)
      try files.write(try PNGEncoder.encode(picture), as: name)
      // Whether the file's own pixels succeed is the same where they were rounded before.
      rows.append([
        name, "\(outcome.label)", result.clean.names[index], "\(outcome.label)", "\(outcome.prediction)",
        "\(outcome.isSuccess)",
      ])
    }
    let table = CommaSeparatedText.text(
      ["file", "label", "source", "prediction_before", "prediction_after", "success"], rows)
    var pieces = PreprocessingPieces()
    (pieces.resize, pieces.crop) = (Preprocessing.Resize.none, .some(nil))
    let preprocessing = try pieces.applied(to: result.clean.preprocessing)
    try files.write(Array(try JSONValue(preprocessing).pretty.utf8), as: "preprocessing.json")
    if !result.clean.classNames.isEmpty {
      try files.write(Array(try JSONValue(result.clean.classNames).pretty.utf8), as: "classes.json")
    }
    try files.write(Array(table.utf8), as: Self.list)
    try files.finish()
  }
}
