import Visualization

/// The part of the page that belongs to one unit.
struct UnitArticles {
  let document: VisualizationDocument
  let pictures: InlinePictures

  /// How large small sheets and small pictures may become, in pixels of the screen.
  private static let sheetSide = 240, pictureSide = 180
  private static let mostClasses = 8

  /// - Throws: ``InputErrors/InputError`` when a picture cannot be encoded.
  func article(_ unit: VisualizationDocument.Unit) throws -> String {
    var parts = [heading(unit)]
    if let silence = VisualizationStatements.silence(unit) {
      parts.append("<p class=\"silent\">\(Markup.escaped(silence))</p>")
    }
    if let sentence = VisualizationStatements.distribution(unit) {
      parts.append(ReportPage.paragraph(sentence, isSoft: true))
    }
    parts += [classes(unit), probes(unit)].compactMap { $0 }
    parts += try [examples(unit), maximized(unit), dissection(unit)].compactMap { $0 }
    return "<article class=\"unit\" id=\"\(PageAnchor.id(unit.name))\">\n\(parts.joined(separator: "\n"))\n</article>"
  }

  private func heading(_ unit: VisualizationDocument.Unit) -> String {
    var notes: [String] = []
    if let ranking = unit.ranking {
      let metric = document.ranking?.metric.map { " (\($0))" } ?? ""
      notes.append("rank \(NumberText.grouped(ranking.rank))")
      notes.append("value\(metric) \(VisualizationStatements.estimate(ranking.value, ranking.standardError))")
      if let status = VisualizationStatements.status(ranking.status) { notes.append(status) }
    }
    let note = notes.isEmpty ? "" : " <span class=\"soft\">\(Markup.escaped(notes.joined(separator: " · ")))</span>"
    return "<h3>\(PageAnchor.link(unit.name))\(note) <a class=\"back\" href=\"#units\">all units</a></h3>"
  }

  private func classes(_ unit: VisualizationDocument.Unit) -> String? {
    guard !unit.classes.isEmpty else { return nil }
    // The ends of the order say most: what it is good for, and what it harms.
    let most = Self.mostClasses
    let shown = unit.classes.count <= most ? unit.classes : unit.classes.prefix(most - 2) + unit.classes.suffix(2)
    let left = unit.classes.count - shown.count
    return "<h4>Its value for classes</h4>"
      + BarList(
        shown.map {
          .init(
            name: $0.className, value: $0.value, error: $0.standardError,
            text: VisualizationStatements.estimate($0.value, $0.standardError))
        }
      ).markup + (left > 0 ? ReportPage.paragraph("\(left) classes between them are left out.", isSoft: true) : "")
  }

  private func probes(_ unit: VisualizationDocument.Unit) -> String? {
    guard !unit.probes.isEmpty else { return nil }
    let words = unit.probes.map { probe in
      "\(probe.concept): \(probe.rank) of \(NumberText.grouped(probe.count))"
        + (probe.share.map { " (\(NumberText.percent($0)) of the weights)" } ?? "")
    }
    return "<h4>In the order of probes' neurons</h4>" + ReportPage.paragraph(words.joined(separator: "; ") + ".")
  }

  private func examples(_ unit: VisualizationDocument.Unit) throws -> String? {
    let groups = unit.examples.sorted { order($0.group) < order($1.group) }
    let parts = try groups.compactMap { try group($0, unit) }
    return parts.isEmpty ? nil : "<div class=\"groups\">\(parts.joined(separator: "\n"))</div>"
  }

  private func order(_ group: ExampleGroup) -> Int { ExampleGroup.allCases.firstIndex(of: group) ?? 0 }

  private func group(_ own: VisualizationDocument.Examples, _ unit: VisualizationDocument.Unit) throws -> String? {
    guard let first = own.examples.first, let last = own.examples.last else { return nil }
    let title = VisualizationStatements.group(own.group)
    let range =
      own.examples.count == 1
      ? VisualizationStatements.number(first.value)
      : "\(VisualizationStatements.number(first.value)) to \(VisualizationStatements.number(last.value))"
    func sheet(_ name: String?, _ caption: String) throws -> String? {
      try pictures.figure(
        name, showing: "\(unit.name), \(title.lowercased()): \(caption)", side: Self.sheetSide, caption: [caption])
    }
    var sheets = [try sheet(own.patches, "what it sees")]
    for reconstruction in own.reconstructions {
      sheets.append(try sheet(reconstruction.picture, VisualizationStatements.rule(reconstruction.rule)))
    }
    sheets.append(
      try sheet(
        own.overlays,
        own.group.isBelowZero ? "its map (bluer: further below zero)" : "its map (warmer: further above zero)"))
    let list = own.examples.map {
      "<li><code>\(Markup.escaped($0.image))</code> \(Markup.escaped(VisualizationStatements.number($0.value))) at row \($0.row), "
        + "column \($0.column)</li>"
    }
    return "<div class=\"group\"><h4>\(title) <span class=\"soft\">\(Markup.escaped(range))</span></h4>"
      + "<div class=\"sheets\">\(sheets.compactMap { $0 }.joined())</div>"
      + "<details><summary>\(own.examples.count == 1 ? "the image" : "the \(own.examples.count) images, row by row")</summary>"
      + "<ol>\(list.joined())</ol></details></div>"
  }

  private func maximized(_ unit: VisualizationDocument.Unit) throws -> String? {
    let figures = try unit.maximized.compactMap { picture in
      try pictures.figure(
        picture.picture, showing: "\(unit.name), maximised", side: Self.pictureSide,
        caption: [
          picture.objective == unit.name ? "everywhere" : "at one place",
          picture.peak.map { "largest value \(VisualizationStatements.number($0))" } ?? "",
          "objective \(VisualizationStatements.number(picture.firstValue)) → \(VisualizationStatements.number(picture.value))",
        ])
    }
    guard !figures.isEmpty else { return nil }
    var note = ""
    if let best = unit.distribution?.maximum, let peak = unit.peak {
      note =
        peak > best
        ? "larger than on any image (\(VisualizationStatements.number(best)))"
        : "not as large as on the best image (\(VisualizationStatements.number(best)))"
    }
    return
      "<h4>Maximised <span class=\"soft\">\(Markup.escaped(note))</span></h4><div class=\"sheets\">\(figures.joined())</div>"
  }

  private func dissection(_ unit: VisualizationDocument.Unit) throws -> String? {
    guard let own = unit.dissection, let best = own.concepts.first else { return nil }
    let verdict = own.isDetector ? "a detector of \(best.concept)" : "no detector"
    let bars = BarList(
      own.concepts.map {
        .init(
          name: $0.concept, value: $0.iou, error: $0.standardError,
          text: VisualizationStatements.estimate($0.iou, $0.standardError))
      })
    let picture = try pictures.figure(
      own.picture, showing: "\(unit.name), where it is above its threshold", side: Self.sheetSide,
      caption: ["above its threshold of \(VisualizationStatements.number(own.threshold))"])
    let chance =
      own.chance.map {
        "; with every image given another one's masks the best is \(VisualizationStatements.number($0))"
      } ?? ""
    return "<h4>Beside masks of concepts <span class=\"soft\">\(Markup.escaped(verdict))</span></h4>"
      + "<div class=\"sheets\">\(picture ?? "")<div class=\"beside\">\(bars.markup)"
      + ReportPage.paragraph("IoU with each concept's masks\(chance).", isSoft: true) + "</div></div>"
  }
}
