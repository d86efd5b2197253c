import NeuronShapley

/// The pictures of an ablation test.
public enum AblationFigures {
  /// Up to so many removed players there is a picture of the beginning alone.
  private static let beginning = 50

  /// Every picture with the name of its file.
  public static func all(_ document: AblationDocument) -> [(name: String, svg: String)] {
    figures(document).map { ($0.name, $0.drawing.document) }
  }

  static func figures(_ document: AblationDocument) -> [(name: String, drawing: SVGDrawing)] {
    document.test.configuration.directions.flatMap { direction -> [(name: String, drawing: SVGDrawing)] in
      var figures = [(direction.rawValue, drawing(document, direction, most: nil))]
      if direction == .mostFirst, largest(document) > 2 * beginning {
        figures.append(("\(direction.rawValue)-beginning", drawing(document, direction, most: beginning)))
      }
      return figures
    }
  }

  private static func largest(_ document: AblationDocument) -> Int {
    document.test.curves.first?.points.last?.removed ?? 0
  }

  private static func drawing(
    _ document: AblationDocument, _ direction: RemovalDirection, most: Int?
  ) -> SVGDrawing {
    let curves = document.curves(direction)
    // In the order of the baselines, so that each has the same colour in every picture.
    let series = document.test.curves.filter { $0.direction == direction }.map { curve in
      CurveChart.Series(
        name: document.name(curve),
        points: curve.points.filter { $0.removed <= most ?? .max }.map {
          // Many lines with bands cannot be told apart: only the ranking's and the random orders' are drawn.
          let hasBand = curve.baseline == nil || curve.baseline == .random
          return .init(
            x: Double($0.removed), y: $0.metric.value,
            lower: hasBand ? $0.smallest ?? $0.metric.lower : nil,
            upper: hasBand ? $0.largest ?? $0.metric.upper : nil)
        }, emphasis: curve.baseline == nil ? .main : curve.baseline == .random ? .reference : .normal)
    }
    let end =
      switch direction {
      case .mostFirst: "the most important first"
      case .leastFirst: "the least important first"
      }
    let best = curves.first.map { "\(document.name($0)): mean height \(document.text($0.area.value))" } ?? ""
    return CurveChart(
      title: "Removal of filters, \(end)", summary: best, horizontal: "filters removed, \(end)",
      vertical: document.metricName, isPercent: document.isPercent, series: series
    ).drawing
  }
}
