import Images
import InputErrors
import NeuronShapley

/// The options that say which classes are asked about and how their tops are judged.
struct ClassOptions: Sendable {
  static let metric = CommandOption<ClassMetric>.choice(
    "metric", "M",
    "The performance on a class that is shared out: its mean log-probability on its own images (log-likelihood), the share "
      + "of them that are recognised (class-accuracy; needs many more evaluations for the same certainty), the share of all "
      + "images that are told apart into the class and the rest (binary), top5, probability, margin or logit.",
    default: .logLikelihood)
  static let interest = CommandOption<String>.text(
    "classes-of-interest", "a,b", "Only these classes: names or indices, with commas between.",
    default: "all that have images")
  static let top = CommandOption<Int>.count(
    "top", "K", "How many filters make a class's top: what is compared between classes, and removed.", default: "10")
  static let test = CommandOption<String>.text(
    "test", "PATH",
    "The images on which removals are measured, in any form that --images takes. Without it a part of every class's images "
      + "is kept back for that.")
  static let testLabels = CommandOption<String>.text(
    "test-labels", "FILE", "The labels of --test, for forms of images that hold none (IDX, .npy).")
  static let testShare = CommandOption<Double>.real(
    "test-share", "S",
    "How much of each class is kept back to measure removals on when there is no --test. A class with a single image keeps "
      + "it.", default: "0.3", expected: "a number above 0 and below 1"
  ) { $0 > 0 && $0 < 1 }
  static let removals = CommandOption<Int>.count(
    "removals", "N",
    "Of how many classes at most the top is removed and every class's accuracy measured: those with the most test images. "
      + "0 measures nothing and keeps no images back.", in: 0...Int.max, default: "20")
  static let random = CommandOption<Int>.count(
    "random", "N", "How often as many random filters are removed, to compare with.", in: 0...1000, default: "5")

  static let group = CommandDescription.OptionGroup(
    "question",
    [metric.declaration, QuestionOptions.floor.declaration, interest.declaration, top.declaration]
      + PlayerOptions.declarations)
  static let judgingGroup = CommandDescription.OptionGroup(
    "removals",
    [
      test.declaration, testLabels.declaration, testShare.declaration, removals.declaration, random.declaration,
    ])

  /// The k of a top that is not given.
  static let usualTop = 10

  let metric: ClassMetric
  let floor: Double?
  let interest: String?
  let top: Int?
  let who: PlayerOptions
  let testPath: String?
  let testLabels: String?
  let testShare: Double
  let removals: Int
  let random: Int

  /// - Throws: ``InputError`` (usage, or as reading the groups' file).
  init(_ arguments: Arguments) throws {
    metric = try arguments.value(Self.metric) ?? .logLikelihood
    floor = try arguments.value(QuestionOptions.floor)
    interest = try arguments.value(Self.interest)
    top = try arguments.value(Self.top)
    who = try PlayerOptions(arguments)
    testPath = try arguments.value(Self.test)
    testLabels = try arguments.value(Self.testLabels)
    testShare = try arguments.value(Self.testShare) ?? 0.3
    removals = try arguments.value(Self.removals) ?? 20
    random = try arguments.value(Self.random) ?? 5
    if floor != nil, metric != .logLikelihood {
      throw InputError(.usage, "only the log-likelihood has a floor", at: .init(key: "--floor"))
    }
    if testLabels != nil, testPath == nil {
      throw InputError(.usage, "there are no test images to label", at: .init(key: "--test-labels"), hint: "add --test")
    }
    if testPath != nil, arguments.has(Self.testShare) {
      throw InputError(
        .usage, "nothing is kept back when test images are given", at: .init(key: "--test-share"),
        hint: "leave out one of --test and --test-share")
    }
  }

  /// The labels of the classes that are asked about, increasing.
  ///
  /// - Throws: ``InputError`` (usage) with the likely name when there is no such class; (data) when one has no image.
  func labels(in images: LabeledImages, classCount: Int) throws(InputError) -> [Int] {
    try Self.labels(interest, in: images, classCount: classCount)
  }

  /// The labels of the classes that a text names, increasing; without one, of all that have images.
  ///
  /// - Throws: as ``labels(in:classCount:)``.
  static func labels(_ interest: String?, in images: LabeledImages, classCount: Int) throws(InputError) -> [Int] {
    let present = Set(images.labels)
    guard let interest else { return present.sorted() }
    var labels: [Int] = []
    for name in try names(interest, among: images.classNames) {
      let label = try label(of: name, in: images, classCount: classCount)
      guard !labels.contains(label) else {
        throw InputError(.usage, "the class comes twice", at: .init(key: "--classes-of-interest"), found: "'\(name)'")
      }
      guard present.contains(label) else {
        throw InputError(
          .data, "there is no image of the class '\(images.className(of: label))'",
          at: .init(key: "--classes-of-interest"))
      }
      labels.append(label)
    }
    return labels.sorted()
  }

  /// Takes the text apart at its commas, but not within a class's name that has commas itself.
  private static func names(_ text: String, among classNames: [String]) throws(InputError) -> [String] {
    let known = Set(classNames)
    var pieces = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)[...]
    var names: [String] = []
    while !pieces.isEmpty {
      let longest = (1...pieces.count).last { known.contains(trimmed(pieces.prefix($0).joined(separator: ","))) } ?? 1
      let name = trimmed(pieces.prefix(longest).joined(separator: ","))
      guard !name.isEmpty else {
        throw InputError(
          .usage, "a class's name is empty", at: .init(key: "--classes-of-interest"), found: "'\(text)'")
      }
      names.append(name)
      pieces = pieces.dropFirst(longest)
    }
    return names
  }

  private static func trimmed(_ text: String) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  private static func label(
    of name: String, in images: LabeledImages, classCount: Int
  ) throws(InputError) -> Int {
    let places = images.classNames.indices.filter { images.classNames[$0] == name }
    if places.count > 1 {
      throw InputError(
        .usage, "several classes have that name", at: .init(key: "--classes-of-interest"), found: "'\(name)'",
        hint: "give its index: \(places.map(String.init).joined(separator: " or "))")
    }
    if let place = places.first { return place }
    if let index = Int(name), index >= 0, index < classCount { return index }
    let range = Int(name) == nil ? nil : "0 to \(classCount - 1), or a name"
    throw InputError(
      .usage, "there is no class of that name", at: .init(key: "--classes-of-interest"), expected: range,
      found: "'\(name)'", hint: Suggestion.hint(for: name, among: images.classNames))
  }
}
