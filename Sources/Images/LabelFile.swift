import InputErrors

/// A file of labels that stands beside a file of images: IDX (plain or gzip), NPY, or text with one index a line.
enum LabelFile {
  /// - Throws: ``InputError`` naming the file, and the line where one is to blame.
  static func labels(file: String) throws -> [Int] {
    let bytes = try IDXDataset.contents(of: file)
    if IDXDataset.isLabels(bytes) { return try IDXDataset.labels(bytes, file: file) }
    if NumPyArray.isArray(bytes) { return try labels(of: NumPyArray(npy: bytes, file: file), file: file, key: nil) }
    let text = try UTF8Text.decoded(bytes, file: file)
    var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    guard !lines.isEmpty else { throw InputError(.data, "the file holds no labels", at: .init(file: file)) }
    return try lines.enumerated().map { index, line in
      guard let label = Int(line) else {
        throw InputError(
          .data, "the label is no index", at: .init(file: file, line: index + 1), found: "'\(line.prefix(40))'")
      }
      return label
    }
  }

  /// The labels in a NumPy array of integers with one axis, or with further axes of extent 1.
  static func labels(of array: NumPyArray, file: String, key: String?) throws -> [Int] {
    guard let labels = array.integers, array.shape.first == labels.count else {
      throw InputError(
        .data, "the array does not hold labels", at: .init(file: file, key: key), expected: "integers, one an image",
        found: "shape " + array.shape.map(String.init).joined(separator: "×"))
    }
    return labels
  }
}
