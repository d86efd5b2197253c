import TCAV

/// A TCAV run as a page.
public enum TCAVPage {
  /// - Throws: ``InputErrors/InputError`` when a picture cannot be encoded.
  public static func page(_ document: TCAVDocument, pictures: [TCAVPictures]) throws -> String {
    let figures = Dictionary(
      try TCAVFigures.all(document, pictures: pictures).map { ($0.name, $0.drawing) },
      uniquingKeysWith: { first, _ in first })
    let result = document.result
    var sections = document.classes.map { scores(document, $0, figures) }
    if !result.relatives.isEmpty { sections.append(relatives(document)) }
    if !document.interventions.isEmpty { sections.append(moves(document, figures)) }
    if !pictures.isEmpty { sections.append(images(pictures, figures)) }
    sections.append(measured(document))
    let classes = document.classes.map(\.name).joined(separator: ", ")
    return ReportPage(
      title: document.classes.count == 1
        ? "Which concepts matter to \(classes)?" : "Which concepts matter to which class?",
      lead:
        "Concepts: \(document.concepts.map(\.name).joined(separator: ", ")). Classes: \(classes). Each concept is a direction in "
        + "the activations of \(HTMLReport.fileName(document.network.file)), from random images towards images of the concept; "
        + "its score is the share of a class's images whose logit rises along it.",
      facts: facts(document), sections: sections, document: "result.json", toolVersion: document.toolVersion
    ).markup
  }

  private static func facts(_ document: TCAVDocument) -> [ReportPage.Fact] {
    let result = document.result
    let shown = result.findings.filter { $0.verdict == .raises || $0.verdict == .lowers }.count
    let withheld = result.findings.filter(\.isWithheld).count
    return [
      .init(
        "more than chance", "\(shown) of \(result.findings.count)",
        withheld > 0 ? "\(withheld) withheld" : "concepts × classes × layers"),
      .init(
        "random concepts", "\(result.configuration.randomConceptCount)",
        "of \(result.conceptSize) images, as every concept"),
      .init("hypotheses", "\(result.hypothesisCount)", result.configuration.correction.rawValue),
      .init(
        "moves that contradict", "\(document.interventions.filter { $0.agreement == .disagrees }.count)",
        "of \(document.interventions.count) measured"),
    ]
  }

  private static func scores(
    _ document: TCAVDocument, _ own: TCAVDocument.ImageClass, _ figures: [String: SVGDrawing]
  ) -> ReportPage.Section {
    var parts = [sentence(document, own)]
    for statistic in document.result.configuration.statistics {
      guard let drawing = figures[TCAVFigures.name(statistic, own.name)] else { continue }
      parts.append(ReportPage.figure(drawing, caption: caption(statistic)))
    }
    parts.append(table(document, own.name).markup)
    return .init("\(own.name): \(NumberText.grouped(own.imageCount)) images", parts)
  }

  private static func caption(_ statistic: TCAVStatistic) -> String {
    let common =
      "Lines are 95 % intervals of the bootstrap over class images; grey is where one random concept would lie; a star marks what "
      + "is no more than chance after the correction; a question mark, what is withheld."
    switch statistic {
    case .score: return common
    case .sensitivity:
      return common
        + " Slopes tell directions apart where nearly all images agree on the sign, so that even random concepts score "
        + "near 0 or 1."
    case .smooth: return common
    case .shift:
      return common
        + " A shift is the slope along the difference of mean activations between the concept's images and random ones: it "
        + "knows how far they lie apart, where scores and slopes give all directions one length."
    }
  }

  private static func sentence(_ document: TCAVDocument, _ own: TCAVDocument.ImageClass) -> String {
    func names(_ verdict: TCAVVerdict) -> [String] {
      document.concepts.map(\.name).filter { concept in
        document.result.findings.contains { $0.className == own.name && $0.concept == concept && $0.verdict == verdict }
      }
    }
    let raising = names(.raises), lowering = names(.lowers)
    let rest = document.concepts.map(\.name).filter { !raising.contains($0) && !lowering.contains($0) }
    var sentences: [String] = []
    if !raising.isEmpty {
      sentences.append(
        "The logit of \(own.name) rises, at some layer at least, towards \(raising.joined(separator: ", ")).")
    }
    if !lowering.isEmpty { sentences.append("It falls towards \(lowering.joined(separator: ", ")).") }
    if !rest.isEmpty { sentences.append("Not told from chance at any layer: \(rest.joined(separator: ", ")).") }
    sentences.append("\(NumberText.percent(own.accuracy)) of the images are recognised.")
    return ReportPage.paragraph(sentences.joined(separator: " "))
  }

