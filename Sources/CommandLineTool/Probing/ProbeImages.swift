import Images
import Inference
import InputErrors
import Networks
import Probing
import Reports

/// The images of `probe` and the concepts in them.
struct ProbeImages: Sendable {
  /// Images that were read, and what they show.
  struct Loaded: Sendable {
    let images: LabeledImages
    let concepts: [ProbedConcept]
    /// The column of the control task with a number for each image; nil for mirror images.
    let identities: (column: String, numbers: [Int])?
    let path: String
    let isUnlabeled: Bool
    let remarks: [String]
  }

  /// A control task of fewer identities tells little about memorising.
  private static let fewestIdentities = 20

  private let options: ProbeOptions
  private let images: ImageOptions
  private let seed: UInt64

  init(_ arguments: Arguments, options: ProbeOptions, seed: UInt64, workers: Int) throws {
    self.options = options
    self.seed = seed
    guard let positive = options.positive else {
      images = try ImageOptions(arguments, seed: seed, workers: workers)
      return
    }
    if try arguments.value(ImageOptions.images) != nil {
      throw InputError(
        .usage, "the concept's images are given twice", at: .init(key: "--images"),
        expected: "--images with --target, or --positive with --negative")
    }
    images = try ImageOptions(arguments, path: positive, seed: seed, workers: workers)
  }

  /// Reads the images and finds the concepts in them; a copy of an image counts once.
  ///
  /// - Throws: ``InputErrors/InputError``, also when one image shows a concept and does not.
  func load(
    for network: Network, display: ProgressDisplay, output: CommonOptions.Output
  ) async throws -> Loaded {
    if let positive = options.positive, let negative = options.negative {
      return try await folders(positive, negative, network, display, output)
    }
    let loaded =
      options.isUnlabeled
      ? try await images.loadUnlabeled(
        images.source.path, for: network, phase: "decoding", display: display, output: output
      ).images
      : try await images.load(for: network, phase: "decoding", display: display, output: output).images
    let reading = ConceptReading(loaded, kind: options.readingKind)
    var concepts: [ProbedConcept] = [], remarks: [String] = []
    for target in options.targets {
      let (concept, copies) = try withoutCopies(try reading.concept(target), loaded)
      if copies > 0 { remarks.append(Self.copiesRemark(copies, of: concept)) }
      let silent = loaded.count - copies - concept.rows.count
      if silent > 0 {
        remarks.append(
          "\(NumberText.grouped(silent)) images say nothing about '\(concept.name)' and are left out for it.")
      }
      if let identity = options.identity, target == identity || target.hasPrefix(identity + "=") {
        remarks.append(
          "The control task of '\(concept.name)' is made of the concept's own column and controls nothing.")
      }
      concepts.append(options.balance == .sample ? concept.balanced(seed: seed) : concept)
    }
    if let name = Dictionary(grouping: concepts, by: \.name).first(where: { $1.count > 1 })?.key {
      throw InputError(.usage, "a concept is named twice", at: .init(key: "--target"), found: "'\(name)'")
    }
    let identities = try options.identity.map { (column: $0, numbers: try reading.identities(column: $0)) }
    if let identities, Set(identities.numbers).count < Self.fewestIdentities {
      remarks.append(
        "The control task's column '\(identities.column)' has only \(Set(identities.numbers).count) values: random labels of so "
          + "few are a concept of their own, which a layer may well know.")
    }
    return Loaded(
      images: loaded, concepts: concepts, identities: identities, path: images.source.path,
      isUnlabeled: options.isUnlabeled, remarks: remarks)
  }

  private func folders(
    _ positive: String, _ negative: String, _ network: Network, _ display: ProgressDisplay,
    _ output: CommonOptions.Output
  ) async throws -> Loaded {
    let shown = try await images.loadUnlabeled(
      positive, for: network, phase: "decoding images of the concept", display: display, output: output
    ).images
    let others = try await images.loadUnlabeled(
      negative, for: network, phase: "decoding images without it", display: display, output: output
    ).images
    let both = try shown.appending(others)
    let name =
      options.conceptName ?? positive.split(separator: "/").last.map(String.init) ?? positive
    let (concept, copies) = try withoutCopies(
      .shown(name, positiveCount: shown.count, negativeCount: others.count), both)
    return Loaded(
      images: both, concepts: [options.balance == .sample ? concept.balanced(seed: seed) : concept], identities: nil,
      path: "\(positive), \(negative)", isUnlabeled: true,
      remarks: copies > 0 ? [Self.copiesRemark(copies, of: concept)] : [])
  }

  private static func copiesRemark(_ copies: Int, of concept: ProbedConcept) -> String {
    "\(NumberText.grouped(copies)) copies of other images are left out for '\(concept.name)': in another fold they would be "
      + "known already."
  }

  private func withoutCopies(
    _ concept: ProbedConcept, _ images: LabeledImages
  ) throws -> (concept: ProbedConcept, copies: Int) {
    let first = images.firstOccurrences
    if case .classes(let labels, _) = concept.target {
      var known: [Int: Int] = [:]
      for (row, label) in zip(concept.rows, labels) {
        if let other = known[first[row]], other != label {
          throw InputError(
            .data, "one image is both '\(concept.classNames[other])' and '\(concept.classNames[label])'",
            at: .init(file: images.names[row]), found: "the same pixels as \(images.names[first[row]])")
        }
        known[first[row]] = label
      }
    }
    let kept = concept.filtered { first[$0] == $0 }
    return (kept, concept.rows.count - kept.rows.count)
  }
}
