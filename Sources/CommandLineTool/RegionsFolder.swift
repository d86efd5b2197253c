import AtomicFiles
import Foundation
import InputErrors
import Reports

/// The folder that `regions` writes.
struct RegionsFolder: Sendable {
  static let page = "regions.html"
  static let document = "regions.json"

  let path: String

  /// Makes the folder, or takes an empty one.
  ///
  /// - Throws: ``InputErrors/InputError`` (cannotWrite) when it holds something or cannot be made.
  init(path: String) throws(InputError) {
    self.path = path
    let manager = FileManager.default
    do { try manager.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw InputError(.cannotWrite, "the folder cannot be made", at: .init(file: path))
    }
    guard (try? manager.contentsOfDirectory(atPath: path))?.isEmpty ?? true else {
      throw InputError(
        .cannotWrite, "the folder exists and holds something", at: .init(file: path), hint: "choose another --output")
    }
  }

  /// Writes page, figures, tables and, last, the document.
  ///
  /// - Throws: ``InputErrors/InputError`` (cannotWrite).
  func write(_ document: RegionsDocument, palette: RegionsPalette) throws {
    for table in RegionsTables.all(document) { try AtomicFile.write(table.csv, to: "\(path)/\(table.name)") }
    let figures = path + "/figures"
    do { try FileManager.default.createDirectory(atPath: figures, withIntermediateDirectories: true) } catch {
      throw InputError(.cannotWrite, "the folder cannot be made", at: .init(file: figures))
    }
    for figure in RegionsFigures.all(document, palette: palette) {
      try AtomicFile.write(figure.svg, to: "\(figures)/\(figure.name).svg")
    }
    try AtomicFile.write(RegionsPage.page(document, palette: palette), to: "\(path)/\(Self.page)")
    try AtomicFile.write(try document.json(), to: "\(path)/\(Self.document)")
  }
}
