import Foundation
import Images
import InputErrors
import NeuronShapley

/// Where the group of each image is read from.
struct GroupsOption: Sendable, Hashable {
  /// A table with a column `file`; nil for the images' own list.
  let file: String?
  let column: String

  /// Reads `COLUMN` or `FILE.csv:COLUMN`.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else {
      guard !text.isEmpty else { return nil }
      (file, column) = (nil, text)
      return
    }
    let (file, column) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
    guard !file.isEmpty, !column.isEmpty else { return nil }
    (self.file, self.column) = (file, column)
  }

  /// The groups of some images.
  ///
  /// - Parameters:
  ///   - key: the option to blame.
  ///   - names: the groups in order, where other images have decided it.
  /// - Throws: ``InputErrors/InputError`` when there is no such column, or the table lacks an image.
  func groups(of images: LabeledImages, key: String, names: [String]? = nil) throws -> ImageGroups {
    do { return try ImageGroups(texts: try texts(of: images, key: key), names: names) } catch var error as InputError {
      error.place.file = error.place.file ?? file
      error.place.key = key
      throw error
    }
  }

  private func texts(of images: LabeledImages, key: String) throws -> [String] {
    guard let file else {
      guard let texts = images.columns[column] else {
        throw InputError(
          .usage, "the images have no such column", at: .init(key: key),
          expected: images.columnNames.isEmpty
            ? "a list of images (.csv) for --images, or FILE.csv:COLUMN" : images.columnNames.joined(separator: ", "),
          found: "'\(column)'", hint: Suggestion.hint(for: column, among: images.columnNames))
      }
      return texts
    }
    let table = try CommaSeparatedValues(FileBytes.read(file), file: file)
    guard let name = table.header.firstIndex(of: "file"), let group = table.header.firstIndex(of: column) else {
      throw InputError(
        .data, "the table lacks a column", at: .init(file: file, line: 1), expected: "file and \(column)",
        found: table.header.joined(separator: ","), hint: Suggestion.hint(for: column, among: table.header))
    }
    let texts = Dictionary(table.rows.map { ($0[name], $0[group]) }) { first, _ in first }
    return try images.names.map { image in
      guard let text = texts[image] else {
        throw InputError(.data, "the table does not know an image", at: .init(file: file), found: "'\(image)'")
      }
      return text
    }
  }
}