  private static func table(_ document: TCAVDocument, _ className: String) -> SortableTable {
    let statistics = document.result.configuration.statistics
    var columns: [SortableTable.Column] = [
      .init("layer"), .init("concept"), .init("CAV right", isNumber: true), .init("score", isNumber: true),
      .init("redrawn"), .init("slope", isNumber: true), .init("shift", isNumber: true),
      .init("magnitude", isNumber: true),
    ]
    for statistic in statistics {
      columns.append(.init("p, \(TCAVStatements.name(statistic))", isNumber: true))
    }
    columns += [.init("verdict"), .init("a real move")]
    if document.result.configuration.includesPublished { columns.append(.init("usual p", isNumber: true)) }
    let rows = document.result.findings.filter { $0.className == className }.map { finding -> [SortableTable.Cell] in
      let vector = document.result.vector(layer: finding.layer, concept: finding.concept)
      let intervention = document.intervention(of: finding)
      func number(_ value: Double?, _ text: (Double) -> String) -> SortableTable.Cell {
        guard let value, !finding.isWithheld else { return .number(nil, "") }
        return .number(value, text(value))
      }
      let redrawn = finding.redrawnScores.map { NumberText.fixed($0 * 100, decimals: 0) }.joined(separator: ", ")
      var row: [SortableTable.Cell] = [
        .name(finding.layer), .text(finding.concept),
        .number(vector?.accuracy, NumberText.percent(vector?.accuracy ?? 0)),
        number(finding.score.value) { NumberText.percent($0) },
        .text(finding.isWithheld || redrawn.isEmpty ? "" : redrawn + " %"),
        number(finding.sensitivity.value) { NumberText.significant($0, 3) },
        number(finding.shift.value) { NumberText.significant($0, 3) },
        number(finding.magnitude) { NumberText.fixed($0, decimals: 2) },
      ]
      for statistic in statistics { row.append(number(finding.test(statistic)?.adjustedPValue, TCAVStatements.p)) }
      row += [
        .text(TCAVStatements.verdict(finding.verdict)),
        .text(intervention.map { TCAVStatements.agreement($0.agreement) } ?? ""),
      ]
      if document.result.configuration.includesPublished {
        row.append(number(finding.published?.bonferroniPValue, TCAVStatements.p))
      }
      return row
    }
    return SortableTable(id: "table-\(className)", columns: columns, rows: rows)
  }

  private static func relatives(_ document: TCAVDocument) -> ReportPage.Section {
    let rows = document.result.relatives.map { relative -> [SortableTable.Cell] in
      let shown = !relative.isWithheld
      return [
        .name(relative.layer), .text(relative.className), .text(relative.first), .text(relative.second),
        .number(shown ? relative.score : nil, shown ? NumberText.percent(relative.score) : ""),
        .number(shown ? relative.sensitivity : nil, shown ? NumberText.significant(relative.sensitivity, 3) : ""),
        .number(
          shown ? relative.test.adjustedPValue : nil, shown ? TCAVStatements.p(relative.test.adjustedPValue) : ""),
        .text(relative.isWithheld ? "withheld" : relative.test.isSignificant ? "" : "no more than chance *"),
      ]
    }
    let table = SortableTable(
      id: "table-relative",
      columns: [
        .init("layer"), .init("class"), .init("towards"), .init("away from"), .init("score", isNumber: true),
        .init("slope", isNumber: true), .init("p", isNumber: true), .init(""),
      ], rows: rows)
    return .init(
      "One concept against another",
      [
        ReportPage.paragraph(
          "Here the direction leads from the images of one concept to those of another; it is tested against pairs of random "
            + "concepts, with a correction of its own."), table.markup,
      ])
  }

