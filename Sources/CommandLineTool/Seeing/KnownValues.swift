import Foundation
import Images
import InputErrors
import NeuronShapley
import Reports

/// What earlier runs know of units: a ranking, values for classes, the orders of probes.
struct KnownValues: Sendable {
  /// The names of a ranking, the most important first; nil where none was given.
  private(set) var order: [String]?
  private(set) var source: VisualizationDocument.RankingSource?
  private var ranking: [String: VisualizationDocument.Ranking] = [:]
  private var classes: [String: [VisualizationDocument.ClassValue]] = [:]
  private var probes: [String: [VisualizationDocument.ProbeWeight]] = [:]

  /// More classes than this are not told of a unit.
  private static let mostClasses = 5

  /// - Parameters:
  ///   - ranking: a run folder or a players.csv.
  ///   - classes: the folder of a `classes` run.
  ///   - probes: the folder of a `probe` run.
  /// - Throws: ``InputErrors/InputError`` when a file is missing or damaged.
  init(ranking: String?, classes: String?, probes: String?) throws {
    if let ranking { try read(ranking: ranking) }
    if let classes { try read(classes: classes) }
    if let probes { try read(probes: probes) }
  }

  /// Adds what is known to a unit.
  func complete(_ unit: inout VisualizationDocument.Unit) {
    unit.ranking = ranking[unit.name]
    unit.classes = classes[unit.name] ?? []
    unit.probes = probes[unit.name] ?? []
  }

  private mutating func read(ranking path: String) throws {
    let isFolder = FileManager.default.fileExists(atPath: path + "/players.csv")
    let table = try Table(isFolder ? path + "/players.csv" : path, option: "--ranking")
    let name = try table.column("player"), rank = try table.column("rank"), value = try table.column("value")
    let error = table.optional("standard_error"), status = table.optional("status")
    var rows: [(Int, String)] = []
    for (row, line) in zip(table.values.rows, table.values.lines) {
      guard let place = Int(row[rank]), let number = Double(row[value]) else {
        throw InputError(
          .data, "the ranking's row has no rank or no value", at: .init(file: table.file, line: line),
          found: row.joined(separator: ","))
      }
      rows.append((place, row[name]))
      ranking[row[name]] = .init(
        rank: place, value: number, standardError: error.flatMap { Double(row[$0]) },
        status: status.map { row[$0] } ?? "")
    }
    order = rows.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.1)
    var metric: String?
    let document = path + "/ranking.json"
    if isFolder, let data = FileManager.default.contents(atPath: document) {
      metric = try JSONValue.decode(RankingDocument.self, from: [UInt8](data), file: document).question.metric
    }
    source = .init(path: path, metric: metric)
  }

  private mutating func read(classes path: String) throws {
    let table = try Table(path + "/values.csv", option: "--class-values")
    let name = try table.column("player")
    let errors = try? Table(path + "/standard_errors.csv", option: "--class-values")
    let first = 3
    guard table.values.header.count > first, table.values.header[..<first] == ["player", "layer", "channel"] else {
      throw InputError(
        .data, "the folder holds no values of classes", at: .init(file: table.file, line: 1),
        expected: "player,layer,channel and a column a class", found: table.values.header.joined(separator: ","))
    }
    for (place, row) in table.values.rows.enumerated() {
      let deviations = errors.flatMap { $0.values.rows.indices.contains(place) ? $0.values.rows[place] : nil }
      let values = (first..<row.count).compactMap { column -> VisualizationDocument.ClassValue? in
        guard let value = Double(row[column]) else { return nil }
        return .init(
          className: table.values.header[column], value: value,
          standardError: deviations.flatMap { $0.count == row.count ? Double($0[column]) : nil })
      }
      classes[row[name]] = Array(
        values.sorted { ($1.value, $0.className) < ($0.value, $1.className) }.prefix(Self.mostClasses))
    }
  }

  private mutating func read(probes path: String) throws {
    let table = try Table(path + "/neurons.csv", option: "--probes")
    let concept = try table.column("concept"), layer = try table.column("layer"), order = try table.column("order")
    let place = try table.column("place"), neuron = try table.column("neuron")
    var counts: [[String]: Int] = [:]
    for row in table.values.rows { counts[[row[concept], row[layer], row[order]], default: 0] += 1 }
    var taken: [String: String] = [:]
    for (row, line) in zip(table.values.rows, table.values.lines) {
      // A probe may order its neurons in several ways; the first one in the table counts.
      let key = row[concept] + "\u{0}" + row[layer]
      guard taken[key, default: row[order]] == row[order] else { continue }
      taken[key] = row[order]
      guard let rank = Int(row[place]) else {
        throw InputError(
          .data, "the neuron's place is no number", at: .init(file: table.file, line: line), found: "'\(row[place])'")
      }
      probes[row[neuron], default: []].append(
        .init(
          concept: row[concept], rank: rank, count: counts[[row[concept], row[layer], row[order]]] ?? 0, share: nil))
    }
    for name in probes.keys { probes[name]?.sort { ($0.rank, $0.concept) < ($1.rank, $1.concept) } }
  }

  /// A table with its file's name.
  private struct Table {
    let file: String
    let values: CommaSeparatedValues

    init(_ file: String, option: String) throws {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw InputError(.noInput, "there is no such table", at: .init(file: file, key: option))
      }
      self.file = file
      values = try CommaSeparatedValues([UInt8](data), file: file)
    }

    func optional(_ name: String) -> Int? { values.header.firstIndex(of: name) }

    func column(_ name: String) throws(InputError) -> Int {
      guard let place = optional(name) else {
        throw InputError(
          .data, "the table lacks a column", at: .init(file: file, line: 1), expected: name,
          found: values.header.joined(separator: ","))
      }
      return place
    }
  }
}
