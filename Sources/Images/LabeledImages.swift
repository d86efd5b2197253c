import InputErrors
import Tensors

/// Preprocessed images of one shape with their labels: immutable, and shared between tasks without copying.
///
/// Images of 8-bit samples are kept as such, after resize, crop and channel order, and normalised by a table of 256
/// values a channel when they are read: exactly what normalising first would give, in a quarter of the memory. Images of
/// floats (NumPy arrays) are kept normalised.
public struct LabeledImages: Sendable {
  enum Storage: Sendable {
    case bytes([[UInt8]])
    case floats([[Float]])
  }

  /// The shape of every image: channels × height × width.
  public let shape: Shape
  /// The class of each image: an index into the network's outputs, never negative.
  public let labels: [Int]
  /// Names of the classes by label; empty when none are known. See ``className(of:)``.
  public let classNames: [String]
  /// Where each image comes from: a file below the given folder, or `file[index]`.
  public let names: [String]
  /// The names of ``columns``, in the file's order.
  public let columnNames: [String]
  /// Further facts of the images by column name, one text an image: the columns of a CSV list.
  public let columns: [String: [String]]
  /// What was done to the images.
  public let preprocessing: Preprocessing
  /// The size of each picture before it was resized and cropped; nil for images of floats.
  public let sourceSizes: [Preprocessing.Size?]
  /// SHA-256 over shape, preprocessing, samples and labels in order, as hexadecimal digits: equal digests mean the same
  /// input to a network. Names and columns do not count.
  public let digest: String

  let storage: Storage
  /// The digest of each image's samples alone, from which those of subsets follow.
  let imageDigests: [[UInt8]]
  /// 256 values a channel; empty for floats.
  private let table: [Float]

  public var count: Int { labels.count }

  /// Preprocesses images that are already in memory.
  ///
  /// - Parameters:
  ///   - names: one an image; without, `image[index]`.
  ///   - classNames: by label, or empty.
  ///   - columns: further facts, each with its name and one text an image.
  /// - Throws: ``InputError`` (data) when there is no image, the numbers of images, labels, names and facts differ, a
  ///   column's name comes twice, a label is negative, or images differ in shape; as ``Preprocessing`` when a crop does
  ///   not fit.
  public init(
    images: [Image], labels: [Int], classNames: [String] = [], names: [String]? = nil,
    columns: [(name: String, texts: [String])] = [], preprocessing: Preprocessing = .none
  ) throws {
    let names = names ?? images.indices.map { "image[\($0)]" }
    guard names.count == images.count else { throw Self.countMismatch("names", names.count, images.count) }
    var texts: [String: [String]] = [:]
    for column in columns {
      guard column.texts.count == images.count else {
        throw Self.countMismatch("texts of '\(column.name)'", column.texts.count, images.count)
      }
      guard texts.updateValue(column.texts, forKey: column.name) == nil else {
        throw InputError(.data, "a column name comes twice", found: "'\(column.name)'")
      }
    }
    let samples = try zip(images, names).map { try preprocessing.samples(of: $0, file: $1) }
    try self.init(
      shapes: samples.map(\.shape), storage: .bytes(samples.map(\.bytes)),
      imageDigests: samples.map { SHA256Digest.of($0.bytes) }, labels: labels, classNames: classNames, names: names,
      columnNames: columns.map(\.name), columns: texts, preprocessing: preprocessing,
      sourceSizes: samples.map(\.source))
  }

  /// Takes values that are ready for the network, channels first.
  ///
  /// - Throws: ``InputError`` (data) as ``init(images:labels:classNames:names:columns:preprocessing:)``, or when a value
  ///   is not finite.
  public init(
    tensors: [Tensor], labels: [Int], classNames: [String] = [], names: [String]? = nil
  ) throws {
    let names = names ?? tensors.indices.map { "image[\($0)]" }
    for (tensor, name) in zip(tensors, names) where !tensor.values.allSatisfy(\.isFinite) {
      throw InputError(.data, "the image has a value that is not finite", at: .init(file: name))
    }
    try self.init(
      shapes: tensors.map(\.shape), storage: .floats(tensors.map(\.values)),
      imageDigests: tensors.map { Self.digest(of: $0.values) }, labels: labels, classNames: classNames, names: names,
      preprocessing: .none, sourceSizes: tensors.map { _ in nil })
  }

