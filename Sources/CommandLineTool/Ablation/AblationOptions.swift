import InputErrors
import NeuronShapley

/// The options that say which curves are drawn and how finely.
struct AblationOptions: Sendable {
  static let measure = CommandOption<PerformanceMetric.Kind>.choice(
    "measure", "METRIC",
    "What the curves show. Without it: accuracy, or the ranking's own metric when that is about one class.")
  static let baselines = CommandOption<[String]>.list(
    "baselines", "a,b",
    "What the ranking is compared with: \(RemovalBaseline.allCases.map(\.rawValue).joined(separator: ", ")), all or none. "
      + "Without it: all.")
  static let directions = CommandOption<[String]>.list(
    "directions", "a,b", "most-first (a good ranking falls fast), least-first (it stays up), or both. Without it: both."
  )
  static let most = CommandOption<Int>.count(
    "most", "N", "How many players are removed at most.", default: "all of the ranking")
  static let steps = CommandOption<Int>.count(
    "steps", "N",
    "Into how many steps a curve is parted, small ones first; 1, 2, 5, 10, 20, 50 and 100 come besides.", in: 1...1000,
    default: "20")
  static let randomOrders = CommandOption<Int>.count(
    "random-orders", "N", "How many random orders the random baseline is the mean of.", in: 1...1000, default: "5")
  static let baselineSample = CommandOption<Int>.count(
    "baseline-sample", "N",
    "On how many of the ranking's images, drawn at random by the seed, baselines are computed; leave-one-out takes a pass "
      + "for every filter and image.", default: "128")
  static let group = CommandDescription.OptionGroup(
    "curves",
    [
      measure.declaration, baselines.declaration, baselineSample.declaration, randomOrders.declaration,
      directions.declaration, most.declaration, steps.declaration,
    ])

  let measure: PerformanceMetric.Kind?
  let baselines: [RemovalBaseline]
  let directions: [RemovalDirection]
  let most: Int?
  let steps: Int
  let randomOrders: Int
  let baselineSample: Int

  init(_ arguments: Arguments) throws {
    measure = try arguments.value(Self.measure)
    most = try arguments.value(Self.most)
    steps = try arguments.value(Self.steps) ?? 20
    randomOrders = try arguments.value(Self.randomOrders) ?? 5
    baselineSample = try arguments.value(Self.baselineSample) ?? 128
    let named = try arguments.value(Self.baselines) ?? ["all"]
    switch named {
    case ["all"]: baselines = RemovalBaseline.allCases
    case ["none"]: baselines = []
    default: baselines = try Self.words(named, "--baselines", besides: ["all", "none"])
    }
    let directions = try arguments.value(Self.directions) ?? ["both"]
    self.directions =
      directions == ["both"]
      ? RemovalDirection.allCases : try Self.words(directions, "--directions", besides: ["both"])
  }

  /// Words of a closed set, each once, in the set's order.
  private static func words<Word: CaseIterable & RawRepresentable & Hashable>(
    _ texts: [String], _ key: String, besides: [String]
  ) throws(InputError) -> [Word] where Word.RawValue == String {
    let names = Word.allCases.map(\.rawValue)
    var found: Set<Word> = []
    for text in texts {
      guard let word = Word(rawValue: text) else {
        throw InputError(
          .usage, "the value is wrong", at: .init(key: key), expected: (names + besides).joined(separator: ", "),
          found: "'\(text)'", hint: Suggestion.hint(for: text, among: names + besides))
      }
      guard found.insert(word).inserted else {
        throw InputError(.usage, "a value comes twice", at: .init(key: key), found: "'\(text)'")
      }
    }
    return Word.allCases.filter(found.contains)
  }
}
