import Probing

/// The pictures of a study of probes.
public enum ProbeFigures {
  /// Every picture with the name of its file.
  public static func all(_ document: ProbeDocument) -> [(name: String, svg: String)] {
    (document.concepts.enumerated().map { ("layers-\($0 + 1)", layers($1)) }
      + document.concepts.enumerated().flatMap { place, concept in
        cells(concept).enumerated().map { ("cells-\(place + 1)-\($0 + 1)", $1) }
      }
      + document.series.enumerated().map { ("series-\($0 + 1)", heatMap($1)) }
      + (document.series.count > 1 ? [("emergence", emergence(document.series))] : []))
      .map { ($0.0, $0.1.document) }
  }

  /// The score of every layer beside its controls.
  static func layers(_ concept: ProbeDocument.Concept) -> SVGDrawing {
    func series(
      _ name: String, _ emphasis: CurveChart.Emphasis, hasBand: Bool = false,
      _ score: (ProbeDocument.Layer) -> ResampledScore
    ) -> CurveChart.Series {
      .init(
        name: name,
        points: concept.layers.enumerated().map { place, layer in
          let score = score(layer)
          return .init(
            x: Double(place + 1), y: score.mean, lower: hasBand ? limited(score.lower, concept) : nil,
            upper: hasBand ? limited(score.upper, concept) : nil)
        }, emphasis: emphasis)
    }
    let best = concept.best
    return CurveChart(
      title: "\(concept.concept): what each layer knows",
      summary: best.map { "best: \($0.layer), \(concept.text($0.score.mean))" } ?? "",
      horizontal: "layer, in the order of the network", vertical: concept.scoreName, isPercent: !concept.isQuantity,
      showsZero: false,
      series: [
        series("the concept", .main, hasBand: true) { $0.score },
        series("control task", .normal) { $0.controls.controlTask },
        series("untrained network", .normal) { $0.controls.untrained },
        series("shuffled labels", .normal) { $0.controls.shuffled },
        series("the image itself", .reference) { _ in concept.input },
      ]
    ).drawing
  }

  private static func limited(_ value: Double, _ concept: ProbeDocument.Concept) -> Double {
    concept.isQuantity ? min(1, max(-1, value)) : min(1, max(0, value))
  }

  /// For probes by position: how well every place of the map alone knows the concept, for the best layer.
  static func cells(_ concept: ProbeDocument.Concept) -> [SVGDrawing] {
    guard let layer = concept.best, layer.cellColumns > 0 else { return [] }
    let rows = layer.cells.count / layer.cellColumns
    return [
      HeatMap(
        title: "\(concept.concept) at each place of \(layer.layer)",
        summary: "\(concept.scoreName) above chance of probes that read one cell alone",
        rows: (0..<rows).map { "row \($0 + 1)" }, columns: (0..<layer.cellColumns).map { "\($0 + 1)" },
        values: (0..<rows).map { row in
          (0..<layer.cellColumns).map { layer.cells[row * layer.cellColumns + $0].mean - concept.chance }
        }, limit: 1 - concept.chance, isPercent: !concept.isQuantity, rowTitle: "from above",
        columnTitle: "from the left"
      ).drawing
    ]
  }

  static func heatMap(_ series: WhatWhenWhere) -> SVGDrawing {
    HeatMap(
      title: "\(series.concept): layer by training step", summary: ProbeStatements.emergence(series),
      rows: series.layers, columns: series.steps.map(ProbeStatements.step),
      values: series.aboveInput, limit: 1, isPercent: false, rowTitle: "layer",
      columnTitle: "step; score above the image's own (\(NumberText.fixed(series.input, decimals: 2)))"
    ).drawing
  }

  /// When each concept emerges.
  static func emergence(_ series: [WhatWhenWhere]) -> SVGDrawing {
    IntervalChart(
      title: "When each concept emerges",
      summary: "the step at which the best layer has come half the way to its largest score",
      series: ["step"],
      rows: series.map { series in
        .init(
          name: series.concept,
          values: [series.emergence.map { .init(value: $0.step, lower: $0.lower, upper: $0.upper) }])
      }, isPercent: false
    ).drawing
  }
}
