import DecisionRegions

/// One input: each neuron's output as a line, with guidelines from where it meets its threshold down to the regions.
enum IntervalLinesFigure {
  static func drawing(_ document: RegionsDocument, _ palette: RegionsPalette) -> SVGDrawing {
    var drawing = SVGDrawing(
      width: 760, height: 460, title: "Outputs over one input",
      summary: "\(document.neurons.count) neurons, \(document.regions.count) regions. \(document.source.description).",
      rules: RegionsStyle.rules(palette))
    let input = document.inputs[0], levels = RegionsFigures.Levels(document)
    let x = RegionsScale(input.lower, input.upper, start: 66, end: 560)
    let shown = Array(document.neurons.enumerated().prefix(RegionsFigures.neuronLimit))
    let ends = shown.map { entry in
      [input.lower, input.upper].map { entry.element.weights[0] * $0 + entry.element.bias - entry.element.threshold }
    }
    let reach = (ends.joined().filter(\.isFinite).map { abs($0) }.max() ?? 1) * 1.08
    let y = RegionsScale(-max(reach, 1e-300), max(reach, 1e-300), start: 380, end: 22)
    for tick in y.ticks {
      drawing.line(x.start, tick.position, x.end, tick.position, "grid")
      drawing.text(x.start - 9, tick.position + 4, tick.label, "soft number", anchor: .end)
    }
    for (index, region) in document.regions.enumerated() {
      guard let interval = region.interval else { continue }
      drawing.rectangle(
        x(interval[0]), 394, x(interval[1]) - x(interval[0]), 18, "region level\(levels(region))",
        tip: RegionsFigures.tip(index, document))
    }
    for vertex in document.vertices.prefix(200) {
      drawing.line(x(vertex.position[0]), y(0), x(vertex.position[0]), 412, "guide")
    }
    drawing.line(x.start, y(0), x.end, y(0), "zero")
    for ((index, neuron), ends) in zip(shown, ends) {
      let colour = RegionsStyle.line(index)
      drawing.line(x.start, y(ends[0]), x.end, y(ends[1]), "boundary n\(colour)")
      if let position = neuron.boundary?.first { drawing.circle(x(position), y(0), 4, "k\(colour)", tip: neuron.name) }
    }
    for (number, mark) in document.marks.enumerated() where mark.region != nil {
      let place = x(mark.point[0])
      drawing.line(place, y.end, place, 412, "zero")
      drawing.text(place + 5, y.end + 11 + 14 * Double(number % 3), mark.name, "onmap")
    }
    for tick in x.ticks { drawing.text(tick.position, 430, tick.label, "soft number", anchor: .middle) }
    drawing.text((x.start + x.end) / 2, 451, "→ \(input.name)", "", anchor: .middle)
    drawing.text(x.start - 60, 11, "↑ output − threshold", "")
    RegionsFigures.legend(document, levels, &drawing, x: 584, y: 30, room: 380)
    return drawing
  }
}

/// One input alone: for each neuron where it is positive and negative, and below them the regions.
enum IntervalStripFigure {
  static func drawing(_ document: RegionsDocument, _ palette: RegionsPalette) -> SVGDrawing {
    let shown = document.neurons.prefix(40)
    let top = 18.0, step = 22.0, bottom = top + Double(shown.count) * step
    var drawing = SVGDrawing(
      width: 760, height: bottom + 96, title: "Regions of one input",
      summary:
        "Where each of \(document.neurons.count) neurons is positive, and the regions. \(document.source.description).",
      rules: RegionsStyle.rules(palette))
    let input = document.inputs[0], levels = RegionsFigures.Levels(document)
    let x = RegionsScale(input.lower, input.upper, start: 150, end: 740)
    for (index, neuron) in shown.enumerated() {
      let line = top + Double(index) * step
      drawing.text(142, line + 13, Markup.shortened(neuron.name, to: 19), "name", anchor: .end, tip: neuron.name)
      var start = input.lower
      var sign = document.regions.first?.signs[index] ?? .zero
      for region in document.regions {
        guard let interval = region.interval else { continue }
        if region.signs[index] != sign {
          bar(sign, x(start), x(interval[0]), line, &drawing)
          (start, sign) = (interval[0], region.signs[index])
        }
      }
      bar(sign, x(start), x(input.upper), line, &drawing)
    }
    for vertex in document.vertices.prefix(200) {
      drawing.line(x(vertex.position[0]), top - 6, x(vertex.position[0]), bottom + 38, "guide")
    }
    for (index, region) in document.regions.enumerated() {
      guard let interval = region.interval else { continue }
      let width = x(interval[1]) - x(interval[0])
      drawing.rectangle(
        x(interval[0]), bottom + 14, width, 24, "region level\(levels(region))",
        tip: RegionsFigures.tip(index, document))
      if width > 16 {
        drawing.text(x(interval[0]) + width / 2, bottom + 31, "\(index)", "onmap number", anchor: .middle)
      }
    }
    drawing.text(142, bottom + 31, "regions", "soft", anchor: .end)
    for mark in document.marks where mark.region != nil {
      drawing.circle(x(mark.point[0]), bottom + 44, 4.5, "mark", tip: mark.name)
    }
    for tick in x.ticks { drawing.text(tick.position, bottom + 64, tick.label, "soft number", anchor: .middle) }
    drawing.text((x.start + x.end) / 2, bottom + 86, "→ \(input.name)", "", anchor: .middle)
    return drawing
  }

  private static func bar(_ sign: NeuronSign, _ from: Double, _ to: Double, _ top: Double, _ drawing: inout SVGDrawing)
  {
    let style: String
    switch sign {
    case .positive: style = "positive"
    case .negative: style = "negative"
    case .zero: style = "still"
    }
    drawing.rectangle(from, top, to - from, 17, style)
  }
}
