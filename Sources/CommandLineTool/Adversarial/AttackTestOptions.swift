import Images
import InputErrors
import Networks

/// The options that say on which images, and how, removals are judged.
struct AttackTestOptions: Sendable {
  static let test = CommandOption<String>.text(
    "test", "PATH",
    "Images to judge by, in any form that --images takes; those that are among --images too are left out. Without it, "
      + "--images are parted in two by the seed, class by class.")
  static let testLabels = CommandOption<String>.text(
    "test-labels", "FILE", "The labels of --test, for forms of images that hold none.")
  static let testSample = CommandOption<Int>.count(
    "test-sample", "N", "Judge by N images drawn at random by the seed only.")
  static let testShare = CommandOption<Double>.real(
    "test-share", "S", "Without --test: the share of --images that is kept for judging.", default: "0.5",
    expected: "a number between 0 and 1"
  ) { $0 > 0 && $0 < 1 }
  static let removals = CommandOption<String>.text(
    "removals", "a,b,…", "How many filters are removed.", default: "5,10,20,50, as far as there are filters")
  static let randomOrders = CommandOption<Int>.count(
    "random-orders", "N", "How many random orders of removal stand beside, each attacked anew.", in: 0...100,
    default: "3")
  static let beside = CommandOption<String>.text(
    "beside", "RUN",
    "A ranking made before, by another metric, whose first filters are removed for comparison: a run folder of 'rank' or "
      + "its players.csv.")
  static let group = CommandDescription.OptionGroup(
    "judging",
    [
      test.declaration, testLabels.declaration, testSample.declaration, testShare.declaration, removals.declaration,
      randomOrders.declaration, beside.declaration,
    ])

  /// The images that filters are ranked on, and those that removals are judged by.
  struct Parts: Sendable {
    var ranked: LoadedImages
    var tested: LoadedImages
    /// The path of the judging images.
    var path: String
    /// Where they come from, in words.
    var origin: String
  }

  private let source: ImageSource?
  private let sample: Int?
  private let share: Double?
  private let counts: [Int]?
  let randomOrders: Int
  let besidePath: String?

  /// - Throws: ``InputErrors/InputError`` (usage).
  init(_ arguments: Arguments) throws {
    let labels = try arguments.value(Self.testLabels)
    source = try arguments.value(Self.test).map {
      ImageSource(path: $0, labels: labels, classes: try arguments.value(ImageOptions.classes))
    }
    if source == nil, labels != nil {
      throw InputError(
        .usage, "there are no images that the labels belong to", at: .init(key: "--test-labels"), hint: "add --test")
    }
    sample = try arguments.value(Self.testSample)
    share = try arguments.value(Self.testShare)
    if source != nil, share != nil {
      throw InputError(.usage, "images to judge by are given", at: .init(key: "--test-share"), found: "--test as well")
    }
    counts = try arguments.value(Self.removals).map { text in
      let counts = text.split(separator: ",", omittingEmptySubsequences: false).map { Quantity.count(String($0)) }
      guard counts.allSatisfy({ $0 != nil }) else {
        throw InputError(
          .usage, "the value is wrong", at: .init(key: "--removals"), expected: "whole numbers with commas between",
          found: "'\(text)'")
      }
      return Set(counts.compactMap { $0 }).sorted()
    }
    randomOrders = try arguments.value(Self.randomOrders) ?? 3
    besidePath = try arguments.value(Self.beside)
  }

  /// How many players are removed, without 0, ascending.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when there are not so many.
  func counts(playerCount: Int) throws -> [Int] {
    guard let counts else { return [5, 10, 20, 50].filter { $0 <= playerCount } }
    if let largest = counts.last, largest > playerCount {
      throw InputError(
        .usage, "there are not so many filters", at: .init(key: "--removals"), expected: "at most \(playerCount)",
        found: "\(largest)")
    }
    return counts.filter { $0 > 0 }
  }

  /// Loads the judging images, or parts what is loaded.
  ///
  /// - Throws: ``InputErrors/InputError`` when nothing is left to judge by.
  func parts(
    of loaded: LoadedImages, _ images: ImageOptions, network: Network, seed: UInt64, display: ProgressDisplay,
    output: CommonOptions.Output
  ) async throws -> Parts {
    func cut(_ images: LabeledImages) -> LabeledImages { sample.map { images.sample($0, seed: seed) } ?? images }
    guard let source else {
      let (first, second) = try loaded.images.split(share: 1 - (share ?? 0.5), seed: seed)
      let tested = cut(second)
      return Parts(
        ranked: loaded.replacing(images: first), tested: loaded.replacing(images: tested), path: images.source.path,
        origin: "Judged by \(tested.count) of the given images that were kept out of the ranking by seed \(seed).")
    }
    let test = try await images.load(
      source, classCount: network.classCount, phase: "decoding images to judge by", display: display, output: output)
    guard let fresh = test.images.without(loaded.images) else {
      throw InputError(
        .usage, "every image to judge by is among the ranked ones", at: .init(file: source.path, key: "--test"))
    }
    let seen = test.images.count - fresh.count
    if seen > 0 { output.remark("\(seen) images of \(source.path) are among the ranked ones and are left out") }
    let tested = cut(fresh)
    return Parts(
      ranked: loaded, tested: test.replacing(images: tested), path: source.path,
      origin: "Judged by \(tested.count) images of \(source.path), which the ranking has not seen.")
  }
}
