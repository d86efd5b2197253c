import InputErrors

/// Images in NumPy arrays.
///
/// The images are the array `images`, `x`, `x_test`, `x_train`, `data` or `arr_0`, or else the only array of three or
/// four axes; the labels `labels`, `y`, `y_test`, `y_train`, `targets` or `arr_1`, or a file of their own. Three axes are
/// count × height × width, grey. Of four, the channels are the last when its extent is 1 or 3 and that of the second is
/// not, and else the second. Integers are samples of 0…255; floats go through the normalisation as they are.
enum NumPyImages {
  private static let imageNames = ["images", "x", "x_test", "x_train", "data", "arr_0"]
  private static let labelNames = ["labels", "y", "y_test", "y_train", "targets", "arr_1"]

  /// - Throws: ``InputError`` (data) when the arrays cannot be read, are not images or do not fit each other; (usage) when
  ///   labels are given twice or not at all.
  static func collection(file: String, labelsFile: String?, ignoresLabels: Bool) throws -> ImageCollection {
    let arrays = try NumPyArrays(file: file)
    let name = try imagesName(in: arrays, file: file)
    let array = try arrays.array(named: name)
    let layout = try Layout(array.shape, file: file, key: name)
    let labels =
      ignoresLabels
      ? [Int](repeating: 0, count: layout.count)
      : try self.labels(in: arrays, besides: name, labelsFile: labelsFile, file: file)
    guard labels.count == layout.count else {
      throw InputError(
        .data, "the number of labels is not that of the images", at: .init(file: labelsFile ?? file),
        expected: "\(layout.count)", found: "\(labels.count)")
    }
    return ImageCollection(
      names: (0..<layout.count).map { "\(FileNames.last(of: file))[\($0)]" }, labels: labels,
      content: try content(of: array, layout: layout, file: file, key: name))
  }

  /// The axes of an array of images.
  private struct Layout {
    let count: Int
    let height: Int
    let width: Int
    let colour: Image.Colour
    let isChannelsFirst: Bool

    init(_ shape: [Int], file: String, key: String) throws {
      func wrong(_ expected: String) -> InputError {
        InputError(
          .data, "the array does not hold images", at: .init(file: file, key: key), expected: expected,
          found: shape.map(String.init).joined(separator: "×"))
      }
      guard shape.count == 3 || shape.count == 4 else { throw wrong("count×height×width and 1 or 3 channels") }
      guard !shape.contains(0) else { throw wrong("no empty axis") }
      count = shape[0]
      guard shape.count == 4 else {
        (height, width, colour, isChannelsFirst) = (shape[1], shape[2], .grey, true)
        return
      }
      func meaning(of channels: Int) -> Image.Colour? { Image.Colour.allCases.first { $0.channels == channels } }
      if let first = meaning(of: shape[1]) {
        (height, width, colour, isChannelsFirst) = (shape[2], shape[3], first, true)
      } else if let last = meaning(of: shape[3]) {
        (height, width, colour, isChannelsFirst) = (shape[1], shape[2], last, false)
      } else {
        throw wrong("1 or 3 channels in the second or the last axis")
      }
    }
  }

  private static func imagesName(in arrays: NumPyArrays, file: String) throws -> String {
    if let name = imageNames.first(where: { arrays.names.contains($0) }) { return name }
    let candidates = try arrays.names.filter { [3, 4].contains(try arrays.array(named: $0).shape.count) }
    if candidates.count == 1 { return candidates[0] }
    // A lone array is taken, so that the error says what is wrong with its shape.
    if arrays.names.count == 1 { return arrays.names[0] }
    throw InputError(
      .data, "no array is clearly the images", at: .init(file: file),
      expected: "one named \(imageNames.joined(separator: ", "))", found: arrays.names.joined(separator: ", "))
  }

  private static func labels(in arrays: NumPyArrays, besides images: String, labelsFile: String?, file: String) throws
    -> [Int]
  {
    let name = labelNames.first { arrays.names.contains($0) && $0 != images }
    switch (name, labelsFile) {
    case (nil, nil):
      throw InputError(
        .usage, "the file holds no labels", at: .init(file: file),
        expected: "an array named \(labelNames.joined(separator: ", "))", hint: "give them with --labels")
    case (let name?, let labelsFile?):
      throw InputError(
        .usage, "the file has its own labels", at: .init(file: file, key: name), found: "'\(labelsFile)' as well")
    case (nil, let labelsFile?):
      return try LabelFile.labels(file: labelsFile)
    case (let name?, nil):
      return try LabelFile.labels(of: arrays.array(named: name), file: file, key: name)
    }
  }

  private static func content(of array: NumPyArray, layout: Layout, file: String, key: String) throws
    -> ImageCollection.Content
  {
    let area = layout.height * layout.width
    func bytes(_ bytes: [UInt8]) -> ImageCollection.Content {
      .bytes(
        .init(
          width: layout.width, height: layout.height, colour: layout.colour, isChannelsFirst: layout.isChannelsFirst,
          bytes: bytes, stride: area * layout.colour.channels, offset: 0))
    }
    switch array.values {
    case .bytes(let values):
      return bytes(values)
    case .integers(let values):
      return bytes(
        try values.map { value in
          guard let byte = UInt8(exactly: value) else {
            throw InputError(
              .data, "a sample is out of range", at: .init(file: file, key: key), expected: "0…255", found: "\(value)")
          }
          return byte
        })
    case .floats, .doubles:
      return .floats(
        .init(
          width: layout.width, height: layout.height, colour: layout.colour, isChannelsFirst: layout.isChannelsFirst,
          values: array.floats))
    }
  }
}
