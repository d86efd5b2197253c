/// Columns of text that stand straight below each other, for terminals.
public struct TextTable: Sendable {
  public enum Alignment: Sendable { case left, right }

  private let headings: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  public init(_ columns: [(heading: String, alignment: Alignment)]) {
    headings = columns.map(\.heading)
    alignments = columns.map(\.alignment)
  }

  /// - Precondition: one cell a column.
  public mutating func add(_ row: [String]) {
    precondition(row.count == headings.count, "a row has a cell for every column")
    rows.append(row)
  }

  /// The lines, indented by two; columns without any text are left out.
  public var lines: [String] {
    let shown = headings.indices.filter { column in rows.contains { !$0[column].isEmpty } || rows.isEmpty }
    let widths = headings.indices.map { column in
      max(headings[column].count, rows.map { $0[column].count }.max() ?? 0)
    }
    return ([headings] + rows).map { row in
      var line = " "
      for column in shown {
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        switch alignments[column] {
        case .left: line += " " + row[column] + space + " "
        case .right: line += " " + space + row[column] + " "
        }
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
