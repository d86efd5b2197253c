/// Draws a matrix as colours: blue above zero, orange below, stronger the farther away.
package struct HeatMap: Sendable {
  private let title: String
  private let summary: String
  private let rows: [String]
  private let columns: [String]
  private let values: [[Double?]]
  private let limit: Double
  private let isPercent: Bool
  private let rowTitle: String
  private let columnTitle: String

  private static let width = 900.0, left = 226.0
  /// More rows or columns than this are not drawn; the picture says so.
  package static let mostRows = 80, mostColumns = 60

  /// - Parameters:
  ///   - values: a row for each of `rows`, a value for each of `columns`; nil where there is none.
  ///   - limit: the distance from zero with the strongest colour; nil for the largest one.
  ///   - isPercent: whether values are shares.
  package init(
    title: String, summary: String, rows: [String], columns: [String], values: [[Double?]], limit: Double? = nil,
    isPercent: Bool, rowTitle: String, columnTitle: String
  ) {
    precondition(
      values.count == rows.count && values.allSatisfy { $0.count == columns.count }, "a value for each row and column")
    self.title = title
    self.summary = summary
    self.rows = rows
    self.columns = columns
    self.values = values
    self.limit = limit ?? values.joined().compactMap { $0 }.filter(\.isFinite).map(abs).max() ?? 0
    self.isPercent = isPercent
    self.rowTitle = rowTitle
    self.columnTitle = columnTitle
  }

  package var drawing: SVGDrawing {
    let rowCount = min(rows.count, Self.mostRows), columnCount = min(columns.count, Self.mostColumns)
    let columnWidth = min(64, (Self.width - Self.left - 30) / Double(max(1, columnCount)))
    let rowHeight = rowCount > 40 ? 15.0 : 22.0
    let longest = columns.prefix(columnCount).map(\.count).max() ?? 0
    // Names that do not fit side by side stand slanted.
    let isSlanted = Double(longest) * 6.4 > columnWidth
    let top = 34 + (isSlanted ? min(Double(longest), 16) * 4.8 + 8 : 14)
    let isCut = rowCount < rows.count || columnCount < columns.count
    var drawing = SVGDrawing(
      width: Self.width, height: top + Double(rowCount) * rowHeight + (isCut ? 30 : 8), title: title, summary: summary)
    drawing.text(Self.left - 10, top - 8, rowTitle, "soft", anchor: .end)
    drawing.text(Self.left, 14, columnTitle, "soft")
    for column in 0..<columnCount {
      let x = Self.left + (Double(column) + 0.5) * columnWidth
      let name = Markup.shortened(columns[column], to: isSlanted ? 16 : 40)
      drawing.text(
        x, top - 8, name, "small", anchor: isSlanted ? .start : .middle, tip: columns[column],
        slant: isSlanted ? -40 : 0)
    }
    for row in 0..<rowCount {
      let y = top + Double(row) * rowHeight
      drawing.text(
        Self.left - 10, y + rowHeight / 2 + 4, Markup.shortened(rows[row], to: 31), "name", anchor: .end,
        tip: rows[row])
      for column in 0..<columnCount {
        cell(row, column, Self.left + Double(column) * columnWidth, y, columnWidth, rowHeight, &drawing)
      }
    }
    if isCut {
      drawing.text(
        Self.left, top + Double(rowCount) * rowHeight + 20,
        "\(rowCount) of \(NumberText.grouped(rows.count)) rows and \(columnCount) of "
          + "\(NumberText.grouped(columns.count)) columns are drawn; the files beside this page have all.", "soft")
    }
    return drawing
  }

  private func cell(
    _ row: Int, _ column: Int, _ x: Double, _ y: Double, _ width: Double, _ height: Double,
    _ drawing: inout SVGDrawing
  ) {
    let value = values[row][column]
    let isKnown = value?.isFinite ?? false
    let strength = isKnown && limit > 0 ? Int((min(1, abs(value ?? 0) / limit) * 8).rounded()) : 0
    let style = strength == 0 ? "track" : "\((value ?? 0) < 0 ? "harms" : "helps") strength\(strength)"
    let text = isKnown ? text(value ?? 0) : "—"
    drawing.rectangle(
      x + 1, y + 1, width - 2, height - 2, style, tip: "\(rows[row]), \(columns[column]): \(text)")
    // What is next to nothing beside the rest reads as nothing.
    let isNothing = !isPercent && abs(value ?? 0) < limit * 0.005
    let short =
      isNothing
      ? "0" : isPercent ? NumberText.fixed((value ?? 0) * 100, decimals: 0) : NumberText.significant(value ?? 0, 2)
    // What is too wide goes without its leading zero, or with one decimal.
    let choices = [
      short, short.replacing("0.", with: "."), NumberText.fixed(value ?? 0, decimals: 1).replacing("0.", with: "."),
    ]
    guard isKnown, let fitting = choices.first(where: { width >= Double($0.count) * 5.6 + 4 }) else { return }
    drawing.text(x + width / 2, y + height / 2 + 4, fitting, "small number", anchor: .middle)
  }

  private func text(_ value: Double) -> String {
    isPercent ? NumberText.percent(value) : NumberText.significant(value, 3)
  }
}
