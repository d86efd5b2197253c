import InputErrors

/// IDX files (MNIST and its kin), plain or gzip: 8-bit grey images and their labels in a second file.
enum IDXDataset {
  private static let imageMagic: [UInt8] = [0, 0, 8, 3]
  private static let labelMagic: [UInt8] = [0, 0, 8, 1]

  /// - Parameter labelsFile: IDX labels, or nil to look for the images' name with `labels-idx1` for `images-idx3`.
  /// - Throws: ``InputError`` (data) when a file is not IDX of bytes, is truncated or too long, or the counts differ;
  ///   (noInput) when a file is missing; (usage) when the labels' file is neither given nor to be guessed.
  static func collection(file: String, labelsFile: String?, ignoresLabels: Bool) throws -> ImageCollection {
    let bytes = try contents(of: file)
    let extents = try header(of: bytes, magic: imageMagic, what: "images", file: file)
    let (count, height, width) = (extents[0], extents[1], extents[2])
    guard count > 0, height > 0, width > 0 else {
      throw InputError(
        .data, "the file holds no images", at: .init(file: file), found: "\(count) of \(height)×\(width) pixels")
    }
    var labels = [Int](repeating: 0, count: count)
    if !ignoresLabels {
      let labelsFile = try labelsFile ?? guessedLabelsFile(for: file)
      labels = try LabelFile.labels(file: labelsFile)
      guard labels.count == count else {
        throw InputError(
          .data, "the number of labels is not that of the images", at: .init(file: labelsFile), expected: "\(count)",
          found: "\(labels.count)")
      }
    }
    return ImageCollection(
      names: (0..<count).map { "\(FileNames.last(of: file))[\($0)]" }, labels: labels,
      content: .bytes(
        .init(
          width: width, height: height, colour: .grey, isChannelsFirst: true, bytes: bytes, stride: width * height,
          offset: 16)))
  }

  /// The labels of an IDX label file's bytes.
  static func labels(_ bytes: [UInt8], file: String) throws -> [Int] {
    _ = try header(of: bytes, magic: labelMagic, what: "labels", file: file)
    return bytes.dropFirst(8).map(Int.init)
  }

  static func isImages(_ bytes: [UInt8]) -> Bool { bytes.starts(with: imageMagic) }
  static func isLabels(_ bytes: [UInt8]) -> Bool { bytes.starts(with: labelMagic) }

  /// A file's bytes, decompressed when it is gzip.
  static func contents(of file: String) throws -> [UInt8] {
    let bytes = try FileBytes.read(file)
    guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
    let limit = min(bytes.count * Inflater.largestFactor, 1 << 33)
    return try Inflater.inflate(bytes[...], format: .gzip, limit: limit, file: file)
  }

  /// Checks the magic number and that the data are as long as the extents say; returns the extents.
  private static func header(of bytes: [UInt8], magic: [UInt8], what: String, file: String) throws -> [Int] {
    guard bytes.starts(with: magic) else {
      throw InputError(
        .data, "the file is not IDX \(what) of bytes", at: .init(file: file, byte: 0),
        expected: magic.map(String.init).joined(separator: " "),
        found: bytes.prefix(4).map(String.init).joined(separator: " "))
    }
    let rank = Int(magic[3])
    let start = 4 + 4 * rank
    guard bytes.count >= start else {
      throw InputError(.data, "the header is truncated", at: .init(file: file, byte: bytes.count))
    }
    let extents = (0..<rank).map { axis in
      bytes[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
    }
    var expected = 1
    for extent in extents {
      let (product, overflow) = expected.multipliedReportingOverflow(by: extent)
      guard !overflow else {
        throw InputError(.data, "the extents are out of range", at: .init(file: file), found: "\(extents)")
      }
      expected = product
    }
    guard bytes.count - start == expected else {
      throw InputError(
        .data, "the file's length is not what its header says", at: .init(file: file),
        expected: "\(expected) bytes of \(what)", found: "\(bytes.count - start)")
    }
    return extents
  }

  private static func guessedLabelsFile(for file: String) throws -> String {
    let name = FileNames.last(of: file)
    for separator in ["-", "."] {
      if let range = name.firstRange(of: "images\(separator)idx3") {
        let changed = name[..<range.lowerBound] + "labels\(separator)idx1" + name[range.upperBound...]
        return String(file.dropLast(name.count) + changed)
      }
    }
    throw InputError(
      .usage, "the labels are in another file, which must be given", at: .init(file: file),
      hint: "give it with --labels")
  }
}
