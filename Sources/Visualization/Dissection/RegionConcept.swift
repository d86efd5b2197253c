import Images
import InputErrors

/// What lies in a region of the images: one concept, or one for every value that a column of the images has.
///
/// An image of a red disc has the region `object`; `object` alone is a concept, and `object=colour` makes `colour=red` lie
/// there in this image, `colour=blue` in another.
public struct RegionConcept: Sendable, Hashable {
  /// The sub-folder that holds its masks.
  public let region: String
  /// The column of ``Images/LabeledImages/columns`` that says which concept it is; nil for the region itself.
  public let column: String?

  public init(region: String, column: String? = nil) {
    self.region = region
    self.column = column
  }

  /// Reads `REGION` or `REGION=COLUMN`.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when a part is empty.
  public init(parsing text: String) throws(InputError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy({ !$0.isEmpty }), let region = parts.first else {
      throw InputError(
        .usage, "this names no region", expected: "REGION or REGION=COLUMN, such as object=shape", found: "'\(text)'")
    }
    self.init(region: region, column: parts.count > 1 ? parts[1] : nil)
  }

  /// The concepts' names, sorted, and which of them each image shows.
  func names(in images: LabeledImages) throws(InputError) -> (names: [String], ofImages: [Int]) {
    guard let column else { return ([region], [Int](repeating: 0, count: images.count)) }
    guard let values = images.columns[column] else {
      throw InputError(
        .usage, "the images have no such column",
        expected: images.columnNames.isEmpty
          ? "a list of images with columns" : images.columnNames.joined(separator: ", "),
        found: "'\(column)'", hint: Suggestion.hint(for: column, among: images.columnNames))
    }
    let kinds = Set(values).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let places = Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($1, $0) })
    return (kinds.map { "\(column)=\($0)" }, values.map { places[$0, default: 0] })
  }
}
