import InputErrors
import Probing
import Statistics
import TCAV

/// The options that say which concepts are asked about, where, and how they are tested.
struct TCAVOptions: Sendable {
  static let concepts = CommandOption<String>.text(
    "concepts", "PATH",
    "Images of concepts: a folder with one sub-folder a concept (JPEG, PNG), or a CSV list with --concept-column.",
    isRequired: true)
  static let columns = CommandOption<[String]>.list(
    "concept-column", "a,b",
    "Where --concepts is a CSV list: the columns that say what an image shows. COLUMN makes every value a concept, "
      + "COLUMN=VALUE one value.")
  static let random = CommandOption<String>.text(
    "random", "PATH",
    "Random images, in any form that --images takes, labels aside: what concepts are told apart from, and what random concepts "
      + "are drawn from. Those that are also a concept's or a class's are left out.", isRequired: true)
  static let layers = CommandOption<[String]>.list(
    "layers", "a,b|all",
    "The layers to look at, as 'inspect' names them. Default: at most six, spread evenly over the depth, without the classifier."
  )
  static let pooling = CommandOption<ActivationPooling>.choice(
    "pooling", "P",
    "What of a map makes the features that a CAV is fitted to: a channel's mean or maximum over positions, or every position "
      + "(flatten). Concepts such as textures are anywhere in an image; a mean has one direction for all positions, and far "
      + "fewer numbers to fit than images.", default: .mean)
  static let direction = CommandOption<ConceptDirection>.choice(
    "direction", "D",
    "standardized: the normal of the boundary between concept and random images where every feature is measured in its own "
      + "standard deviations. normal: the normal in the units of the activations, as published; it leads along the channels that "
      + "vary least, and agrees less with what the network really does.", default: .standardized)
  static let interventions = CommandOption<Bool>.flag(
    "no-interventions", "Do not move images along the directions; derivatives are then not checked.")
  static let questionGroup = CommandDescription.OptionGroup(
    "concepts",
    [
      concepts.declaration, columns.declaration, random.declaration, ClassOptions.interest.declaration,
      layers.declaration, pooling.declaration, direction.declaration, interventions.declaration,
    ])

  static let sets = CommandOption<Int>.count(
    "negative-sets", "B", "Sets of random images that every concept is told apart from; its score is their mean.",
    in: 5...1000, default: "5")
  static let randoms = CommandOption<Int>.count(
    "random-concepts", "R",
    "Random concepts that a concept is compared with. With a correction for m hypotheses the rank test needs m / α − 1.",
    in: 39...100_000, default: "39")
  static let size = CommandOption<Int>.count(
    "concept-size", "N", "Images of a concept, a random concept and a set, drawn by the seed.",
    in: TCAVConfiguration.fewestImages...100_000,
    default:
      "those of the smallest concept, or fewer so that no random image is used twice, but not fewer than 20 for that")
  static let statistic = CommandOption<[String]>.list(
    "statistic", "a,b",
    "What is tested: score (the share of images whose logit rises), sensitivity (the mean slope, which goes on telling directions "
      + "apart where all images agree), shift (the slope along the difference of mean activations: it knows how far concept and "
      + "random images lie apart, and finds most), smooth (α-TCAV). Default: score,sensitivity,shift.")
  static let level = CommandOption<Double>.real(
    "level", "α", "The chance of a false claim that is taken, in the whole run.", default: "0.05",
    expected: "a number between 0 and 1"
  ) { $0 > 0 && $0 < 1 }
  static let correction = CommandOption<MultipleTesting>.choice(
    "correction", "C", "For testing many hypotheses.", default: .holm)
  static let relative = CommandOption<Bool>.flag("relative", "Tell concepts apart from each other too.")
  static let published = CommandOption<Bool>.flag(
    "published",
    "Show the usual test beside, over CAVs that share their positive images. It finds random concepts significant about every "
      + "second time.")
  static let reseeds = CommandOption<Int>.count(
    "reseeds", "N", "How often scores are measured again with other images drawn.", in: 0...1000, default: "2")
  static let testGroup = CommandDescription.OptionGroup(
    "tests",
    [
      sets.declaration, randoms.declaration, size.declaration, statistic.declaration, level.declaration,
      correction.declaration, relative.declaration, published.declaration, reseeds.declaration,
    ])

  let conceptsPath: String
  /// Empty where concepts are folders.
  let columns: [String]
  let randomPath: String
  let interest: String?
  /// Nil for a choice of them.
  let layers: [String]?
  let wantsAllLayers: Bool
  let measuresInterventions: Bool
  let configuration: TCAVConfiguration

  /// - Throws: ``InputErrors/InputError`` (usage).
  init(_ arguments: Arguments, seed: UInt64) throws {
    conceptsPath = try arguments.required(Self.concepts)
    columns = try arguments.value(Self.columns) ?? []
    randomPath = try arguments.required(Self.random)
    interest = try arguments.value(ClassOptions.interest)
    let names = try arguments.value(Self.layers)
    wantsAllLayers = names == ["all"]
    layers = wantsAllLayers ? nil : names
    measuresInterventions = !arguments[Self.interventions]
    var configuration = TCAVConfiguration()
    configuration.negativeSetCount = try arguments.value(Self.sets) ?? 5
    configuration.randomConceptCount = try arguments.value(Self.randoms) ?? 39
    configuration.conceptSize = try arguments.value(Self.size)
    configuration.pooling = try arguments.value(Self.pooling) ?? .mean
    configuration.direction = try arguments.value(Self.direction) ?? .standardized
    configuration.level = try arguments.value(Self.level) ?? 0.05
    configuration.correction = try arguments.value(Self.correction) ?? .holm
    configuration.includesRelative = arguments[Self.relative]
    configuration.includesPublished = arguments[Self.published]
    configuration.reseedCount = try arguments.value(Self.reseeds) ?? 2
    configuration.seed = seed
    if let names = try arguments.value(Self.statistic) { configuration.statistics = try Self.statistics(names) }
    guard configuration.pooling != .positions else {
      throw InputError(
        .usage, "a concept has one direction for a whole layer", at: .init(key: "--pooling"),
        expected: "mean, max or flatten", found: "'positions'")
    }
    self.configuration = configuration
  }

  private static func statistics(_ names: [String]) throws(InputError) -> [TCAVStatistic] {
    let words = TCAVStatistic.allCases.map(\.rawValue)
    var statistics: [TCAVStatistic] = []
    for name in names {
      guard let statistic = TCAVStatistic(rawValue: name) else {
        throw InputError(
          .usage, "there is no such statistic", at: .init(key: "--statistic"), expected: words.joined(separator: ", "),
          found: "'\(name)'", hint: Suggestion.hint(for: name, among: words))
      }
      guard !statistics.contains(statistic) else {
        throw InputError(.usage, "the statistic comes twice", at: .init(key: "--statistic"), found: "'\(name)'")
      }
      statistics.append(statistic)
    }
    return statistics
  }
}
