import DecisionRegions

/// Two inputs alone: the regions, coloured by how many neurons are positive, the boundaries, data and marks.
enum RegionMapFigure {
  /// Regions that are drawn one by one; of more only the boundaries are.
  static let regionLimit = 4_000
  static let pointLimit = 500

  static func drawing(_ document: RegionsDocument, _ palette: RegionsPalette) -> SVGDrawing {
    var drawing = SVGDrawing(
      width: 760, height: 560, title: "Regions of two inputs",
      summary:
        "\(document.regions.count) regions of \(document.neurons.count) neurons. \(document.source.description).",
      rules: RegionsStyle.rules(palette))
    let (first, second) = (document.inputs[0], document.inputs[1]), levels = RegionsFigures.Levels(document)
    let x = RegionsScale(first.lower, first.upper, start: 66, end: 560)
    let y = RegionsScale(second.lower, second.upper, start: 500, end: 22)
    if document.regions.count <= regionLimit {
      for (index, region) in document.regions.enumerated() {
        let corners = region.vertices.map { document.vertices[$0].position }
        drawing.path(
          path(corners.map { (x($0[0]), y($0[1])) }) + "Z", "region level\(levels(region))",
          tip: RegionsFigures.tip(index, document))
      }
    }
    let isDense = document.neurons.count > RegionsFigures.neuronLimit
    for (index, neuron) in document.neurons.enumerated() {
      guard let ends = neuron.boundary else { continue }
      drawing.line(
        x(ends[0]), y(ends[1]), x(ends[2]), y(ends[3]),
        "boundary\(isDense ? " thin" : "") n\(RegionsStyle.line(index))")
    }
    for point in document.data?.points.prefix(pointLimit) ?? []
    where inside(point, document) { drawing.circle(x(point[0]), y(point[1]), 1.7, "datum") }
    for mark in document.marks where mark.region != nil {
      let place = (x(mark.point[0]), y(mark.point[1]))
      drawing.circle(place.0, place.1, 4.5, "mark", tip: mark.name)
      let isRight = place.0 > 400
      drawing.text(place.0 + (isRight ? -8 : 8), place.1 - 7, mark.name, "onmap", anchor: isRight ? .end : .start)
    }
    axes(document, x, y, &drawing)
    RegionsFigures.legend(document, levels, &drawing, x: 584, y: 30, room: 480)
    return drawing
  }

  private static func axes(
    _ document: RegionsDocument, _ x: RegionsScale, _ y: RegionsScale, _ drawing: inout SVGDrawing
  ) {
    drawing.path(path([(x.start, y.end), (x.end, y.end), (x.end, y.start), (x.start, y.start)]) + "Z", "frame")
    for tick in x.ticks {
      drawing.line(tick.position, y.start, tick.position, y.start + 5, "zero")
      drawing.text(tick.position, y.start + 19, tick.label, "soft number", anchor: .middle)
    }
    for tick in y.ticks {
      drawing.line(x.start - 5, tick.position, x.start, tick.position, "zero")
      drawing.text(x.start - 9, tick.position + 4, tick.label, "soft number", anchor: .end)
    }
    drawing.text((x.start + x.end) / 2, y.start + 42, "→ \(document.inputs[0].name)", "", anchor: .middle)
    drawing.text(x.start - 60, 11, "↑ \(Markup.shortened(document.inputs[1].name, to: 60))", "")
  }

  static func inside(_ point: [Double], _ document: RegionsDocument) -> Bool {
    zip(document.inputs, point).allSatisfy { $0.lower <= $1 && $1 <= $0.upper }
  }

  static func path(_ corners: [(Double, Double)]) -> String {
    corners.enumerated().map { "\($0 == 0 ? "M" : "L")\(SVGDrawing.n($1.0)) \(SVGDrawing.n($1.1))" }.joined()
  }
}
