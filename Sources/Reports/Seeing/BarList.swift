/// Names with small bars from zero, error bars and numbers.
struct BarList {
  struct Bar {
    var name: String
    var value: Double
    var error: Double?
    var text: String
  }

  private let bars: [Bar]
  private let lowest: Double
  private let span: Double

  init(_ bars: [Bar]) {
    self.bars = bars
    let ends = bars.flatMap { [$0.value - ($0.error ?? 0), $0.value + ($0.error ?? 0)] }.filter(\.isFinite)
    lowest = min(0, ends.min() ?? 0)
    let width = max(0, ends.max() ?? 0) - lowest
    span = width > 0 && width.isFinite ? width : 1
  }

  var markup: String {
    let rows = bars.map { bar in
      "<span title=\"\(Markup.escaped(bar.name))\">\(Markup.escaped(Markup.shortened(bar.name, to: 30)))</span>"
        + "<span class=\"bar\">\(drawn(bar))</span><span class=\"number\">\(Markup.escaped(bar.text))</span>"
    }
    return "<div class=\"scroll\"><div class=\"bars\">\(rows.joined())</div></div>"
  }

  private func drawn(_ bar: Bar) -> String {
    guard bar.value.isFinite else { return "" }
    var parts = part(from: min(0, bar.value), to: max(0, bar.value), "i", bar.value < 0 ? "harms" : "helps")
    if let error = bar.error, error > 0, error.isFinite {
      parts += part(from: bar.value - error, to: bar.value + error, "b", "error")
    }
    return parts
  }

  private func part(from lower: Double, to upper: Double, _ tag: String, _ style: String) -> String {
    let left = SVGDrawing.n((lower - lowest) / span * 100), width = SVGDrawing.n((upper - lower) / span * 100)
    return "<\(tag) class=\"\(style)\" style=\"left:\(left)%;width:\(width)%\"></\(tag)>"
  }
}