  private static func moves(_ document: TCAVDocument, _ figures: [String: SVGDrawing]) -> ReportPage.Section {
    let wrong = document.interventions.filter { $0.agreement == .disagrees }
    var parts = [
      ReportPage.paragraph(
        "A derivative speaks of small steps. Here the class's images are really moved, at every position of the layer, and their "
          + "logit is measured; and the direction is taken out of the layer: each image then has there what random images have on "
          + "average."),
      ReportPage.paragraph(
        wrong.isEmpty
          ? "No concept's derivative has the opposite sign of what the move does."
          : "Derivative and move have opposite signs for: "
            + wrong.map { "\($0.concept) for \($0.className) at \($0.layer)" }.joined(separator: "; ") + "."),
    ]
    for figure in TCAVFigures.moves(document) {
      guard let drawing = figures[figure.name] else { continue }
      parts.append(
        ReportPage.figure(drawing, caption: drawing.title + "; bands are 95 % intervals of the mean over images."))
    }
    let rows = document.interventions.map { own -> [SortableTable.Cell] in
      let random = own.randomRemovals
      let count = Double(max(1, random.count))
      let accuracy = random.reduce(0) { $0 + $1.accuracy } / count
      return [
        .name(own.layer), .text(own.concept), .text(own.className),
        .number(own.slope.value, NumberText.significant(own.slope.value, 3)),
        .number(own.measuredSlope.value, NumberText.significant(own.measuredSlope.value, 3)),
        .text(TCAVStatements.agreement(own.agreement)),
        .number(own.accuracyBefore, NumberText.percent(own.accuracyBefore)),
        .number(own.removal.accuracy, NumberText.percent(own.removal.accuracy)),
        .number(accuracy, NumberText.percent(accuracy)),
        .number(own.removal.change, NumberText.significant(own.removal.change, 3)),
        .number(own.removalPValue, NumberText.significant(own.removalPValue, 2)),
      ]
    }
    parts.append(
      SortableTable(
        id: "table-moves",
        columns: [
          .init("layer"), .init("concept"), .init("class"), .init("derivative", isNumber: true),
          .init("moved", isNumber: true), .init(""), .init("right", isNumber: true),
          .init("without it", isNumber: true), .init("a random one", isNumber: true),
          .init("its logit", isNumber: true), .init("p", isNumber: true),
        ], rows: rows
      ).markup)
    return .init("Does a real move do what the derivative says?", parts)
  }

  private static func images(_ pictures: [TCAVPictures], _ figures: [String: SVGDrawing]) -> ReportPage.Section {
    .init(
      "Images along the directions",
      pictures.compactMap { own in
        figures[TCAVFigures.pictureName(own.layer, own.concept)].map {
          ReportPage.figure(
            $0, caption: "\(own.concept) at \(own.layer). What the furthest images share is what the direction is.")
        }
      })
  }

  private static func measured(_ document: TCAVDocument) -> ReportPage.Section {
    let result = document.result, configuration = result.configuration
    var parts = [
      ReportPage.paragraph(
        "A concept's score is the mean over \(configuration.negativeSetCount) sets of random images that it is told apart from. "
          + "\(configuration.randomConceptCount) random concepts of equal size stand in its place against the same sets; if the concept "
          + "means no more than they do, its score is one more draw (Student's t with \(configuration.randomConceptCount - 1) degrees of "
          + "freedom). Each set holds out another part of the concept's images; 'CAV right' is the share of held-out images on their side. "
          + "'Redrawn' is the score with concept images and sets drawn anew; cosines and smooth scores are in findings.csv."
      ),
      ReportPage.paragraph(TCAVStatements.promise(result)),
    ]
    if configuration.includesPublished {
      parts.append(
        ReportPage.paragraph(
          "'Usual p' is the published test over CAVs that share their positive images, times the number of findings. It is here for "
            + "comparison: it finds random concepts significant about every second time.", isSoft: true))
    }
    parts += TCAVStatements.cautions(document).map { ReportPage.paragraph($0) }
    parts.append(
      ReportPage.settings([
        (
          "concepts",
          document.concepts.map { "\($0.name) (\(NumberText.grouped($0.imageCount)))" }.joined(separator: ", ")
        ),
        ("images of a concept used", NumberText.grouped(result.conceptSize)),
        ("random images", "\(document.randomImages.path), \(NumberText.grouped(result.randomImageCount))"),
        ("class images", "\(document.images.path), \(document.images.digest.prefix(12))…"),
        ("features", "\(configuration.pooling.rawValue) over positions"),
        ("direction", configuration.direction.rawValue),
        ("statistics", configuration.statistics.map(\.rawValue).joined(separator: ", ")),
        ("level", NumberText.plain(configuration.level)), ("seed", "\(configuration.seed)"),
        ("time", NumberText.duration(document.seconds)),
      ]))
    parts.append("<pre>\(Markup.escaped(document.commandLine.joined(separator: " ")))</pre>")
    return .init("How it was measured", parts)
  }
}
