import Images

/// A picture before and after an attack, for a figure.
public struct AttackExample: Sendable, Hashable {
  public var clean: Image
  public var attacked: Image
  /// The change ten times enlarged, on grey.
  public var difference: Image
  public var label: String
  public var prediction: String
  public var isSuccess: Bool

  public init(
    clean: Image, attacked: Image, difference: Image, label: String, prediction: String, isSuccess: Bool
  ) {
    self.clean = clean
    self.attacked = attacked
    self.difference = difference
    self.label = label
    self.prediction = prediction
    self.isSuccess = isSuccess
  }
}

/// The figures of an attack.
public enum AdversarialFigures {
  /// Accuracy and success against the number of filters removed.
  public static func all(_ document: AdversarialDocument, examples: [AttackExample]) throws -> [(
    name: String, drawing: SVGDrawing
  )] {
    var figures = [
      (name: "renewed-success", drawing: curves(document, "Success of attacks made anew", \.renewed)),
      (name: "transferred-success", drawing: curves(document, "Success of the same pictures", \.transferred)),
      (name: "clean-accuracy", drawing: curves(document, "Accuracy on clean images", \.clean)),
    ]
    if !examples.isEmpty { figures.append((name: "pictures", drawing: try pictures(examples))) }
    return figures
  }

  private static func curves(
    _ document: AdversarialDocument, _ title: String,
    _ measure: (AdversarialDocument.Removal) -> AdversarialDocument.Share
  ) -> SVGDrawing {
    let whole = document.removals.filter { $0.count == 0 }
    let series = AdversarialDocument.Order.allCases.compactMap { order -> CurveChart.Series? in
      let own = document.removals.filter { $0.order == order && $0.count > 0 }
      guard !own.isEmpty else { return nil }
      let points = (whole + own).map { removal -> CurveChart.Point in
        let share = measure(removal)
        return .init(x: Double(removal.count), y: share.value, lower: share.lower, upper: share.upper)
      }
      let emphasis: CurveChart.Emphasis =
        switch order {
        case .attack: .main
        case .beside: .normal
        case .random: .reference
        }
      return .init(name: order.title, points: points, emphasis: emphasis)
    }
    return CurveChart(
      title: title, summary: "\(title) against the number of filters removed.", horizontal: "filters removed",
      vertical: title.lowercased(), isPercent: true, series: series
    ).drawing
  }

  /// Rows of clean picture, attacked picture and enlarged change.
  private static func pictures(_ examples: [AttackExample]) throws -> SVGDrawing {
    let cell = 132.0, gap = 14.0, left = 8.0, top = 30.0, columns = 2
    let block = 3 * cell + 2 * 4 + 24
    let rows = (examples.count + columns - 1) / columns
    var drawing = SVGDrawing(
      width: left + Double(columns) * block, height: top + Double(rows) * (cell + 34 + gap),
      title: "Pictures before and after the attack",
      summary: examples.map { "\($0.label), taken for \($0.prediction)" }.joined(separator: "; "))
    for (index, example) in examples.enumerated() {
      let x = left + Double(index % columns) * block, y = top + Double(index / columns) * (cell + 34 + gap)
      for (place, (image, tip)) in [
        (example.clean, example.label), (example.attacked, example.prediction), (example.difference, "the change × 10"),
      ].enumerated() {
        drawing.picture(x + Double(place) * (cell + 4), y, cell, cell, png: try PNGEncoder.encode(image), tip: tip)
      }
      for (place, text) in [
        Markup.shortened(example.label, to: 20), Markup.shortened(example.prediction, to: 20), "change × 10",
      ]
      .enumerated() {
        let style = place == 1 ? (example.isSuccess ? "heading" : "soft") : "soft"
        drawing.text(x + Double(place) * (cell + 4) + cell / 2, y + cell + 16, text, style, anchor: .middle)
      }
    }
    drawing.text(
      left, 16, "clean, attacked (what the network takes it for, bold where the attack succeeds), difference", "soft")
    return drawing
  }
}
