/// Writes tables with commas between fields (RFC 4180), as ``CommaSeparatedValues`` reads them.
package enum CommaSeparatedText {
  package static func text(_ header: [String], _ rows: [[String]]) -> String {
    ([header] + rows).map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
