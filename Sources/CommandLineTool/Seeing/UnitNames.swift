import InputErrors
import NeuronShapley
import Visualization

/// Which units are asked for: names, ranges of a layer's channels, or the head of a ranking.
enum UnitNames {
  /// More units than this are not shown: every one has several pictures.
  static let mostUnits = 1000

  /// - Parameters:
  ///   - text: units with commas between (`conv1:3`, `conv1:0-7`, `conv1:*`), `top:N`, or a file or ranking as other
  ///     commands take it.
  ///   - ranking: names in the order of a ranking, if there is one.
  /// - Throws: ``InputErrors/InputError`` (usage, or as reading a file) when a unit does not exist, or comes twice.
  static func units(_ text: String, _ catalog: UnitCatalog, ranking: [String]?) throws -> [Filter] {
    var units: [Filter] = []
    if text.hasPrefix("top:") {
      guard let count = Int(text.dropFirst(4)), count > 0 else {
        throw InputError(
          .usage, "the value is wrong", at: .init(key: "--units"), expected: "top:N alone, with N of at least 1",
          found: "'\(text)'")
      }
      guard let ranking else {
        throw InputError(
          .usage, "there is no ranking to take the top of", at: .init(key: "--units"), hint: "add --ranking RUN")
      }
      units = try ranking.prefix(count).map { try checked($0, catalog, .init(key: "--ranking")) }
    } else {
      for (name, place) in try FilterNames.read(text, option: "--units", part: .all) {
        if let colon = name.lastIndex(of: ":"), let range = try channels(name, colon, catalog, place) {
          units += range
        } else {
          units.append(try checked(name, catalog, place))
        }
      }
    }
    var seen: Set<Filter> = []
    for unit in units where !seen.insert(unit).inserted {
      throw InputError(.usage, "the unit comes twice", at: .init(key: "--units"), found: "'\(unit)'")
    }
    guard units.count <= mostUnits else {
      throw InputError(
        .usage, "these are too many units to make pictures of", at: .init(key: "--units"),
        expected: "at most \(mostUnits)", found: "\(units.count)")
    }
    return units
  }

  /// The channels of `layer:*` and `layer:a-b`; nil for a single one.
  private static func channels(
    _ name: String, _ colon: String.Index, _ catalog: UnitCatalog, _ place: InputError.Place
  ) throws -> [Filter]? {
    let word = name[name.index(after: colon)...]
    let parts = word.split(separator: "-", omittingEmptySubsequences: false)
    guard word == "*" || parts.count == 2 else { return nil }
    let layer = try layer(String(name[..<colon]), catalog, place)
    if word == "*" { return (0..<layer.channelCount).map { layer.unit($0) } }
    guard let first = Int(parts[0]), let last = Int(parts[1]), first >= 0, first <= last, last < layer.channelCount
    else {
      throw InputError(
        .usage, "the layer '\(layer.name)' has no such channels", at: place,
        expected: "two of 0 to \(layer.channelCount - 1), the smaller first", found: "'\(word)'")
    }
    return (first...last).map { layer.unit($0) }
  }

  private static func checked(
    _ name: String, _ catalog: UnitCatalog, _ place: InputError.Place
  ) throws(InputError) -> Filter {
    do throws(InputError) {
      let unit = try Filter(parsing: name)
      _ = try catalog.layer(of: unit)
      return unit
    } catch {
      throw error.placed(place)
    }
  }

  private static func layer(
    _ name: String, _ catalog: UnitCatalog, _ place: InputError.Place
  ) throws(InputError) -> UnitLayer {
    do throws(InputError) { return try catalog.layer(named: name) } catch { throw error.placed(place) }
  }
}

extension InputError {
  /// The same error, of something that stands at that place.
  fileprivate func placed(_ place: Place) -> InputError {
    var copy = self
    copy.place = place
    return copy
  }
}
