/// Draws bars in groups: one group a layer, one bar a concept, with error bars, stars and a band of chance.
package struct GroupedBarChart: Sendable {
  package struct Bar: Sendable, Hashable {
    package var value: Double
    /// The ends of the error bar; nil for none.
    package var lower: Double?
    package var upper: Double?
    /// What values are when there is nothing but chance: a grey band behind the bar.
    package var band: ClosedRange<Double>?
    package var isStarred: Bool
    package var tip: String

    package init(
      value: Double, lower: Double? = nil, upper: Double? = nil, band: ClosedRange<Double>? = nil,
      isStarred: Bool = false, tip: String
    ) {
      self.value = value
      self.lower = lower
      self.upper = upper
      self.band = band
      self.isStarred = isStarred
      self.tip = tip
    }
  }

  package struct Group: Sendable, Hashable {
    let name: String
    let bars: [Bar?]

    /// - Parameter bars: one a series; nil where a value is withheld.
    package init(name: String, bars: [Bar?]) {
      self.name = name
      self.bars = bars
    }
  }

  private let title: String
  private let summary: String
  private let vertical: String
  private let series: [String]
  private let groups: [Group]
  private let isPercent: Bool

  private static let width = 900.0, left = 64.0, right = 884.0, height = 250.0
  private static let colours = 6

  /// - Parameter isPercent: whether values are shares; then the axis goes from 0 to 1.
  /// - Precondition: every group has a bar, or nil, for each series.
  package init(title: String, summary: String, vertical: String, series: [String], groups: [Group], isPercent: Bool) {
    precondition(groups.allSatisfy { $0.bars.count == series.count }, "a bar for each series")
    self.title = title
    self.summary = summary
    self.vertical = vertical
    self.series = series
    self.groups = groups
    self.isPercent = isPercent
  }

  package var drawing: SVGDrawing {
    let (legend, legendHeight) = legendPlaces
    let top = legendHeight + 30, bottom = top + Self.height
    var drawing = SVGDrawing(width: Self.width, height: bottom + 40, title: title, summary: summary)
    for (place, name) in series.enumerated() {
      let (x, y) = legend[place]
      drawing.rectangle(x, y - 9, 10, 10, "dot series\(place % Self.colours + 1)")
      drawing.text(x + 16, y, Markup.shortened(name, to: 30), "", tip: name)
    }
    let bars = groups.flatMap(\.bars).compactMap { $0 }
    let values = bars.flatMap { bar in
      [bar.value, bar.lower, bar.upper, bar.band?.lowerBound, bar.band?.upperBound].compactMap { $0 }
    }.filter(\.isFinite)
    let range = isPercent ? 0.0...1.0 : min(0, values.min() ?? 0)...max(0, values.max() ?? 1)
    let scale = AxisScale(range, pixels: -bottom...(-top), ticks: 6)
    drawing.text(Self.left, top - 12, vertical, "heading")
    for tick in scale.ticks {
      let y = -scale(tick)
      drawing.line(Self.left, y, Self.right, y, tick == 0 ? "zero" : "grid")
      let label = isPercent ? "\(NumberText.plain((tick * 1000).rounded() / 10)) %" : scale.label(tick)
      drawing.text(Self.left - 8, y + 4, label, "soft number", anchor: .end)
    }
    let groupWidth = (Self.right - Self.left) / Double(max(1, groups.count))
    let lane = min(46, (groupWidth - 18) / Double(max(1, series.count)))
    for (index, group) in groups.enumerated() {
      let centre = Self.left + (Double(index) + 0.5) * groupWidth
      drawing.text(
        centre, bottom + 24, Markup.shortened(group.name, to: max(6, Int(groupWidth / 7))), "name", anchor: .middle,
        tip: group.name)
      for (place, bar) in group.bars.enumerated() {
        let x = centre + (Double(place) - Double(series.count) / 2) * lane
        if let bar { draw(bar, place, x, lane, scale, &drawing) } else { withheld(place, x, lane, scale, &drawing) }
      }
    }
    return drawing
  }

  private var legendPlaces: (places: [(x: Double, y: Double)], height: Double) {
    var x = Self.left, y = 16.0
    var places: [(x: Double, y: Double)] = []
    for name in series {
      let width = Double(min(30, name.count)) * 6.8 + 42
      if x + width > Self.right, x > Self.left { (x, y) = (Self.left, y + 20) }
      places.append((x, y))
      x += width
    }
    return (places, y + 6)
  }

  private func draw(
    _ bar: Bar, _ place: Int, _ x: Double, _ lane: Double, _ scale: AxisScale, _ drawing: inout SVGDrawing
  ) {
    guard bar.value.isFinite else { return }
    if let band = bar.band {
      let (low, high) = (max(band.lowerBound, scale.domain.lowerBound), min(band.upperBound, scale.domain.upperBound))
      drawing.rectangle(x, -scale(high), lane, scale(high) - scale(low), "chance")
    }
    let zero = -scale(0), y = -scale(bar.value)
    let inner = max(3, lane * 0.62), start = x + (lane - inner) / 2
    drawing.rectangle(
      start, min(zero, y), inner, max(1.5, abs(zero - y)), "dot series\(place % Self.colours + 1)", tip: bar.tip)
    let centre = x + lane / 2
    var highest = min(zero, y)
    if let lower = bar.lower, let upper = bar.upper {
      drawing.line(centre, -scale(lower), centre, -scale(upper), "error")
      highest = min(highest, -scale(upper))
    }
    if bar.isStarred { drawing.text(centre, highest - 3, "*", "heading", anchor: .middle, tip: "no more than chance") }
  }

  private func withheld(
    _ place: Int, _ x: Double, _ lane: Double, _ scale: AxisScale, _ drawing: inout SVGDrawing
  ) {
    drawing.text(
      x + lane / 2, -scale(0) - 6, "?", "soft", anchor: .middle,
      tip: "\(series[place]): withheld, the classifier does not know the concept")
  }
}
