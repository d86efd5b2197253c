import Images
import Visualization

/// What `see` has found as figures.
public enum VisualizationFigures {
  private static let cell = 112.0, gap = 12.0, left = 150.0, padding = 14.0

  /// Every figure with the name of its file: `comparison-….svg`, `evolution-….svg`, `randomization.svg`.
  ///
  /// - Parameter pictures: by their names in the document; a name without a picture is left out.
  /// - Throws: ``InputErrors/InputError`` when a picture cannot be encoded.
  public static func all(_ document: VisualizationDocument, pictures: [String: Image]) throws -> [(
    name: String, drawing: SVGDrawing
  )] {
    var figures: [(name: String, drawing: SVGDrawing)] = []
    var taken: Set<String> = []
    func add(_ kind: String, _ subject: String, _ drawing: SVGDrawing?) {
      guard let drawing else { return }
      let name = fileName("\(kind)-\(subject)")
      var own = name, number = 1
      while !taken.insert(own).inserted {
        number += 1
        own = "\(name)-\(number)"
      }
      figures.append((own, drawing))
    }
    for own in document.comparisons { add("comparison", own.objective, try comparison(own, pictures)) }
    for own in document.evolutions { add("evolution", own.unit, try evolution(own, pictures)) }
    if let own = document.randomization, !own.stages.isEmpty, !own.rules.isEmpty {
      figures.append(("randomization", randomization(own)))
    }
    return figures
  }

  /// Letters, digits and a few others as they are; the rest as '_'.
  private static func fileName(_ text: String) -> String {
    String(text.map { $0.isLetter || $0.isNumber || "-.=".contains($0) ? $0 : "_" })
  }

  /// One objective under every regularisation, five in a row.
  private static func comparison(
    _ own: VisualizationDocument.Comparison, _ pictures: [String: Image]
  ) throws -> SVGDrawing? {
    let shown = own.columns.filter { pictures[$0.picture.picture] != nil }
    guard !shown.isEmpty else { return nil }
    let columns = min(5, shown.count), rows = (shown.count + columns - 1) / columns
    let width = max(2 * padding + Double(columns) * (cell + gap) - gap, 320), rowHeight = cell + 46
    var drawing = SVGDrawing(
      width: width, height: padding + 28 + Double(rows) * rowHeight, title: "\(own.objective), maximised",
      summary:
        "under \(shown.map { VisualizationStatements.regularization($0.regularization) }.joined(separator: ", "))")
    drawing.text(padding, padding + 10, Markup.shortened(own.objective, to: 60), "heading", tip: own.objective)
    for (place, column) in shown.enumerated() {
      let x = padding + Double(place % columns) * (cell + gap), y = padding + 26 + Double(place / columns) * rowHeight
      let name = VisualizationStatements.regularization(column.regularization)
      try add(pictures[column.picture.picture], x, y, tip: name, &drawing)
      drawing.text(x, y + cell + 15, name, "")
      drawing.text(x, y + cell + 30, VisualizationStatements.number(column.picture.value), "soft number")
    }
    return drawing
  }

  /// A column a checkpoint; more than eight are dealt to several strips.
  private static func evolution(
    _ own: VisualizationDocument.Evolution, _ pictures: [String: Image]
  ) throws -> SVGDrawing? {
    let shown = EvolutionRow.allCases.filter { row in
      own.moments.contains { row.picture($0).map { pictures[$0] != nil } ?? false }
    }
    guard !shown.isEmpty else { return nil }
    let strips = (own.moments.count + 7) / 8, columns = (own.moments.count + strips - 1) / strips
    let rowHeight = cell + gap, stripHeight = 44 + Double(shown.count) * rowHeight
    var drawing = SVGDrawing(
      width: left + Double(columns) * (cell + gap) + padding, height: padding + 20 + Double(strips) * stripHeight,
      title: "\(own.unit) in training",
      summary: "\(own.moments.count) checkpoints: \(shown.map(\.title).joined(separator: ", "))")
    drawing.text(padding, padding + 10, Markup.shortened(own.unit, to: 60), "heading", tip: own.unit)
    for (place, moment) in own.moments.enumerated() {
      let top = padding + 20 + Double(place / columns) * stripHeight
      let x = left + Double(place % columns) * (cell + gap)
      drawing.text(x, top + 18, "step \(NumberText.plain(moment.step))", "", tip: moment.checkpoint)
      drawing.text(
        x, top + 33, moment.isSilent ? "silent" : VisualizationStatements.number(moment.value), "soft number")
      for (row, kind) in shown.enumerated() {
        let y = top + 42 + Double(row) * rowHeight
        if place % columns == 0 { drawing.text(left - 12, y + cell / 2 + 4, kind.title, "soft", anchor: .end) }
        try add(kind.picture(moment).flatMap { pictures[$0] }, x, y, tip: moment.image, &drawing)
      }
    }
    return drawing
  }

  /// Adds a picture in the middle of its cell, in its proportions.
  private static func add(
    _ picture: Image?, _ x: Double, _ y: Double, tip: String, _ drawing: inout SVGDrawing
  ) throws {
    guard let picture else { return }
    let scale = cell / Double(max(picture.width, picture.height))
    let width = Double(picture.width) * scale, height = Double(picture.height) * scale
    drawing.picture(
      x + (cell - width) / 2, y + (cell - height) / 2, width, height, png: try PNGEncoder.encode(picture), tip: tip)
  }

  /// How alike the maps stay, against the number of layers destroyed.
  static func randomization(_ own: VisualizationDocument.Randomization) -> SVGDrawing {
    CurveChart(
      title: "Agreement with the trained network's maps while weights are destroyed",
      summary: RandomizationStatement(own).sentences.joined(separator: " "),
      horizontal: "layers destroyed, from the last one on", vertical: "rank correlation", isPercent: false,
      series: own.rules.enumerated().map { place, rule in
        .init(
          name: VisualizationStatements.rule(rule),
          points: [.init(x: 0, y: 1)]
            + own.stages.map { stage in
              let similarity = stage.similarities[place]
              let margin = similarity.absoluteError.map { 1.96 * $0 }
              return .init(
                x: Double(stage.layerCount), y: similarity.absolute,
                lower: margin.map { max(-1, similarity.absolute - $0) },
                upper: margin.map { min(1, similarity.absolute + $0) })
            })
      }
    ).drawing
  }
}
