import InputErrors
import Tensors

/// What of a source is loaded, and how.
public struct ImageLoadingOptions: Sendable, Hashable {
  /// Only the first images, this many at most.
  public var limit: Int?
  /// Only a random draw without replacement, of this many at most, from those that ``limit`` leaves; they keep their
  /// order.
  public var sample: Int?
  /// Decides the random draw.
  public var seed: UInt64 = 0
  /// What is added to each label: 1 for a network whose first output is a background class.
  public var labelOffset = 0
  /// The number of the network's classes; labels from there on are errors. Nil when unknown.
  public var classCount: Int?
  /// Leave out images that cannot be decoded, and list them, rather than fail at the first.
  public var skipCorrupt = false
  /// Labels are not read: every image gets 0. For images that need none, such as those of a concept; a folder's images
  /// may then stand directly in it.
  public var ignoresLabels = false
  /// How many tasks decode at a time; the result does not depend on it.
  public var workers = 1

  public init() {}

  func check() throws {
    for (value, key) in [(limit, "limit"), (sample, "sample"), (workers, "workers")] {
      guard let value, value < 1 else { continue }
      throw InputError(
        .usage, "the number is out of range", at: .init(key: key), expected: "1 or more", found: "\(value)")
    }
  }
}

/// Images as they were loaded, with what was left out.
public struct LoadedImages: Sendable {
  /// A file that could not be decoded.
  public struct Skipped: Sendable, Hashable {
    /// Its index among the images that were chosen.
    public let index: Int
    /// Why.
    public let error: InputError
  }

  public let images: LabeledImages
  /// The corrupt files that were left out, in order; empty unless ``ImageLoadingOptions/skipCorrupt``.
  public let skipped: [Skipped]
  /// How many files of a folder were passed over because their names are not images'.
  public let ignoredFileCount: Int

  /// The same with other images: a part of them.
  public func replacing(images: LabeledImages) -> LoadedImages {
    LoadedImages(images: images, skipped: skipped, ignoredFileCount: ignoredFileCount)
  }
}

