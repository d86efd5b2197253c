import Training

/// Draws how loss and accuracy went from epoch to epoch, for training and validation side by side.
public enum LearningCurveChart {
  private struct Panel {
    let title: String
    let left: Double
    let values: AxisScale
    let isPercent: Bool
  }

  private static let top = 46.0, bottom = 300.0, panelWidth = 370.0

  /// - Parameters:
  ///   - records: complete epochs; without any the picture says so.
  ///   - selected: the epoch that the model comes from; marked when it is among the records.
  public static func drawing(_ records: [EpochRecord], selected: Int? = nil) -> SVGDrawing {
    let last = records.last
    var summary = "No epoch is complete yet"
    if let last {
      summary =
        "After epoch \(last.epoch) the training accuracy is \(NumberText.percent(last.trainingAccuracy))"
        + (last.validationAccuracy.map { ", the validation accuracy \(NumberText.percent($0))" } ?? "")
    }
    var drawing = SVGDrawing(width: 900, height: bottom + 54, title: "Learning curve", summary: summary)
    guard let first = records.first, let last else {
      drawing.text(450, 160, "no epoch is complete yet", "soft", anchor: .middle)
      return drawing
    }
    let epochs = (min(Double(first.epoch), Double(last.epoch) - 0.5))...Double(last.epoch)
    let losses = records.map(\.trainingLoss) + records.compactMap(\.validationLoss)
    let accuracies = records.map(\.trainingAccuracy) + records.compactMap(\.validationAccuracy)
    let pixels = -bottom...(-top)
    let panels = [
      Panel(
        title: "loss", left: 62, values: AxisScale(0...max(losses.max() ?? 1, 1e-6), pixels: pixels), isPercent: false),
      Panel(
        title: "accuracy", left: 900 - panelWidth - 10,
        values: AxisScale((accuracies.min() ?? 0)...(accuracies.max() ?? 1), pixels: pixels), isPercent: true),
    ]
    for panel in panels {
      let scale = AxisScale(epochs, pixels: panel.left...(panel.left + panelWidth), ticks: 6)
      frame(panel, scale, on: &drawing)
      if let selected, records.contains(where: { $0.epoch == selected }) {
        drawing.line(scale(Double(selected)), top, scale(Double(selected)), bottom, "limit")
        drawing.text(scale(Double(selected)), top - 6, "model", "soft", anchor: .middle)
      }
      let training = records.map { (Double($0.epoch), panel.isPercent ? $0.trainingAccuracy : $0.trainingLoss) }
      let validation = records.compactMap { record in
        (panel.isPercent ? record.validationAccuracy : record.validationLoss).map { (Double(record.epoch), $0) }
      }
      curve(training, "training", panel, scale, on: &drawing)
      curve(validation, "validation", panel, scale, on: &drawing)
    }
    legend(hasValidation: records.contains { $0.validationLoss != nil }, on: &drawing)
    return drawing
  }

  private static func frame(_ panel: Panel, _ scale: AxisScale, on drawing: inout SVGDrawing) {
    drawing.text(panel.left, top - 24, panel.title, "heading")
    for tick in panel.values.ticks {
      let y = -panel.values(tick)
      drawing.line(panel.left, y, panel.left + panelWidth, y, tick == 0 ? "zero" : "grid")
      let label = panel.isPercent ? "\(NumberText.plain((tick * 1000).rounded() / 10)) %" : panel.values.label(tick)
      drawing.text(panel.left - 8, y + 4, label, "soft number", anchor: .end)
    }
    for tick in scale.ticks where tick == tick.rounded() {
      drawing.text(scale(tick), bottom + 18, scale.label(tick), "soft number", anchor: .middle)
    }
    drawing.text(panel.left + panelWidth / 2, bottom + 38, "epoch", "soft", anchor: .middle)
  }

  private static func curve(
    _ points: [(epoch: Double, value: Double)], _ style: String, _ panel: Panel, _ scale: AxisScale,
    on drawing: inout SVGDrawing
  ) {
    let n = SVGDrawing.n
    let places = points.map { (x: n(scale($0.epoch)), y: n(-panel.values($0.value))) }
    guard let first = places.first else { return }
    let rest = places.dropFirst().map { "L\($0.x) \($0.y)" }.joined()
    drawing.path("M\(first.x) \(first.y)\(rest)", "curve \(style)")
    // Dots where they can be told apart.
    if places.count <= 40 {
      drawing.path(places.map { "M\($0.x) \($0.y)h0" }.joined(), "knots \(style)")
    }
  }

  private static func legend(hasValidation: Bool, on drawing: inout SVGDrawing) {
    let right = 890.0, y = top - 28
    let names = hasValidation ? ["training", "validation"] : ["training"]
    for (index, name) in names.reversed().enumerated() {
      let x = right - Double(index) * 96
      drawing.text(x, y + 4, name, "soft", anchor: .end)
      drawing.path("M\(SVGDrawing.n(x - 82)) \(SVGDrawing.n(y))h18", "curve \(name)")
    }
  }
}
