import Images
import InputErrors
import Statistics
import Tensors

/// The images that a network is trained on, and those that it is judged by.
public struct TrainingData: Sendable {
  public let training: LabeledImages
  /// Nil when nothing is kept for validation.
  public let validation: LabeledImages?
  /// The number of classes: of names, or one more than the largest label.
  public let classCount: Int
  /// For a split: the positions of the validation images among those that were split; empty for images of their own.
  public let validationIndices: [Int]

  public var shape: Shape { training.shape }
  /// Names by label, as far as they are known.
  public var classNames: [String] { (0..<classCount).map { training.className(of: $0) } }

  /// Takes validation images of their own, or none.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) when the training images are of one class only, or when the validation
  ///   images differ in shape, in the names of the classes, or have a class that training lacks.
  public init(training: LabeledImages, validation: LabeledImages? = nil) throws {
    try self.init(
      training, validation,
      classCount: max(training.classNames.count, (training.labels.max() ?? 0) + 1), validationIndices: [])
    guard let validation else { return }
    guard validation.shape == training.shape else {
      throw InputError(
        .data, "the validation images differ in shape from the training images", expected: "\(training.shape)",
        found: "\(validation.shape)")
    }
    guard validation.preprocessing == training.preprocessing else {
      throw InputError(.data, "the validation images are preprocessed otherwise than the training images")
    }
    let names = (training.classNames, validation.classNames)
    guard names.0.isEmpty || names.1.isEmpty || names.0 == names.1 else {
      let first = zip(names.0, names.1).first { $0 != $1 }
      throw InputError(
        .data, "the validation images have other classes than the training images",
        expected: first.map { "'\($0.0)'" } ?? "\(names.0.count) classes",
        found: first.map { "'\($0.1)'" } ?? "\(names.1.count)", hint: "name the classes with --classes")
    }
    if let label = validation.labels.first(where: { $0 >= classCount }) {
      throw InputError(
        .data, "a validation image has a class that no training image has", expected: "labels below \(classCount)",
        found: "\(label)")
    }
  }

  /// Keeps a share of each class's images for validation, drawn by the seed.
  ///
  /// Of a class with `n` images `⌊share · n + ½⌋` are kept, but at least one remains for training.
  /// - Parameter share: 0 for no validation, below 1.
  /// - Throws: as ``init(training:validation:)``; (data) when the share keeps no image at all.
  public init(splitting images: LabeledImages, validationShare share: Double, seed: UInt64) throws {
    try Self.requireTwoClasses(images)
    let classCount = max(images.classNames.count, (images.labels.max() ?? 0) + 1)
    guard share > 0 else {
      try self.init(images, nil, classCount: classCount, validationIndices: [])
      return
    }
    var members: [Int: [Int]] = [:]
    for (index, label) in images.labels.enumerated() { members[label, default: []].append(index) }
    var kept: [Int] = []
    for label in members.keys.sorted() {
      var own = members[label] ?? []
      let count = min(own.count - 1, Int((share * Double(own.count)).rounded()))
      var stream = RandomStream(seed: seed, purpose: .validationSplit, index: label)
      stream.shuffle(&own)
      kept += own.prefix(count)
    }
    kept.sort()
    guard !kept.isEmpty else {
      throw InputError(
        .data, "the share for validation keeps no image", at: .init(key: "validation"),
        found: "\(share) of \(images.count) images", hint: "raise it, or set it to 0")
    }
    let isKept = Set(kept)
    try self.init(
      images.subset(images.labels.indices.filter { !isKept.contains($0) }), images.subset(kept),
      classCount: classCount, validationIndices: kept)
  }

  private init(
    _ training: LabeledImages, _ validation: LabeledImages?, classCount: Int, validationIndices: [Int]
  ) throws {
    try Self.requireTwoClasses(training)
    guard classCount <= 1 << 16 else {
      throw InputError(.data, "there are too many classes", expected: "at most \(1 << 16)", found: "\(classCount)")
    }
    self.training = training
    self.validation = validation
    self.classCount = classCount
    self.validationIndices = validationIndices
  }

  private static func requireTwoClasses(_ images: LabeledImages) throws {
    guard let first = images.labels.first, images.labels.allSatisfy({ $0 == first }) else { return }
    throw InputError(
      .data, "all training images are of one class", expected: "two classes or more",
      found: "'\(images.className(of: first))' alone")
  }
}
