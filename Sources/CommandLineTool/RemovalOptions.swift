import Foundation
import Images
import Inference
import InputErrors
import NeuronShapley
import Statistics

/// The options that say which filters are removed and what their outputs become.
struct RemovalOptions: Sendable {
  static let remove = CommandOption<String>.text(
    "remove", "FILE|LIST",
    "Remove these filters: 'layer:channel' with commas between, or a file: a ranking's players.csv, or one "
      + "'layer:channel' a line. A layer's name alone stands for all its filters.")
  static let first = CommandOption<Int>.count(
    "first", "N", "Of a players.csv, remove only the N players that rank first.")
  static let random = CommandOption<Int>.count(
    "remove-random", "N", "Remove N filters drawn at random by the seed: what a ranking must beat.")
  static let ablation = CommandOption<Ablation>.choice(
    "ablation", "KIND",
    "What a removed filter's output becomes: its mean over the calibration images (mean), that at each position "
      + "(meanMap), 0 (zero), its output on another image (resample), or what is left when weights and moving moments "
      + "are reset but the normalization's shift stays (batchNormShift).", default: .mean)
  static let group = CommandDescription.OptionGroup(
    "removal", [remove.declaration, first.declaration, random.declaration, ablation.declaration])

  private let remove: String?
  private let first: Int?
  private let random: Int?
  let ablation: Ablation

  init(_ arguments: Arguments) throws {
    remove = try arguments.value(Self.remove)
    first = try arguments.value(Self.first)
    random = try arguments.value(Self.random)
    ablation = try arguments.value(Self.ablation) ?? .mean
    if remove != nil, random != nil {
      throw InputError(.usage, "filters are removed either by name or at random", at: .init(key: "--remove-random"))
    }
    if first != nil, remove == nil {
      throw InputError(
        .usage, "there is no ranking to take the first of", at: .init(key: "--first"),
        hint: "add --remove RUN/players.csv")
    }
  }

  /// The filters to remove, in network order.
  ///
  /// - Throws: ``InputError`` naming the file and line, or the option, where a name is no filter of the plan.
  func filters(of plan: ExecutionPlan, seed: UInt64) throws -> [Filter] {
    let catalog = FilterCatalog(plan)
    var units: Set<Int> = []
    if let random {
      let players = try FilterPlayers(plan)
      guard random <= players.count else {
        throw InputError(
          .usage, "there are not so many filters", at: .init(key: "--remove-random"),
          expected: "at most \(players.count)",
          found: "\(random)")
      }
      var stream = RandomStream(seed: seed, purpose: .playerOrder)
      for player in stream.sample(random, of: players.count) { units.formUnion(players.units[player]) }
    }
    for (name, place) in try names() {
      do { units.formUnion(try Self.units(of: name, in: catalog)) } catch {
        var error = error
        error.place.file = place.file
        error.place.line = place.line
        error.place.key = place.key
        throw error
      }
    }
    return catalog.layers.flatMap { layer in
      layer.units.filter(units.contains).map { Filter(layer: layer.name, channel: $0 - layer.units.lowerBound) }
    }
  }

  private static func units(of name: String, in catalog: FilterCatalog) throws(InputError) -> [Int] {
    if let layer = catalog.layers.first(where: { $0.name == name }) { return Array(layer.units) }
    return [try catalog.unit(of: Filter(parsing: name))]
  }

  /// The names that the option gives, with the places to blame.
  private func names() throws -> [(name: String, place: InputError.Place)] {
    guard var remove else { return [] }
    var isFolder: ObjCBool = false
    // A run folder stands for its ranking.
    let table = remove + "/players.csv"
    if FileManager.default.fileExists(atPath: table) { remove = table }
    guard FileManager.default.fileExists(atPath: remove, isDirectory: &isFolder), !isFolder.boolValue else {
      if first != nil {
        throw InputError(.noInput, "there is no such ranking", at: .init(file: remove, key: "--remove"))
      }
      return remove.split(separator: ",").map { (String($0), InputError.Place(key: "--remove")) }
    }
    guard let data = FileManager.default.contents(atPath: remove) else {
      throw InputError(.noInput, "the file cannot be read", at: .init(file: remove, key: "--remove"))
    }
    let bytes = [UInt8](data)
    let head = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    if head.contains("player"), head.contains(",") { return try rankedNames(bytes, file: remove) }
    if first != nil {
      throw InputError(
        .usage, "the file is no ranking: it has no first ones", at: .init(file: remove, key: "--first"),
        expected: "a players.csv")
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { (String($1).trimmingCharacters(in: .whitespaces), InputError.Place(file: remove, line: $0 + 1)) }
      .filter { !$0.0.isEmpty && !$0.0.hasPrefix("#") }
  }

  private func rankedNames(_ bytes: [UInt8], file: String) throws -> [(name: String, place: InputError.Place)] {
    let table = try CommaSeparatedValues(bytes, file: file)
    guard let name = table.header.firstIndex(of: "player"), let rank = table.header.firstIndex(of: "rank") else {
      throw InputError(
        .data, "the ranking lacks a column", at: .init(file: file, line: 1), expected: "player and rank",
        found: table.header.joined(separator: ","))
    }
    var rows: [(rank: Int, name: String, line: Int)] = []
    for (row, line) in zip(table.rows, table.lines) {
      guard let place = Int(row[rank]), place >= 1 else {
        throw InputError(
          .data, "the rank is no number from 1", at: .init(file: file, line: line), found: "'\(row[rank])'")
      }
      rows.append((place, row[name], line))
    }
    rows.sort { ($0.rank, $0.line) < ($1.rank, $1.line) }
    return rows.prefix(first ?? rows.count).map { ($0.name, InputError.Place(file: file, line: $0.line)) }
  }
}
