import InputErrors
import Reports

/// The folder that `regions` writes.
struct RegionsFolder: Sendable {
  static let page = "regions.html"
  static let document = "regions.json"

  private let folder: ResultFolder
  var path: String { folder.path }

  /// - Throws: ``InputErrors/InputError`` (cannotWrite) when it holds something or cannot be made.
  init(path: String) throws(InputError) { folder = try ResultFolder(path: path) }

  /// Writes page, figures, tables and, last, the document.
  ///
  /// - Throws: ``InputErrors/InputError`` (cannotWrite).
  func write(_ document: RegionsDocument, palette: RegionsPalette) throws {
    for table in RegionsTables.all(document) { try folder.write(table.csv, as: table.name) }
    for figure in RegionsFigures.all(document, palette: palette) {
      try folder.write(figure: figure.svg, named: figure.name)
    }
    try folder.write(RegionsPage.page(document, palette: palette), as: Self.page)
    try folder.write(try document.json(), as: Self.document)
  }
}