  init(
    shapes: [Shape], storage: Storage, imageDigests: [[UInt8]], labels: [Int], classNames: [String], names: [String],
    columnNames: [String] = [], columns: [String: [String]] = [:], preprocessing: Preprocessing,
    sourceSizes: [Preprocessing.Size?]
  ) throws {
    guard let shape = shapes.first else { throw InputError(.data, "there is no image") }
    guard labels.count == shapes.count else { throw Self.countMismatch("labels", labels.count, shapes.count) }
    guard names.count == shapes.count else { throw Self.countMismatch("names", names.count, shapes.count) }
    guard shape.rank == 3 else {
      throw InputError(
        .data, "an image has the wrong shape", at: .init(file: names[0]), expected: "channels×height×width",
        found: "\(shape)")
    }
    for (other, name) in zip(shapes, names) where other != shape {
      throw InputError(
        .data, "the images differ in shape", at: .init(file: name), expected: "\(shape), as \(names[0])",
        found: "\(other)", hint: "set --resize, --crop or --channels so that all become alike")
    }
    for (label, name) in zip(labels, names) where label < 0 {
      throw InputError(
        .data, "the label is negative", at: .init(file: name), expected: "0 or more", found: "\(label)")
    }
    let table: [Float] =
      switch storage {
      case .bytes: try preprocessing.normalizationTable(channels: shape.channels)
      case .floats: []
      }
    self.init(
      valid: shape, storage: storage, table: table, imageDigests: imageDigests, labels: labels, classNames: classNames,
      names: names, columnNames: columnNames, columns: columns, preprocessing: preprocessing,
      sourceSizes: sourceSizes)
  }

  private init(
    valid shape: Shape, storage: Storage, table: [Float], imageDigests: [[UInt8]], labels: [Int], classNames: [String],
    names: [String], columnNames: [String], columns: [String: [String]], preprocessing: Preprocessing,
    sourceSizes: [Preprocessing.Size?]
  ) {
    self.shape = shape
    self.storage = storage
    self.table = table
    self.imageDigests = imageDigests
    self.labels = labels
    self.classNames = classNames
    self.names = names
    self.columnNames = columnNames
    self.columns = columns
    self.preprocessing = preprocessing
    self.sourceSizes = sourceSizes
    digest = Self.digest(shape: shape, preprocessing: preprocessing, imageDigests: imageDigests, labels: labels)
  }

  private static func countMismatch(_ what: String, _ found: Int, _ expected: Int) -> InputError {
    InputError(
      .data, "the number of \(what) is not that of the images", expected: "\(expected)", found: "\(found)")
  }
}

// MARK: - Reading

extension LabeledImages {
  /// The name of a class, or the label as text when none is known.
  public func className(of label: Int) -> String {
    classNames.indices.contains(label) ? classNames[label] : String(label)
  }

  /// Writes an image's normalised values, channels first, to every `stride`-th place of `destination`.
  ///
  /// Nothing is allocated. Complexity: O(`shape.count`).
  /// - Precondition: the index is that of an image, `stride` is positive, and `destination` holds
  ///   `(shape.count − 1) · stride + 1` values.
  public func copyPixels(of index: Int, into destination: UnsafeMutableBufferPointer<Float>, stride: Int = 1) {
    precondition(stride > 0 && destination.count > (shape.count - 1) * stride, "the image does not fit")
    switch storage {
    case .bytes(let images):
      let area = shape.area
      images[index].withUnsafeBufferPointer { samples in
        table.withUnsafeBufferPointer { table in
          for channel in 0..<shape.channels {
            let row = UnsafeBufferPointer(rebasing: table[(channel * 256)..<(channel * 256 + 256)])
            for element in (channel * area)..<((channel + 1) * area) {
              destination[element * stride] = row[Int(samples[element])]
            }
          }
        }
      }
    case .floats(let images):
      images[index].withUnsafeBufferPointer { values in
        for element in values.indices { destination[element * stride] = values[element] }
      }
    }
  }

  /// An image's normalised values, channels first.
  public func pixels(of index: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: shape.count) { values, count in
      copyPixels(of: index, into: values)
      count = shape.count
    }
  }

  /// An image's normalised values as a tensor of ``shape``.
  public func tensor(of index: Int) -> Tensor {
    var tensor = Tensor(repeating: 0, shape: shape)
    tensor.values.withUnsafeMutableBufferPointer { copyPixels(of: index, into: $0) }
    return tensor
  }

  /// The picture as the network sees it, before normalisation, or nil for images of floats.
  public func picture(of index: Int) -> Image? {
    switch storage {
    case .floats: return nil
    case .bytes(let images):
      let area = shape.area
      let order: [Int] = shape.channels == 1 ? [0] : (preprocessing.channels == .bgr ? [2, 1, 0] : [0, 1, 2])
      let samples = images[index]
      let pixels = (0..<area).flatMap { pixel in order.map { samples[$0 * area + pixel] } }
      return Image(
        width: shape.width, height: shape.height, colour: order.count == 1 ? .grey : .rgb, pixels: pixels)
    }
  }
}

