import Images
import InputErrors
import NeuronShapley

/// The options that say what is asked: the metric and the players.
struct QuestionOptions: Sendable {
  static let metric = CommandOption<PerformanceMetric.Kind>.choice(
    "metric", "M", "The performance that is shared out.", default: .accuracy)
  static let classOption = CommandOption<String>.text(
    "class", "C", "The class that class-accuracy and binary speak of: a name or an index.")
  static let floor = CommandOption<Double>.real(
    "floor", "V", "log-likelihood: an image's log-probability below V counts as V.", default: "none",
    expected: "a number below 0"
  ) { $0 < 0 }
  static let group = CommandDescription.OptionGroup(
    "question",
    [metric.declaration, classOption.declaration, floor.declaration] + PlayerOptions.declarations)

  /// For commands whose players are filters and whose question is about all classes.
  static let plainGroup = CommandDescription.OptionGroup(
    group.title, group.options.filter { $0 != PlayerOptions.groups.declaration && $0 != classOption.declaration })

  let kind: PerformanceMetric.Kind
  let className: String?
  let floor: Double?
  let who: PlayerOptions

  var ablation: Ablation { who.ablation }
  var players: PlayerSelection { who.players }
  /// What a player is, for reports.
  var playerKind: String { who.playerKind }

  /// - Parameter isPlain: true for commands that have ``plainGroup`` only.
  /// - Throws: ``InputError`` (usage, or as reading the groups' file).
  init(_ arguments: Arguments, isPlain: Bool = false) throws {
    kind = try arguments.value(Self.metric) ?? .accuracy
    className = isPlain ? nil : try arguments.value(Self.classOption)
    floor = try arguments.value(Self.floor)
    who = try PlayerOptions(arguments, isPlain: isPlain)
    do {
      // Whether the numbers go with the metric is known before the class's index is.
      _ = try PerformanceMetric(parsing: kind.rawValue, classIndex: className.map { _ in 0 }, floor: floor)
    } catch { throw error.asOption }
  }

  /// The metric, with the class found among the images' classes.
  ///
  /// - Throws: ``InputError`` (usage) with the likely name when there is no such class.
  func metric(classNames: [String]) throws -> PerformanceMetric {
    let index = try className.map { name -> Int in
      if let index = classNames.firstIndex(of: name) ?? Int(name) { return index }
      throw InputError(
        .usage, "there is no class of that name", at: .init(key: "--class"), found: "'\(name)'",
        hint: Suggestion.hint(for: name, among: classNames))
    }
    return try PerformanceMetric(parsing: kind.rawValue, classIndex: index, floor: floor)
  }
}
