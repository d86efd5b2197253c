import Foundation
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
  static let groups = CommandOption<String>.text(
    "groups", "G",
    "What a player is: a filter (filters), all filters of a layer (layers), or a group of a CSV file with the columns "
      + "group and filter.", default: "filters")
  static let layers = CommandOption<[String]>.list("layers", "a,b", "Only these layers' filters are players.")
  static let linear = CommandOption<Bool>.flag("linear", "Hidden units of linear layers are players too.")
  static let classifier = CommandOption<Bool>.flag(
    "classifier", "The classifier's own units are players too; they are the classes and will rank first.")
  static let group = CommandDescription.OptionGroup(
    "question",
    [
      metric.declaration, classOption.declaration, floor.declaration, RemovalOptions.ablation.declaration,
      groups.declaration, layers.declaration, linear.declaration, classifier.declaration,
    ])

  /// For commands whose players are filters and whose question is about all classes.
  static let plainGroup = CommandDescription.OptionGroup(
    group.title, group.options.filter { ![groups.declaration.name, classOption.declaration.name].contains($0.name) })

  let kind: PerformanceMetric.Kind
  let className: String?
  let floor: Double?
  let ablation: Ablation
  let players: PlayerSelection
  /// What a player is, for reports.
  let playerKind: String

  /// - Parameter isPlain: true for commands that have ``plainGroup`` only.
  /// - Throws: ``InputError`` (usage, or as reading the groups' file).
  init(_ arguments: Arguments, isPlain: Bool = false) throws {
    kind = try arguments.value(Self.metric) ?? .accuracy
    className = isPlain ? nil : try arguments.value(Self.classOption)
    floor = try arguments.value(Self.floor)
    ablation = try arguments.value(RemovalOptions.ablation) ?? .mean
    let groups = isPlain ? "filters" : try arguments.value(Self.groups) ?? "filters"
    let grouping: PlayerGrouping
    switch groups {
    case "filters": (grouping, playerKind) = (.filters, "filters")
    case "layers": (grouping, playerKind) = (.layers, "layers")
    default: (grouping, playerKind) = (.custom(try Self.groups(inFile: groups)), "groups")
    }
    players = PlayerSelection(
      grouping: grouping, layers: try arguments.value(Self.layers), includesLinearLayers: arguments[Self.linear],
      includesClassifier: arguments[Self.classifier])
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

  private static func groups(inFile file: String) throws -> [FilterGroup] {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw InputError(
        .usage, "the value is wrong", at: .init(key: "--groups"), expected: "filters, layers or a CSV file",
        found: "'\(file)'", hint: Suggestion.hint(for: file, among: ["filters", "layers"]))
    }
    let table = try CommaSeparatedValues([UInt8](data), file: file)
    guard let group = table.header.firstIndex(of: "group"), let filter = table.header.firstIndex(of: "filter") else {
      throw InputError(
        .data, "the groups lack a column", at: .init(file: file, line: 1), expected: "group and filter",
        found: table.header.joined(separator: ","))
    }
    var order: [String] = []
    var members: [String: [Filter]] = [:]
    for (row, line) in zip(table.rows, table.lines) {
      do {
        if members[row[group]] == nil { order.append(row[group]) }
        members[row[group], default: []].append(try Filter(parsing: row[filter]))
      } catch {
        var error = error
        error.place.file = file
        error.place.line = line
        throw error
      }
    }
    return order.map { FilterGroup(name: $0, filters: members[$0] ?? []) }
  }
}
