import InputErrors

/// Writes tables with commas between fields (RFC 4180).
enum CommaSeparatedText {
  static func text(_ header: [String], _ rows: [[String]]) -> String {
    ([header] + rows).map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}

extension Double? {
  /// The shortest text that reads back to the same number; empty for nil.
  var text: String { map { "\($0)" } ?? "" }
}
