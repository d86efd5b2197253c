import Visualization

/// The sections of the page that belong to no single unit; each is nil where there is nothing to show.
struct VisualizationPageParts {
  let document: VisualizationDocument
  let pictures: InlinePictures

  /// How large small pictures may become, in pixels of the screen.
  private static let sheetSide = 640, pictureSide = 180, cellSide = 130

  /// - Throws: ``InputErrors/InputError`` when a picture cannot be encoded, as the others do.
  func filters() throws -> ReportPage.Section? {
    guard let own = document.firstLayer else { return nil }
    let colours = own.isColour ? "in the colours that each responds to" : "a picture a channel of its input"
    guard
      let figure = try pictures.figure(
        own.picture, showing: "the filters of \(own.layer)", side: Self.sheetSide,
        caption: [
          "\(NumberText.grouped(own.count)) filters of \(own.extent.map { "\($0)" }.joined(separator: " × ")), \(colours). Grey is zero."
        ])
    else { return nil }
    return .init("The filters of \(own.layer), which reads the image", id: "filters", [figure])
  }

  func objectives() throws -> ReportPage.Section? {
    let parts = try document.objectives.compactMap { own -> String? in
      let figures = try own.pictures.compactMap { picture in
        try pictures.figure(
          picture.picture, showing: "\(own.title ?? own.objective), maximised", side: Self.pictureSide,
          caption: [
            "\(VisualizationStatements.number(picture.firstValue)) → \(VisualizationStatements.number(picture.value))"
          ])
      }
      guard !figures.isEmpty else { return nil }
      let objective = "<span class=\"mono\">\(Markup.escaped(own.objective))</span>"
      let title = own.title.map { "\(Markup.escaped($0)) <span class=\"soft\">\(objective)</span>" } ?? objective
      return "<div class=\"group\"><h3>\(title)</h3><div class=\"sheets\">\(figures.joined())</div></div>"
    }
    guard !parts.isEmpty else { return nil }
    return .init(
      "Classes, layers, directions", id: "objectives",
      [
        ReportPage.paragraph("Under each picture: the objective at the first picture, and at this one.", isSoft: true),
        "<div class=\"groups\">\(parts.joined(separator: "\n"))</div>",
      ])
  }

  /// Each objective under every regularisation, side by side.
  func comparisons() throws -> ReportPage.Section? {
    let parts = try document.comparisons.compactMap { own -> String? in
      let figures = try own.columns.compactMap { column in
        let name = VisualizationStatements.regularization(column.regularization)
        return try pictures.figure(
          column.picture.picture, showing: "\(own.objective), \(name)", side: Self.pictureSide,
          caption: [name, VisualizationStatements.number(column.picture.value)])
      }
      return figures.isEmpty
        ? nil : "<h3>\(name(own.objective))</h3><div class=\"sheets\">\(figures.joined())</div>"
    }
    guard !parts.isEmpty else { return nil }
    return .init(
      "One objective, every regularisation", id: "comparisons",
      [
        ReportPage.paragraph(
          "Each picture makes the same thing large and is kept natural in another way. Under it: the objective's value. What is the "
            + "largest is not what looks most like an image.", isSoft: true)
      ] + parts)
  }

  /// A strip a unit: a column a checkpoint.
  func evolutions() throws -> ReportPage.Section? {
    let strips = try document.evolutions.compactMap { own -> String? in
      let heads = own.moments.map { moment in
        "<th scope=\"col\" title=\"\(Markup.escaped(moment.checkpoint))\">step \(NumberText.plain(moment.step))"
          + "<small>\(moment.isSilent ? "silent" : Markup.escaped(VisualizationStatements.number(moment.value)))</small></th>"
      }
      let rows = try EvolutionRow.allCases.compactMap { row -> String? in
        let cells = try own.moments.map { moment in
          try pictures.figure(
            row.picture(moment),
            showing: "\(own.unit) at step \(NumberText.plain(moment.step)): \(row.title), \(moment.image)",
            side: Self.cellSide,
            caption: [row == .maximized ? moment.maximized.map { VisualizationStatements.number($0.value) } ?? "" : ""])
        }
        guard cells.contains(where: { $0 != nil }) else { return nil }
        return "<tr><th scope=\"row\">\(row.title)</th>\(cells.map { "<td>\($0 ?? "")</td>" }.joined())</tr>"
      }
      guard !rows.isEmpty else { return nil }
      return "<h3>\(name(own.unit))</h3>"
        + "<div class=\"scroll\" tabindex=\"0\"><table class=\"strip\"><thead><tr><td></td>\(heads.joined())</tr></thead>"
        + "<tbody>\(rows.joined(separator: "\n"))</tbody></table></div>"
    }
    guard !strips.isEmpty else { return nil }
    return .init(
      "How units came about in training", id: "evolution",
      [
        ReportPage.paragraph(
          "Under each step: the largest activation on the images; below it the patch that has it. Under the maximised picture: the mean "
            + "of the unit's map on it.", isSoft: true)
      ] + strips)
  }

