import Foundation
import Inference
import InputErrors
import Networks
import NeuronShapley
import Reports
import Statistics

/// The options that say which filters are removed and what their outputs become.
struct RemovalOptions: Sendable {
  static let remove = CommandOption<String>.text(
    "remove", "FILE|LIST",
    "Remove these filters: 'layer:channel' with commas between, or a file: a ranking's run folder or players.csv, or one "
      + "'layer:channel' a line. A layer's name alone stands for all its filters.")
  static let first = CommandOption<Int>.count(
    "first", "N", "Of a ranking, remove only the N players that rank first.")
  static let last = CommandOption<Int>.count(
    "last", "N", "Of a ranking, remove only the N players that rank last: the least important, and those that harm.")
  static let random = CommandOption<Int>.count(
    "remove-random", "N", "Remove N filters drawn at random by the seed: what a ranking must beat.")
  static let ablation = CommandOption<Ablation>.choice(
    "ablation", "KIND",
    "What a removed filter's output becomes: its mean over the calibration images (mean), that at each position "
      + "(meanMap), 0 (zero), its output on another image (resample), or what is left when weights and moving moments "
      + "are reset but the normalization's shift stays (batchNormShift).", default: .mean)
  static let group = CommandDescription.OptionGroup(
    "removal", [remove.declaration, first.declaration, last.declaration, random.declaration, ablation.declaration])

  private let remove: String?
  private let part: FilterNames.RankingPart
  private let random: Int?
  let ablation: Ablation

  init(_ arguments: Arguments) throws {
    remove = try arguments.value(Self.remove)
    let (first, last) = (try arguments.value(Self.first), try arguments.value(Self.last))
    part = first.map { .first($0) } ?? last.map { .last($0) } ?? .all
    random = try arguments.value(Self.random)
    ablation = try arguments.value(Self.ablation) ?? .mean
    if remove != nil, random != nil {
      throw InputError(.usage, "filters are removed either by name or at random", at: .init(key: "--remove-random"))
    }
    if first != nil, last != nil {
      throw InputError(
        .usage, "either the first or the last of a ranking are removed", at: .init(key: "--last"), found: "both options"
      )
    }
    if let option = part.option, remove == nil {
      throw InputError(
        .usage, "there is no ranking to take the \(option.dropFirst(2)) of", at: .init(key: option),
        hint: "add --remove RUN/players.csv")
    }
  }

  /// Whether filters are to be removed at all.
  var isEmpty: Bool { remove == nil && random == nil }

  /// What was asked for, in words.
  var summary: String {
    if let random { return "\(random) random filters" }
    guard let remove else { return "nothing" }
    switch part {
    case .all: return remove
    case .first(let count): return "the first \(count) of \(remove)"
    case .last(let count): return "the last \(count) of \(remove)"
    }
  }

  /// The filters to remove, in network order.
  ///
  /// - Throws: ``InputError`` naming the file and line, or the option, where a name is no filter of the plan.
  func filters(of plan: ExecutionPlan, seed: UInt64) throws -> [Filter] {
    let catalog = FilterCatalog(plan)
    var units: Set<Int> = []
    try remove.map { try Self.requireRanking($0, isOf: plan.network) }
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
    for (name, place) in try remove.map({ try FilterNames.read($0, option: "--remove", part: part) }) ?? [] {
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

  /// Throws when a text is a run folder whose ranking is of another network: the same names would mean other filters.
  private static func requireRanking(_ text: String, isOf network: Network) throws {
    let file = text + "/" + RunFolder.File.configuration.rawValue
    guard let data = FileManager.default.contents(atPath: file) else { return }
    struct Settings: Decodable {
      struct Model: Decodable { var digest: String }
      var model: Model
    }
    let made = try JSONValue.decode(Settings.self, from: [UInt8](data), file: file).model.digest
    let digest = network.digest
    guard made == digest else {
      throw InputError(
        .data, "the ranking is of another model", at: .init(file: text, key: "--remove"),
        expected: "the content \(made.prefix(12))…", found: "\(digest.prefix(12))…",
        hint: "name its players.csv to remove filters of the same names all the same")
    }
  }

  private static func units(of name: String, in catalog: FilterCatalog) throws(InputError) -> [Int] {
    if let layer = catalog.layers.first(where: { $0.name == name }) { return Array(layer.units) }
    return [try catalog.unit(of: Filter(parsing: name))]
  }
}
