import Foundation
import Images
import InputErrors
import NeuronShapley
import Visualization

/// Reads objectives of maximised pictures from the command line.
enum ObjectiveText {
  static let usage =
    "layer:channel, layer:channel@ROWxCOLUMN or @centre, layer=NAME, logit=CLASS, probability=CLASS, direction=LAYER=FILE; "
    + "N*… for a weight, ' + ' and ' - ' between terms"

  /// - Parameters:
  ///   - text: objectives with semicolons between.
  ///   - classNames: by label; may be empty.
  /// - Returns: each with the class's name where it is one class.
  /// - Throws: ``InputErrors/InputError`` (usage) when a word is not understood, or a class or file does not exist.
  static func objectives(
    _ text: String, classNames: [String]
  ) throws -> [(objective: MaximizationObjective, title: String?)] {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    guard !parts.isEmpty, parts.allSatisfy({ !trimmed($0).isEmpty }) else {
      throw InputError(
        .usage, "an objective is empty", at: .init(key: "--maximize"), expected: usage, found: "'\(text)'")
    }
    return try parts.map { part in
      let (terms, titles) = try terms(trimmed(part), classNames)
      return (MaximizationObjective(terms), terms.count == 1 ? titles[0] : nil)
    }
  }

  /// True when a class is named otherwise than by its number.
  static func namesClasses(_ text: String) -> Bool {
    text.split(separator: ";").contains { part in
      ["logit=", "probability="].contains { word in
        part.ranges(of: word).contains { range in
          let rest = part[range.upperBound...]
          let name = rest.range(of: " + ").map { rest[..<$0.lowerBound] } ?? rest
          let end = name.range(of: " - ").map { name[..<$0.lowerBound] } ?? name
          return Int(trimmed(end)) == nil
        }
      }
    }
  }

  private static func terms(
    _ text: String, _ classNames: [String]
  ) throws -> ([MaximizationObjective.Term], [String?]) {
    var terms: [MaximizationObjective.Term] = [], titles: [String?] = []
    var rest = text[...], sign = 1.0
    if rest.hasPrefix("-") {
      sign = -1
      rest = rest.dropFirst()
    }
    while true {
      let plus = rest.range(of: " + "), minus = rest.range(of: " - ")
      let next = [plus, minus].compactMap { $0 }.min { $0.lowerBound < $1.lowerBound }
      var word = trimmed(rest[..<(next?.lowerBound ?? rest.endIndex)])
      var weight = sign
      if let star = word.firstIndex(of: "*"), let factor = Double(word[..<star]) {
        guard (1e-6...1e6).contains(abs(factor)) else {
          throw InputError(
            .usage, "the weight is out of range", at: .init(key: "--maximize"),
            expected: "1e-6 to 1e6, or the negative",
            found: "\(word[..<star])")
        }
        weight *= factor
        word = String(word[word.index(after: star)...])
      }
      let (target, title) = try target(word, classNames)
      terms.append(.init(target, weight: weight))
      titles.append(title)
      guard let next else { return (terms, titles) }
      sign = rest[next] == " + " ? 1 : -1
      rest = rest[next.upperBound...]
    }
  }

  private static func target(
    _ word: String, _ classNames: [String]
  ) throws -> (MaximizationObjective.Target, String?) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2, !word.contains(":") || ["logit", "probability", "layer", "direction"].contains(parts[0]) {
      switch parts[0] {
      case "layer": return (.layer(parts[1]), nil)
      case "logit":
        let label = try label(parts[1], classNames)
        return (.logit(label), classNames.indices.contains(label) ? classNames[label] : nil)
      case "probability":
        let label = try label(parts[1], classNames)
        return (.probability(label), classNames.indices.contains(label) ? classNames[label] : nil)
      case "direction":
        // Names of files may have one too, those of concepts in columns do.
        guard let equals = parts[1].firstIndex(of: "=") else { throw wrong(word) }
        let layer = String(parts[1][..<equals]), file = String(parts[1][parts[1].index(after: equals)...])
        return (.direction(layer: layer, try numbers(file), name: file), nil)
      default:
        throw wrong(word, hint: Suggestion.hint(for: parts[0], among: ["layer", "logit", "probability", "direction"]))
      }
    }
    let sides = word.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let unit: Filter
    do { unit = try Filter(parsing: sides[0]) } catch { throw wrong(word) }
    guard sides.count == 2 else { return (.channel(unit), nil) }
    if sides[1] == "centre" || sides[1] == "center" { return (.neuron(unit, nil), nil) }
    let numbers = sides[1].split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let row = numbers[0], let column = numbers[1] else { throw wrong(word) }
    return (.neuron(unit, .init(row: row, column: column)), nil)
  }

  private static func label(_ name: String, _ classNames: [String]) throws(InputError) -> Int {
    var places = classNames.indices.filter { classNames[$0] == name }
    if places.isEmpty {
      // Folders of ImageNet are named n01443537_goldfish.
      places = classNames.indices.filter { classNames[$0].hasSuffix("_" + name) }
    }
    if places.count == 1 { return places[0] }
    if let label = Int(name), label >= 0 { return label }
    throw InputError(
      .usage, places.isEmpty ? "there is no class of that name" : "several classes have that name",
      at: .init(key: "--maximize"), found: "'\(name)'",
      hint: places.isEmpty
        ? Suggestion.hint(for: name, among: classNames)
          ?? (classNames.isEmpty ? "give its index, or the names with --classes" : nil)
        : "give its index: \(places.map(String.init).joined(separator: " or "))")
  }

  /// A number a line, or with commas between.
  private static func numbers(_ file: String) throws(InputError) -> [Float] {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw InputError(.noInput, "the direction cannot be read", at: .init(file: file, key: "--maximize"))
    }
    var numbers: [Float] = []
    let lines = String(decoding: data, as: UTF8.self).split(omittingEmptySubsequences: false) { $0.isNewline }
    for (place, line) in lines.enumerated() {
      for word in line.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
        guard let number = Float(word), number.isFinite else {
          throw InputError(
            .data, "the direction holds something that is no number", at: .init(file: file, line: place + 1),
            found: "'\(word)'")
        }
        numbers.append(number)
      }
    }
    return numbers
  }

  private static func trimmed(_ text: some StringProtocol) -> String { text.trimmingCharacters(in: .whitespaces) }

  private static func wrong(_ word: String, hint: String? = nil) -> InputError {
    InputError(
      .usage, "this names nothing that a picture could maximise", at: .init(key: "--maximize"), expected: usage,
      found: "'\(word)'", hint: hint)
  }
}