  func randomization() -> ReportPage.Section? {
    guard let own = document.randomization, !own.stages.isEmpty, !own.rules.isEmpty else { return nil }
    let columns =
      [SortableTable.Column("layers destroyed", isNumber: true), .init("from")]
      + own.rules.flatMap { rule -> [SortableTable.Column] in
        let name = rule == "guided" ? rule : VisualizationStatements.rule(rule)
        return [.init(name, isNumber: true), .init("\(name), signed", isNumber: true)]
      }
    func cell(_ value: Double, _ error: Double?) -> SortableTable.Cell {
      .number(
        value,
        NumberText.fixed(value, decimals: 2) + (error.map { " ± \(NumberText.fixed($0, decimals: 2))" } ?? ""))
    }
    let rows = own.stages.map { stage -> [SortableTable.Cell] in
      [.number(Double(stage.layerCount), "\(stage.layerCount)"), .name(stage.layer)]
        + stage.similarities.flatMap { [cell($0.absolute, $0.absoluteError), cell($0.signed, $0.signedError)] }
    }
    return .init(
      "Do reconstructions depend on what was learnt?", id: "randomization",
      RandomizationStatement(own).sentences.map { ReportPage.paragraph($0) } + [
        ReportPage.figure(
          VisualizationFigures.randomization(own),
          caption:
            "Spearman's rank correlation of the maps' absolute values with those of the trained network, mean over images; "
            + "bands are 1.96 standard errors. Nothing destroyed is 1 by definition."),
        SortableTable(id: "randomization-table", columns: columns, rows: rows).markup,
      ])
  }

  func dissection() -> ReportPage.Section? {
    guard let own = document.dissection, !own.layers.isEmpty else { return nil }
    let rows = own.layers.map { layer -> [SortableTable.Cell] in
      [
        .name(layer.layer), .number(Double(layer.units), NumberText.grouped(layer.units)),
        .number(Double(layer.detectors), NumberText.grouped(layer.detectors)),
        .number(
          layer.units > 0 ? Double(layer.detectors) / Double(layer.units) : nil,
          layer.units > 0 ? NumberText.percent(Double(layer.detectors) / Double(layer.units)) : ""),
        .number(
          layer.shuffledDetectors.map { Double($0) }, layer.shuffledDetectors.map(NumberText.grouped) ?? ""),
        .number(Double(layer.uniqueConcepts), NumberText.grouped(layer.uniqueConcepts)),
      ]
    }
    let table = SortableTable(
      id: "dissection-table",
      columns: [
        .init("layer"), .init("units", isNumber: true), .init("detectors", isNumber: true),
        .init("share", isNumber: true), .init("with shuffled masks", isNumber: true),
        .init("different concepts", isNumber: true),
      ], rows: rows)
    return .init(
      "Detectors of concepts, layer by layer", id: "dissection",
      VisualizationStatements.dissection(own).map { ReportPage.paragraph($0) } + [
        ReportPage.paragraph(
          "Concepts: \(own.concepts.joined(separator: ", ")). Masks: \(own.masks), \(NumberText.grouped(own.imageCount)) images.",
          isSoft: true), table.markup,
      ])
  }

  func settings() -> ReportPage.Section {
    let settings = document.settings, network = document.network
    var rows = [
      ("network", "\(network.file), \(network.digest.prefix(12))…"),
      ("input", network.inputShape.map { "\($0)" }.joined(separator: " × ")),
    ]
    if let images = document.images {
      rows.append(("images", "\(images.path), \(NumberText.grouped(images.count)), \(images.digest.prefix(12))…"))
      if !images.skipped.isEmpty { rows.append(("skipped", images.skipped.joined(separator: ", "))) }
    }
    if let ranking = document.ranking { rows.append(("ranking", ranking.path)) }
    rows.append(("shown", settings.shown.joined(separator: ", ")))
    if let extent = settings.extent {
      rows += [
        ("maximised pictures", extent.map { "\($0)" }.joined(separator: " × ") + " pixels, \(settings.steps) steps"),
        ("kept natural by", VisualizationStatements.regularization(settings.regularization)),
      ]
    }
    rows += [("seed", "\(settings.seed)"), ("time", NumberText.duration(document.seconds))]
    let words = document.commandLine.map { HTMLReportSettings.shellQuoted($0) }.joined(separator: " ")
    return .init(
      "How it was made", id: "settings", [ReportPage.settings(rows), "<pre>\(Markup.escaped(words))</pre>"])
  }

  /// The name of a unit as a link, where it has a part of the page; else as text.
  private func name(_ text: String) -> String {
    document.units.contains { $0.name == text }
      ? PageAnchor.link(text) : "<span class=\"mono\">\(Markup.escaped(text))</span>"
  }
}

/// The rows of a strip of evolution, for page and figure.
enum EvolutionRow: CaseIterable {
  case patch, reconstruction, maximized

  var title: String {
    switch self {
    case .patch: "what it sees"
    case .reconstruction: "goes back to"
    case .maximized: "maximised"
    }
  }

  func picture(_ moment: VisualizationDocument.Evolution.Moment) -> String? {
    switch self {
    case .patch: moment.patch
    case .reconstruction: moment.reconstruction
    case .maximized: moment.maximized?.picture
    }
  }
}
