import Foundation
import Images
import InputErrors

/// Reads names of filters from an option: a list with commas, a file with one a line, or a ranking in its order.
enum FilterNames {
  /// How much of a ranking is meant.
  enum RankingPart: Sendable, Hashable {
    case all
    case first(Int)
    case last(Int)

    /// The option that asks for the part; nil for the whole ranking.
    var option: String? {
      switch self {
      case .all: nil
      case .first: "--first"
      case .last: "--last"
      }
    }
  }

  /// - Parameters:
  ///   - text: `layer:channel` with commas between, a file, or a run folder, which stands for its ranking.
  ///   - option: the option that errors name: `--remove`.
  ///   - part: of a ranking, only these.
  /// - Returns: the names with the places to blame.
  /// - Throws: ``InputErrors/InputError`` when a part is asked for and the text is no ranking, or the file cannot be read.
  static func read(
    _ text: String, option: String, part: RankingPart
  ) throws -> [(name: String, place: InputError.Place)] {
    var path = text
    var isFolder: ObjCBool = false
    let table = text + "/players.csv"
    if FileManager.default.fileExists(atPath: table) { path = table }
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
      if part.option != nil || text.hasSuffix(".csv") {
        throw InputError(.noInput, "there is no such ranking", at: .init(file: path, key: option))
      }
      return text.split(separator: ",").map { (String($0), InputError.Place(key: option)) }
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError(.noInput, "the file cannot be read", at: .init(file: path, key: option))
    }
    let bytes = [UInt8](data)
    if isRanking(bytes) { return try ranked(bytes, file: path, part: part) }
    if let option = part.option {
      throw InputError(
        .usage, "the file is no ranking: it has no first and no last ones", at: .init(file: path, key: option),
        expected: "a players.csv")
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { (String($1).trimmingCharacters(in: .whitespaces), InputError.Place(file: path, line: $0 + 1)) }
      .filter { !$0.0.isEmpty && !$0.0.hasPrefix("#") }
  }

  /// True when the text of an option is a run folder or a players.csv.
  static func isRanking(_ text: String) -> Bool {
    let table = text + "/players.csv"
    guard let data = FileManager.default.contents(atPath: table) ?? FileManager.default.contents(atPath: text) else {
      return false
    }
    return isRanking([UInt8](data))
  }

  private static func isRanking(_ bytes: [UInt8]) -> Bool {
    let head = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    return head.contains("player") && head.contains(",")
  }

  private static func ranked(
    _ bytes: [UInt8], file: String, part: RankingPart
  ) throws -> [(name: String, place: InputError.Place)] {
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
    switch part {
    case .all: break
    case .first(let count): rows = Array(rows.prefix(count))
    case .last(let count): rows = Array(rows.suffix(count))
    }
    return rows.map { ($0.name, InputError.Place(file: file, line: $0.line)) }
  }
}
