import NeuronShapley

/// Draws what the head of a ranking, or the network's outputs, respond to: a row a filter or class, a column a concept, the
/// effect as a number and a colour.
public enum ResponsesChart {
  private static let left = 132.0
  private static let rowHeight = 24.0
  /// Effects of this many standard deviations and more have the full colour.
  private static let fullColour = 2.0
  /// Of more outputs, only those that vary most are drawn.
  private static let mostOutputs = 20

  /// The network's outputs.
  public static func outputs(_ responses: FilterResponses) -> SVGDrawing {
    let rows = responses.outputs
    let varied = rows.indices.sorted { (rows[$1].deviation, $0) < (rows[$0].deviation, $1) }.prefix(mostOutputs)
    return drawing(
      varied.sorted().map { rows[$0] }, of: responses, title: "What the network's outputs respond to", head: "class")
  }

  /// - Parameter ranks: the rank of a filter by its name.
  public static func drawing(_ responses: FilterResponses, ranks: [String: Int]) -> SVGDrawing {
    drawing(responses.rows, of: responses, title: "What the filters respond to", head: "filter", ranks: ranks)
  }

  private static func drawing(
    _ rows: [FilterResponses.Row], of responses: FilterResponses, title: String, head name: String,
    ranks: [String: Int] = [:]
  ) -> SVGDrawing {
    let columnWidth = min(44, max(20, 836 / Double(max(1, responses.concepts.count))))
    let width = left + columnWidth * Double(responses.concepts.count) + 6
    let top = 48.0
    var drawing = SVGDrawing(
      width: width, height: top + Double(rows.count) * rowHeight + 8, title: title,
      summary: rows.first.flatMap { row in
        responses.strongest(row).map { "\(row.name) responds most to \($0.concept.factor) \($0.concept.value)" }
      } ?? "")
    drawing.text(left - 10, top - 8, name, "soft", anchor: .end)
    head(responses, columnWidth, top, &drawing)
    for (index, row) in rows.enumerated() {
      let y = top + Double(index) * rowHeight
      let name = Markup.shortened(row.name, to: 13)
      drawing.text(left - 10, y + 16, name, "name", anchor: .end, tip: row.name)
      if let rank = ranks[row.name] { drawing.text(20, y + 16, "\(rank)", "soft number", anchor: .end) }
      for (place, effect) in row.effects.enumerated() {
        cell(effect, responses.concepts[place], row, left + Double(place) * columnWidth, y, columnWidth, &drawing)
      }
    }
    return drawing
  }

  /// The factors with their values below.
  private static func head(
    _ responses: FilterResponses, _ columnWidth: Double, _ top: Double, _ drawing: inout SVGDrawing
  ) {
    var place = 0
    while place < responses.concepts.count {
      let factor = responses.concepts[place].factor
      let count = responses.concepts[place...].prefix { $0.factor == factor }.count
      let x = left + Double(place) * columnWidth
      let room = Int(columnWidth * Double(count) / 6.5)
      drawing.line(x + 2, 20, x + columnWidth * Double(count) - 2, 20, "grid")
      drawing.text(
        x + columnWidth * Double(count) / 2, 14, Markup.shortened(factor, to: max(4, room)), "soft", anchor: .middle,
        tip: factor)
      for offset in 0..<count {
        let value = responses.concepts[place + offset].value
        drawing.text(
          x + (Double(offset) + 0.5) * columnWidth, top - 8,
          Markup.shortened(value, to: max(4, Int(columnWidth / 4.9))),
          "small", anchor: .middle, tip: value)
      }
      place += count
    }
  }

  private static func cell(
    _ effect: FilterResponses.Effect, _ concept: ImageVariations.Concept, _ row: FilterResponses.Row, _ x: Double,
    _ y: Double, _ width: Double, _ drawing: inout SVGDrawing
  ) {
    let strength = Int((min(1, abs(effect.mean) / fullColour) * 8).rounded())
    let error = effect.standardError.map { " ± \(NumberText.significant($0, 2))" } ?? ""
    drawing.rectangle(
      x + 1, y + 1, width - 2, rowHeight - 2,
      strength == 0 ? "track" : "\(effect.mean < 0 ? "harms" : "helps") strength\(strength)",
      tip: "\(row.name), \(concept.factor) \(concept.value): \(NumberText.significant(effect.mean, 3))\(error)")
    guard abs(effect.mean) >= 0.25 else { return }
    drawing.text(
      x + width / 2, y + 16, ResponsesText.signed(effect.mean), "small number", anchor: .middle)
  }
}
