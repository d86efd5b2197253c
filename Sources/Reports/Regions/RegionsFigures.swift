import DecisionRegions

/// The figures of regions as files of their own: for one input the outputs with guidelines and the inputs alone, for two
/// the planes over the inputs and the inputs alone.
public enum RegionsFigures {
  /// Neurons that a figure can show apart.
  static let neuronLimit = 16

  /// Name without ending, and content, of every figure.
  public static func all(_ document: RegionsDocument, palette: RegionsPalette) -> [(name: String, svg: String)] {
    drawings(document, palette: palette).map { ($0.name, $0.drawing.document) }
  }

  static func drawings(
    _ document: RegionsDocument, palette: RegionsPalette
  ) -> [(name: String, drawing: SVGDrawing)] {
    document.isPlane
      ? [("regions", RegionMapFigure.drawing(document, palette)), ("planes", PlanesFigure.drawing(document, palette))]
      : [
        ("lines", IntervalLinesFigure.drawing(document, palette)),
        ("inputs", IntervalStripFigure.drawing(document, palette)),
      ]
  }

  static func tip(_ index: Int, _ document: RegionsDocument) -> String {
    let region = document.regions[index]
    var text =
      "region \(index): \(Markup.shortened(region.signs.description, to: 60)), \(NumberText.percent(region.share)) of the "
    text += document.isPlane ? "area" : "length"
    if let count = region.count, let total = document.data?.total, total > 0 {
      text += ", \(NumberText.percent(Double(count) / Double(total))) of the data"
    }
    return text
  }

  /// The steps of the ramp: from the region with the fewest positive neurons to that with the most.
  struct Levels {
    let fewest: Int
    let most: Int

    init(_ document: RegionsDocument) {
      let counts = document.regions.map(\.signs.positiveCount)
      fewest = counts.min() ?? 0
      most = counts.max() ?? 0
    }

    func callAsFunction(_ region: RegionsDocument.Region) -> Int {
      guard most > fewest else { return RegionsStyle.steps / 2 }
      return ((region.signs.positiveCount - fewest) * RegionsStyle.steps + (most - fewest) / 2) / (most - fewest)
    }
  }

  /// Names with their colours below each other, and the ramp.
  static func legend(
    _ document: RegionsDocument, _ levels: Levels, _ drawing: inout SVGDrawing, x: Double, y: Double, room: Double
  ) {
    drawing.text(x, y, "neurons", "soft")
    let shown = document.neurons.prefix(neuronLimit)
    let step = min(20, (room - 90) / Double(max(1, shown.count)))
    for (index, neuron) in shown.enumerated() {
      let line = y + 20 + Double(index) * step
      drawing.line(x, line - 4, x + 18, line - 4, "boundary n\(RegionsStyle.line(index))")
      drawing.text(x + 25, line, Markup.shortened(neuron.name, to: 20), "name", tip: neuron.name)
    }
    var line = y + 20 + Double(shown.count) * step
    if document.neurons.count > shown.count {
      drawing.text(x, line, "and \(document.neurons.count - shown.count) more", "soft")
    }
    line += 26
    for step in 0...RegionsStyle.steps {
      drawing.rectangle(x + Double(step) * 14, line - 8, 14.4, 10, "level\(step)")
    }
    drawing.text(x, line + 17, "\(levels.fewest) positive", "soft")
    drawing.text(x + 154, line + 17, "\(levels.most)", "soft", anchor: .end)
  }
}
