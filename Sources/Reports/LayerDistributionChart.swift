/// Draws where in the network the value sits: each layer's values as dots and a box, and its share of all positive value.
public enum LayerDistributionChart {
  /// More dots than this a layer would be a smear: the middle of a larger layer is thinned, its ends are kept.
  private static let mostDots = 400

  public static func drawing(_ document: RankingDocument) -> SVGDrawing {
    let layers = LayerSummary.layers(of: document)
    let rowHeight = layers.count > 60 ? 16.0 : 24.0
    let upperEdge = 26.0
    let plotBottom = upperEdge + Double(layers.count) * rowHeight + 4
    let longest = min(30, max(8, layers.map(\.layer.count).max() ?? 0))
    let left = 16 + Double(longest) * 7.0, width = 900.0, shareLeft = width - 190, shareWidth = 120.0
    let values = document.players.map(\.value)
    let scale = AxisScale(
      min(0, values.min() ?? 0)...max(0, values.max() ?? 0), pixels: left...(shareLeft - 70), ticks: 5)
    let mass = layers.reduce(0) { $0 + $1.positive }
    let greatest = layers.max { $0.positive < $1.positive }
    var drawing = SVGDrawing(
      width: width, height: plotBottom + 46, title: "Values by layer",
      summary: greatest.map {
        "Most positive value sits in \($0.layer): \(NumberText.percent(mass > 0 ? $0.positive / mass : 0))"
      } ?? "")

    drawing.text(left - 12, 14, "layer, input first", "soft", anchor: .end)
    drawing.text(shareLeft - 14, 14, "players", "soft", anchor: .end)
    drawing.text(shareLeft, 14, "share of positive value", "soft")
    for tick in scale.ticks {
      drawing.line(scale(tick), upperEdge - 4, scale(tick), plotBottom, tick == 0 ? "zero" : "grid")
      drawing.text(scale(tick), plotBottom + 16, scale.label(tick), "soft number", anchor: .middle)
    }
    drawing.text(
      (left + shareLeft - 70) / 2, plotBottom + 38, "\(document.valueName) of each player", "soft", anchor: .middle)
    let widestShare = max(mass > 0 ? (greatest?.positive ?? 0) / mass : 0, 1e-9)
    for (index, layer) in layers.enumerated() {
      let top = upperEdge + Double(index) * rowHeight, middle = top + rowHeight / 2
      drawing.text(
        left - 12, middle + 4, Markup.shortened(layer.layer, to: longest), "name", anchor: .end, tip: layer.layer)
      strip(layer, middle, rowHeight, scale, on: &drawing)
      drawing.text(shareLeft - 14, middle + 4, NumberText.grouped(layer.values.count), "soft number", anchor: .end)
      let share = mass > 0 ? layer.positive / mass : 0
      drawing.rectangle(shareLeft, top + 4, shareWidth, rowHeight - 8, "track")
      drawing.rectangle(
        shareLeft, top + 4, shareWidth * share / widestShare, rowHeight - 8, "helps",
        tip:
          "\(layer.layer): sum \(NumberText.significant(layer.sum)), of it negative \(NumberText.significant(layer.negative))"
      )
      drawing.text(width, middle + 4, NumberText.percent(share), "number", anchor: .end)
    }
    return drawing
  }

  private static func strip(
    _ layer: LayerSummary, _ middle: Double, _ rowHeight: Double, _ scale: AxisScale, on drawing: inout SVGDrawing
  ) {
    let n = SVGDrawing.n
    var helps = "", harms = ""
    for (position, value) in thinned(layer.values).enumerated() {
      // A fixed pattern spreads neighbours over the row's height, so that the picture is the same every time.
      let offset = (Double(position * 7 % 11) / 10 - 0.5) * (rowHeight - 10)
      let dot = "M\(n(scale(value))) \(n(middle + offset))h0"
      if value < 0 { harms += dot } else { helps += dot }
    }
    if !helps.isEmpty { drawing.path(helps, "dots helps") }
    if !harms.isEmpty { drawing.path(harms, "dots harms") }
    guard layer.values.count >= 5 else { return }
    let (from, to, median) = (scale(layer.quantile(0.25)), scale(layer.quantile(0.75)), scale(layer.quantile(0.5)))
    drawing.rectangle(from, middle - rowHeight / 2 + 4, to - from, rowHeight - 8, "box")
    drawing.line(median, middle - rowHeight / 2 + 4, median, middle + rowHeight / 2 - 4, "median")
  }

  /// All values of a small layer; of a large one the ends and every so many between them.
  private static func thinned(_ values: [Double]) -> [Double] {
    guard values.count > mostDots else { return values }
    let ends = mostDots / 4
    let inner = values[ends..<(values.count - ends)]
    let step = (inner.count + mostDots / 2 - 1) / (mostDots / 2)
    return values.prefix(ends) + stride(from: inner.startIndex, to: inner.endIndex, by: step).map { values[$0] }
      + values.suffix(ends)
  }
}
