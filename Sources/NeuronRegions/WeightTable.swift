import DecisionRegions
import Images
import InputErrors

/// Reads neurons from a CSV table: columns `w1`, optionally `w2`, `bias`, `threshold` and `neuron` (a name).
public enum WeightTable {
  static let columns = ["neuron", "w1", "w2", "bias", "threshold"]

  /// - Throws: ``InputErrors/InputError`` (data) naming the line and the column when a value is no finite number, a column
  ///   is unknown or comes twice, there are more than two weights, or there is no neuron.
  public static func neurons(in bytes: [UInt8], file: String) throws -> [LinearNeuron] {
    let table = try CommaSeparatedValues(bytes, file: file)
    for column in table.header where !columns.contains(column) {
      if column.hasPrefix("w"), let number = Int(column.dropFirst()), number > LinearNeuron.maximumInputCount {
        throw InputError(
          .data, "a picture of regions has one or two free inputs", at: .init(file: file, line: 1, key: column),
          expected: "the weights w1 and w2", hint: "hold the other inputs at a value and add their share to the bias")
      }
      throw InputError(
        .data, "the column is unknown", at: .init(file: file, line: 1, key: column),
        expected: columns.joined(separator: ", "), hint: Suggestion.hint(for: column, among: columns))
    }
    guard table.header.contains("w1") else {
      throw InputError(
        .data, "the table has no weights", at: .init(file: file, line: 1),
        expected: "a column w1, and w2 for two inputs",
        found: table.header.joined(separator: ","))
    }
    guard !table.rows.isEmpty else {
      throw InputError(.data, "the table has no neuron", at: .init(file: file), expected: "a row a neuron")
    }
    return try zip(table.rows, table.lines).enumerated().map { index, entry in
      let row = try Row(header: table.header, fields: entry.0, place: .init(file: file, line: entry.1))
      do {
        return try LinearNeuron(
          name: row.text("neuron") ?? "n\(index + 1)",
          weights: table.header.contains("w2") ? [row.required("w1"), row.required("w2")] : [row.required("w1")],
          bias: row.number("bias") ?? 0, threshold: row.number("threshold") ?? 0)
      } catch var error as InputError {
        error.place.file = file
        error.place.line = entry.1
        throw error
      }
    }
  }

  /// Reads points from a CSV table: columns `x1`, `x2` for two inputs, optionally `class`.
  ///
  /// - Returns: the points, and for each its class as an index into the classes' names, which stand in the order in which
  ///   they first appear; empty without the column.
  /// - Throws: ``InputErrors/InputError`` (data) as above.
  public static func points(
    in bytes: [UInt8], inputs: Int, file: String
  ) throws -> (points: [[Double]], labels: [Int], classNames: [String]) {
    let table = try CommaSeparatedValues(bytes, file: file)
    let names = (1...inputs).map { "x\($0)" }
    for column in table.header where !names.contains(column) && column != "class" {
      throw InputError(
        .data, "the column is unknown", at: .init(file: file, line: 1, key: column),
        expected: (names + ["class"]).joined(separator: ", "))
    }
    for name in names where !table.header.contains(name) {
      throw InputError(
        .data, "the points lack a coordinate", at: .init(file: file, line: 1), expected: "a column \(name)",
        found: table.header.joined(separator: ","))
    }
    guard !table.rows.isEmpty else { throw InputError(.data, "the table has no point", at: .init(file: file)) }
    var places: [String: Int] = [:]
    var classNames: [String] = [], labels: [Int] = [], points: [[Double]] = []
    for (fields, line) in zip(table.rows, table.lines) {
      let row = try Row(header: table.header, fields: fields, place: .init(file: file, line: line))
      points.append(try names.map { try row.required($0) })
      guard table.header.contains("class") else { continue }
      let name = row.text("class") ?? ""
      let label = places[name] ?? classNames.count
      if places.updateValue(label, forKey: name) == nil { classNames.append(name) }
      labels.append(label)
    }
    return (points, labels, classNames)
  }

  private struct Row {
    private var fields: [String: String] = [:]
    private let place: InputError.Place

    init(header: [String], fields: [String], place: InputError.Place) throws {
      for (name, field) in zip(header, fields) { self.fields[name] = field }
      self.place = place
    }

    /// The field, or nil when the column is missing or the field empty.
    func text(_ column: String) -> String? {
      let field = fields[column].map { $0.trimmingPrefix { $0 == " " } }
      return field.flatMap { $0.isEmpty ? nil : String($0) }
    }

    func number(_ column: String) throws(InputError) -> Double? {
      guard let text = text(column) else { return nil }
      var end = Substring(text)
      while end.last == " " { end.removeLast() }
      guard let value = Double(end), value.isFinite else {
        var place = place
        place.key = column
        throw InputError(
          .data, "the value is no finite number", at: place, expected: "a finite number", found: "'\(text)'")
      }
      return value
    }

    func required(_ column: String) throws(InputError) -> Double {
      if let value = try number(column) { return value }
      var place = place
      place.key = column
      throw InputError(.data, "the value is missing", at: place, expected: "a finite number")
    }
  }
}