/// Loads labelled images from files.
public enum ImageLoading {
  /// Reads, chooses, decodes and preprocesses the images of a source.
  ///
  /// Images are chosen before anything is decoded; then `workers` tasks stride over them. Results are gathered in the
  /// source's order, so they do not depend on the number of workers; nor does the error, which is that of the first bad
  /// image.
  /// - Parameter progress: called after each image with the number done and the number in all, one call at a time.
  /// - Throws: ``InputError`` for anything that files or options cause; `CancellationError` when the task is cancelled.
  public static func load(
    _ source: ImageSource, preprocessing: Preprocessing, options: ImageLoadingOptions = .init(),
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> LoadedImages {
    try options.check()
    let collection = try source.collection(
      ignoresLabels: options.ignoresLabels, folderCount: options.classCount.map { $0 - options.labelOffset })
    let chosen = chosenIndices(of: collection.count, options)
    let namedClasses = source.classes == nil ? nil : collection.classNames.count
    let labels = try chosen.map { try label(of: $0, in: collection, namedClasses: namedClasses, options) }
    let results = try await preprocessed(
      chosen, of: collection, preprocessing, workers: min(options.workers, chosen.count),
      skipCorrupt: options.skipCorrupt, progress: progress)

    var kept: [Int] = []
    var pixels: [PreprocessedImage] = []
    var skipped: [LoadedImages.Skipped] = []
    for (position, result) in results.enumerated() {
      switch result {
      case .image(let image):
        kept.append(position)
        pixels.append(image)
      case .corrupt(let error):
        guard options.skipCorrupt else { throw error }
        skipped.append(.init(index: position, error: error))
      case .failed(let error):
        throw error
      }
    }
    guard !pixels.isEmpty else {
      throw InputError(
        .data, "every image is corrupt", at: .init(file: source.path), found: "\(skipped.count) of \(results.count)")
    }
    let images = try LabeledImages(
      shapes: pixels.map(\.shape), storage: PreprocessedImage.storage(of: pixels), imageDigests: pixels.map(\.digest),
      labels: kept.map { labels[$0] }, classNames: offset(collection.classNames, by: options.labelOffset),
      names: kept.map { collection.names[chosen[$0]] }, columnNames: collection.columnNames,
      columns: collection.columns.mapValues { column in kept.map { column[chosen[$0]] } },
      preprocessing: preprocessing, sourceSizes: pixels.map(\.source))
    return LoadedImages(images: images, skipped: skipped, ignoredFileCount: collection.ignoredFileCount)
  }

  private static func chosenIndices(of count: Int, _ options: ImageLoadingOptions) -> [Int] {
    let available = min(count, options.limit ?? count)
    return ImageSampling.indices(drawing: options.sample ?? available, of: available, seed: options.seed)
  }

  private static func label(
    of index: Int, in collection: ImageCollection, namedClasses: Int?, _ options: ImageLoadingOptions
  ) throws -> Int {
    if options.ignoresLabels { return 0 }
    let stored = collection.labels[index]
    let (label, overflow) = stored.addingReportingOverflow(options.labelOffset)
    let place = InputError.Place(file: collection.names[index])
    let found = options.labelOffset == 0 ? "\(stored)" : "\(stored) with offset \(options.labelOffset)"
    guard !overflow, label >= 0 else {
      throw InputError(.data, "the label is negative", at: place, expected: "0 or more", found: found)
    }
    if let classCount = options.classCount, label >= classCount {
      throw InputError(
        .data, "the label is outside the classes", at: place, expected: "0…\(classCount - 1)", found: found)
    }
    // The file of class names lists the labels as stored, before any offset.
    if let namedClasses, stored >= namedClasses {
      throw InputError(
        .data, "the label is outside the class names", at: place, expected: "0…\(namedClasses - 1)", found: "\(stored)")
    }
    return label
  }

  /// Class names moved along with the labels; the classes before them have no name but their number.
  private static func offset(_ names: [String], by offset: Int) -> [String] {
    guard !names.isEmpty, offset != 0, offset < 100_000 else { return offset == 0 ? names : [] }
    return offset > 0 ? (0..<offset).map(String.init) + names : Array(names.dropFirst(-offset))
  }

  /// One task a worker, each striding over the chosen images; the results are in the order of the choice.
  private static func preprocessed(
    _ chosen: [Int], of collection: ImageCollection, _ preprocessing: Preprocessing, workers: Int, skipCorrupt: Bool,
    progress: (@Sendable (Int, Int) -> Void)?
  ) async throws -> [PreprocessedImage.Outcome] {
    let counter = ProgressCounter(total: chosen.count, report: progress)
    var results = [PreprocessedImage.Outcome?](repeating: nil, count: chosen.count)
    try await withThrowingTaskGroup(of: [(Int, PreprocessedImage.Outcome)].self) { group in
      for worker in 0..<workers {
        group.addTask {
          var outcomes: [(Int, PreprocessedImage.Outcome)] = []
          for position in stride(from: worker, to: chosen.count, by: workers) {
            try Task.checkCancellation()
            let outcome = PreprocessedImage.outcome(of: chosen[position], in: collection, preprocessing)
            outcomes.append((position, outcome))
            // Behind a bad image no later one of this worker can be the first that is bad.
            switch outcome {
            case .image: break
            case .corrupt: guard skipCorrupt else { return outcomes }
            case .failed: return outcomes
            }
            await counter.advance()
          }
          return outcomes
        }
      }
      for try await outcomes in group {
        for (position, outcome) in outcomes { results[position] = outcome }
      }
    }
    // What is missing stands behind a bad image of the same worker, and the caller throws at the first of those.
    return results.compactMap { $0 }
  }
}

/// Counts images done by several tasks.
private actor ProgressCounter {
  private var done = 0
  private let total: Int
  private let report: (@Sendable (Int, Int) -> Void)?

  init(total: Int, report: (@Sendable (Int, Int) -> Void)?) {
    self.total = total
    self.report = report
  }

  func advance() {
    done += 1
    report?(done, total)
  }
}
