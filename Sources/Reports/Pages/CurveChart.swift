/// Draws curves with bands of uncertainty: a metric against the number of filters removed.
package struct CurveChart: Sendable {
  package struct Point: Sendable, Hashable {
    package var x: Double
    package var y: Double
    /// The band around the curve; nil for none.
    package var lower: Double?
    package var upper: Double?

    package init(x: Double, y: Double, lower: Double? = nil, upper: Double? = nil) {
      self.x = x
      self.y = y
      self.lower = lower
      self.upper = upper
    }
  }

  /// How a curve stands out among the others.
  package enum Emphasis: Sendable, Hashable {
    /// The curve that the picture is about.
    case main
    case normal
    /// What the others are compared with: grey and dashed.
    case reference
  }

  package struct Series: Sendable, Hashable {
    let name: String
    let points: [Point]
    let emphasis: Emphasis

    package init(name: String, points: [Point], emphasis: Emphasis = .normal) {
      self.name = name
      self.points = points
      self.emphasis = emphasis
    }
  }

  private let title: String
  private let summary: String
  private let horizontal: String
  private let vertical: String
  private let isPercent: Bool
  private let showsZero: Bool
  private let series: [Series]

  private static let width = 900.0, left = 64.0, right = 684.0, top = 30.0, bottom = 370.0
  /// Curves of normal emphasis take turns in these colours.
  private static let colours = 6

  /// - Parameters:
  ///   - horizontal, vertical: what the axes show.
  ///   - isPercent: whether values are shares.
  ///   - showsZero: whether the axis of shares begins at 0, so that heights can be compared.
  package init(
    title: String, summary: String, horizontal: String, vertical: String, isPercent: Bool, showsZero: Bool = true,
    series: [Series]
  ) {
    self.title = title
    self.summary = summary
    self.horizontal = horizontal
    self.vertical = vertical
    self.isPercent = isPercent
    self.showsZero = showsZero
    self.series = series.filter { !$0.points.isEmpty }
  }

  package var drawing: SVGDrawing {
    let legend = Self.top + Double(series.count) * 20
    var drawing = SVGDrawing(
      width: Self.width, height: max(Self.bottom + 52, legend + 12), title: title, summary: summary)
    let points = series.flatMap(\.points)
    guard let first = points.first else {
      drawing.text(Self.width / 2, 180, "there is nothing to draw", "soft", anchor: .middle)
      return drawing
    }
    let columns = points.map(\.x)
    let values = points.flatMap { [$0.y, $0.lower, $0.upper].compactMap { $0 } }.filter(\.isFinite)
    let x = AxisScale((columns.min() ?? first.x)...(columns.max() ?? first.x), pixels: Self.left...Self.right, ticks: 7)
    let lowest = values.min() ?? 0
    let y = AxisScale(
      (isPercent && showsZero ? min(0, lowest) : lowest)...(values.max() ?? 1), pixels: -Self.bottom...(-Self.top),
      ticks: 6)
    frame(x, y, on: &drawing)
    let styles = styles
    for index in series.indices { band(series[index], styles[index], x, y, on: &drawing) }
    // What the picture is about lies on top.
    for index in series.indices.sorted(by: { (rank($0), $0) < (rank($1), $1) }) {
      curve(series[index], styles[index], x, y, on: &drawing)
    }
    for (place, index) in series.indices.enumerated() {
      let y = Self.top + 8 + Double(place) * 20
      drawing.path("M\(SVGDrawing.n(Self.right + 20)) \(SVGDrawing.n(y))h22", "curve \(styles[index])")
      drawing.text(
        Self.right + 50, y + 4, Markup.shortened(series[index].name, to: 27), "", tip: series[index].name)
    }
    return drawing
  }

  private func rank(_ index: Int) -> Int {
    switch series[index].emphasis {
    case .reference: 0
    case .normal: 1
    case .main: 2
    }
  }

  private var styles: [String] {
    var next = 0
    return series.map { series in
      switch series.emphasis {
      case .main: return "main"
      case .reference: return "reference"
      case .normal:
        next += 1
        return "series\((next - 1) % Self.colours + 1)"
      }
    }
  }

  private func frame(_ x: AxisScale, _ y: AxisScale, on drawing: inout SVGDrawing) {
    drawing.text(Self.left, Self.top - 14, vertical, "heading")
    for tick in y.ticks {
      let place = -y(tick)
      drawing.line(Self.left, place, Self.right, place, tick == 0 ? "zero" : "grid")
      let label = isPercent ? "\(NumberText.plain((tick * 1000).rounded() / 10)) %" : y.label(tick)
      drawing.text(Self.left - 8, place + 4, label, "soft number", anchor: .end)
    }
    for tick in x.ticks {
      drawing.text(x(tick), Self.bottom + 18, x.label(tick), "soft number", anchor: .middle)
    }
    drawing.text((Self.left + Self.right) / 2, Self.bottom + 40, horizontal, "soft", anchor: .middle)
  }

  private func band(
    _ series: Series, _ style: String, _ x: AxisScale, _ y: AxisScale, on drawing: inout SVGDrawing
  ) {
    let places = series.points.filter { $0.lower != nil && $0.upper != nil }
    guard places.count > 1 else { return }
    let n = SVGDrawing.n
    let above = places.compactMap { point in point.upper.map { "\(n(x(point.x))) \(n(-y($0)))" } }
    let below = places.reversed().compactMap { point in point.lower.map { "\(n(x(point.x))) \(n(-y($0)))" } }
    drawing.path("M" + (above + below).joined(separator: "L") + "Z", "band \(style)")
  }

  private func curve(
    _ series: Series, _ style: String, _ x: AxisScale, _ y: AxisScale, on drawing: inout SVGDrawing
  ) {
    let n = SVGDrawing.n
    let places = series.points.filter(\.y.isFinite).map { (x: n(x($0.x)), y: n(-y($0.y))) }
    guard !places.isEmpty else { return }
    drawing.path("M" + places.map { "\($0.x) \($0.y)" }.joined(separator: "L"), "curve \(style)", tip: series.name)
    // Dots where they can be told apart.
    if places.count <= 40 { drawing.path(places.map { "M\($0.x) \($0.y)h0" }.joined(), "knots \(style)") }
  }
}
