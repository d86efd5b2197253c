import InputErrors

/// CIFAR-10's binary form: records of one label byte and 3 × 32 × 32 bytes, red, green and blue plane.
enum CIFAR10Binary {
  private static let recordLength = 1 + 3 * 32 * 32
  private static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// - Throws: ``InputError`` (noInput) when the file cannot be read; (data) when its length is no multiple of 3073, it is
  ///   empty, or a label is above 9.
  static func collection(file: String) throws -> ImageCollection {
    let bytes = try FileBytes.read(file)
    guard !bytes.isEmpty, bytes.count % recordLength == 0 else {
      throw InputError(
        .data, "the file is not CIFAR-10 binary", at: .init(file: file),
        expected: "records of \(recordLength) bytes", found: "\(bytes.count) bytes")
    }
    let count = bytes.count / recordLength
    let labels = try (0..<count).map { index in
      let label = Int(bytes[index * recordLength])
      guard label < classNames.count else {
        throw InputError(
          .data, "the label is outside the classes", at: .init(file: file, byte: index * recordLength),
          expected: "0…9", found: "\(label)")
      }
      return label
    }
    return ImageCollection(
      names: (0..<count).map { "\(FileNames.last(of: file))[\($0)]" }, labels: labels, classNames: classNames,
      content: .bytes(
        .init(
          width: 32, height: 32, colour: .rgb, isChannelsFirst: true, bytes: bytes, stride: recordLength, offset: 1)))
  }
}
