import Foundation
import Images
import InputErrors
import NeuronShapley

/// The options that say who the players are and what becomes of those that are removed.
struct PlayerOptions: Sendable {
  static let groups = CommandOption<String>.text(
    "groups", "G",
    "What a player is: a filter (filters), all filters of a layer (layers), or a group of a CSV file with the columns "
      + "group and filter.", default: "filters")
  static let layers = CommandOption<[String]>.list("layers", "a,b", "Only these layers' filters are players.")
  static let linear = CommandOption<Bool>.flag("linear", "Hidden units of linear layers are players too.")
  static let classifier = CommandOption<Bool>.flag(
    "classifier", "The classifier's own units are players too; they are the classes and will rank first.")
  static let declarations = [
    RemovalOptions.ablation.declaration, groups.declaration, layers.declaration, linear.declaration,
    classifier.declaration,
  ]

  let ablation: Ablation
  let players: PlayerSelection
  /// What a player is, for reports.
  let playerKind: String

  /// - Parameter isPlain: true for commands whose players are filters, which may have other ``groups``.
  /// - Throws: ``InputError`` (usage, or as reading the groups' file).
  init(_ arguments: Arguments, isPlain: Bool = false) throws {
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
