/// Draws values with their intervals: a row a name, a dot with whiskers a series.
package struct IntervalChart: Sendable {
  package struct Value: Sendable, Hashable {
    package var value: Double
    package var lower: Double?
    package var upper: Double?

    package init(value: Double, lower: Double? = nil, upper: Double? = nil) {
      self.value = value
      self.lower = lower
      self.upper = upper
    }
  }

  package struct Row: Sendable, Hashable {
    let name: String
    let values: [Value?]

    /// - Parameter values: one a series; nil where there is none.
    package init(name: String, values: [Value?]) {
      self.name = name
      self.values = values
    }
  }

  private let title: String
  private let summary: String
  private let series: [String]
  private let rows: [Row]
  private let isPercent: Bool
  private let showsZero: Bool

  private static let width = 900.0, left = 210.0, right = 840.0, top = 40.0, lane = 13.0
  private static let colours = 6

  /// - Precondition: every row has a value, or nil, for each of at most six series.
  package init(title: String, summary: String, series: [String], rows: [Row], isPercent: Bool, showsZero: Bool = true) {
    precondition(series.count <= Self.colours, "more series than colours")
    precondition(rows.allSatisfy { $0.values.count == series.count }, "a value for each series")
    self.title = title
    self.summary = summary
    self.series = series
    self.rows = rows
    self.isPercent = isPercent
    self.showsZero = showsZero
  }

  package var drawing: SVGDrawing {
    let rowHeight = Double(series.count) * Self.lane + 12
    let bottom = Self.top + Double(rows.count) * rowHeight
    var drawing = SVGDrawing(width: Self.width, height: bottom + 34, title: title, summary: summary)
    let known = rows.flatMap(\.values).compactMap { $0 }
    let values = known.flatMap { [$0.value, $0.lower, $0.upper].compactMap { $0 } }.filter(\.isFinite)
    let lowest = values.min() ?? 0
    let scale = AxisScale(
      (isPercent && showsZero ? min(0, lowest) : lowest)...(values.max() ?? 1), pixels: Self.left...Self.right, ticks: 6
    )
    for tick in scale.ticks {
      drawing.line(scale(tick), Self.top, scale(tick), bottom, tick == 0 ? "zero" : "grid")
      let label = isPercent ? "\(NumberText.plain((tick * 1000).rounded() / 10)) %" : scale.label(tick)
      drawing.text(scale(tick), bottom + 18, label, "soft number", anchor: .middle)
    }
    if series.count > 1 { legend(&drawing) }
    for (index, row) in rows.enumerated() {
      let y = Self.top + Double(index) * rowHeight
      drawing.text(
        Self.left - 12, y + rowHeight / 2 + 4, Markup.shortened(row.name, to: 27), "name", anchor: .end, tip: row.name)
      for (place, value) in row.values.enumerated() {
        guard let value, value.value.isFinite else { continue }
        draw(value, place, row.name, y + 6 + (Double(place) + 0.5) * Self.lane, scale, &drawing)
      }
    }
    return drawing
  }

  private func legend(_ drawing: inout SVGDrawing) {
    var x = Self.left
    for (place, name) in series.enumerated() {
      drawing.circle(x + 5, 16, 4.5, "dot series\(place + 1)")
      drawing.text(x + 15, 20, name, "")
      x += 15 + Double(name.count) * 6.6 + 22
    }
  }

  private func draw(
    _ value: Value, _ place: Int, _ name: String, _ y: Double, _ scale: AxisScale, _ drawing: inout SVGDrawing
  ) {
    if let lower = value.lower, let upper = value.upper {
      drawing.line(scale(lower), y, scale(upper), y, "whisker series\(place + 1)")
    }
    let text = { (value: Double) in isPercent ? NumberText.percent(value) : NumberText.significant(value, 3) }
    var tip = "\(name)\(series.count > 1 ? ", \(series[place])" : ""): \(text(value.value))"
    if let lower = value.lower, let upper = value.upper { tip += " (\(text(lower)) to \(text(upper)))" }
    drawing.circle(scale(value.value), y, 4.5, "dot series\(place + 1)", tip: tip)
  }
}