// MARK: - Parts

extension LabeledImages {
  /// The images at these indices, in this order; an index may come more than once. Samples are shared, not copied.
  ///
  /// - Precondition: every index is that of an image.
  public func subset(_ indices: [Int]) -> LabeledImages {
    let storage: Storage =
      switch storage {
      case .bytes(let images): .bytes(indices.map { images[$0] })
      case .floats(let images): .floats(indices.map { images[$0] })
      }
    return LabeledImages(
      valid: shape, storage: storage, table: table, imageDigests: indices.map { imageDigests[$0] },
      labels: indices.map { labels[$0] }, classNames: classNames, names: indices.map { names[$0] },
      columnNames: columnNames, columns: columns.mapValues { column in indices.map { column[$0] } },
      preprocessing: preprocessing, sourceSizes: indices.map { sourceSizes[$0] })
  }

  /// These images and then others of the same shape and preprocessing; columns that only one set has are dropped.
  ///
  /// - Throws: ``InputError`` (data) when shapes differ, or one set holds samples and the other floats.
  public func appending(_ other: LabeledImages) throws(InputError) -> LabeledImages {
    guard shape == other.shape else {
      throw InputError(.data, "the images differ in shape", expected: "\(shape)", found: "\(other.shape)")
    }
    let storage: Storage
    switch (self.storage, other.storage) {
    case (.bytes(let first), .bytes(let second)): storage = .bytes(first + second)
    case (.floats(let first), .floats(let second)): storage = .floats(first + second)
    case (.bytes, .floats), (.floats, .bytes):
      throw InputError(.data, "pictures and arrays of floats cannot be put together", found: other.names.first)
    }
    let shared = columnNames.filter { other.columns[$0] != nil }
    return LabeledImages(
      valid: shape, storage: storage, table: table, imageDigests: imageDigests + other.imageDigests,
      labels: labels + other.labels, classNames: classNames, names: names + other.names, columnNames: shared,
      columns: Dictionary(
        uniqueKeysWithValues: shared.map { ($0, (columns[$0] ?? []) + (other.columns[$0] ?? [])) }),
      preprocessing: preprocessing, sourceSizes: sourceSizes + other.sourceSizes)
  }

  /// For each image the first one with the same samples: itself, unless it is a copy.
  public var firstOccurrences: [Int] {
    var first: [[UInt8]: Int] = [:]
    return imageDigests.indices.map { index in
      if let earlier = first[imageDigests[index]] { return earlier }
      first[imageDigests[index]] = index
      return index
    }
  }

  /// The first `count` images, or all when there are fewer.
  ///
  /// - Precondition: `count` is not negative.
  public func limit(_ count: Int) -> LabeledImages { subset(Array(0..<min(count, self.count))) }

  /// `count` images drawn without replacement, or all when there are fewer; they keep their order. The same seed draws
  /// the same images.
  ///
  /// - Precondition: `count` is not negative.
  public func sample(_ count: Int, seed: UInt64) -> LabeledImages {
    subset(ImageSampling.indices(drawing: count, of: self.count, seed: seed))
  }
}

// MARK: - Digests

extension LabeledImages {
  static func digest(of values: [Float]) -> [UInt8] {
    var digest = SHA256Digest()
    values.map(\.bitPattern.littleEndian).withUnsafeBytes { digest.update($0) }
    return digest.finalize()
  }

  private static func digest(
    shape: Shape, preprocessing: Preprocessing, imageDigests: [[UInt8]], labels: [Int]
  ) -> String {
    var digest = SHA256Digest()
    digest.update(Array("labelled images, version 1".utf8))
    for extent in shape.extents { digest.update(UInt64(extent)) }
    preprocessing.update(&digest)
    digest.update(UInt64(labels.count))
    for (image, label) in zip(imageDigests, labels) {
      digest.update(image)
      digest.update(UInt64(label))
    }
    return SHA256Digest.hexadecimal(digest.finalize())
  }
}

extension Preprocessing {
  /// Takes every setting into a digest.
  func update(_ digest: inout SHA256Digest) {
    switch resize {
    case .none: digest.update(0)
    case .shorterSide(let side):
      digest.update(1)
      digest.update(UInt64(side))
    case .exact(let size):
      digest.update(2)
      digest.update(UInt64(size.width))
      digest.update(UInt64(size.height))
    }
    digest.update(UInt64(crop?.width ?? 0))
    digest.update(UInt64(crop?.height ?? 0))
    let name = Array(channels.rawValue.utf8)
    digest.update(UInt64(name.count))
    digest.update(name)
    for values in [[scale], mean, standardDeviation] {
      digest.update(UInt64(values.count))
      for value in values { digest.update(value.bitPattern) }
    }
  }
}
