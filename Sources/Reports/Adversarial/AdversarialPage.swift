import NeuronShapley

/// An attack and what it needs as an HTML page that needs nothing else.
public enum AdversarialPage {
  /// How many filters the page lists; the table has all.
  private static let mostPlayers = 50

  /// - Parameter figures: ``AdversarialFigures/all(_:examples:)``.
  public static func page(_ document: AdversarialDocument, figures: [(name: String, drawing: SVGDrawing)]) -> String {
    func figure(_ name: String, _ caption: String) -> [String] {
      figures.filter { $0.name == name }.map { ReportPage.figure($0.drawing, caption: caption) }
    }
    let goal = document.targetName.map { "towards ‘\($0)’" } ?? "away from each image's own class"
    var sections = [
      ReportPage.Section(
        "What removing filters does",
        [ReportPage.paragraph(AdversarialText.verdict(document))]
          + figure(
            "renewed-success",
            "The reduced network itself is attacked, as somebody would who knows of the removal. Bands: 95 % intervals over "
              + "images. \(document.testOrigin)")
          + figure(
            "transferred-success",
            "The same pictures, made against the whole network, shown to the reduced one. They say which filters these "
              + "pictures work through, not how safe the network is.")
          + figure("clean-accuracy", "What the removal costs on images that nobody has attacked.")
          + [removalTable(document)])
    ]
    let pictures = figure(
      "pictures", "Some of the attacked pictures; the change is drawn ten times as strong, on grey.")
    if !pictures.isEmpty { sections.append(.init("Pictures", pictures)) }
    sections += [
      ReportPage.Section(
        "Filters that the attack needs",
        [
          ReportPage.paragraph(AdversarialText.explanation(document)),
          ReportPage.paragraph(
            "Below zero: without the filter the attack succeeds less often. Above zero: the filter hinders it. The ranking with "
              + "its settings and checks is in \(document.ranking.folder)/report.html.", isSoft: true),
        ] + [AdversarialText.caution(document).map { ReportPage.paragraph($0) }].compactMap { $0 }
          + [playerTable(document)] + more(document)),
      ReportPage.Section("Class by class", [classTable(document)]),
      ReportPage.Section("Settings", [ReportPage.settings(settings(document))]),
    ]
    return ReportPage(
      title: "Which filters does an attack \(goal) need?",
      lead: "\(document.network.file), \(AdversarialText.sentence(document.attack, targetName: document.targetName))",
      facts: facts(document), sections: sections, document: "result.json", toolVersion: document.toolVersion
    ).markup
  }

  private static func facts(_ document: AdversarialDocument) -> [ReportPage.Fact] {
    let tested = document.tested
    var facts = [
      ReportPage.Fact(
        "the attack succeeds", NumberText.percent(tested.success.value),
        "of \(NumberText.grouped(tested.attacked)) pictures (95 %: \(range(tested.success)))")
    ]
    if let whole = document.removals.first(where: { $0.count == 0 }) {
      facts.append(
        .init(
          "clean accuracy", NumberText.percent(whole.clean.value),
          "of \(NumberText.grouped(tested.images.count)) pictures (95 %: \(range(whole.clean)))"))
    }
    // The largest number of removals shown is that of the request; a first look wants a moderate one.
    let own = document.removals.filter { $0.order == .attack && $0.count > 0 }
    if let removal = own.first(where: { $0.count >= 10 }) ?? own.last {
      facts += [
        .init(
          "without \(removal.count), anew", NumberText.percent(removal.renewed.value), "95 %: \(range(removal.renewed))"
        ),
        .init(
          "without \(removal.count), same pictures", NumberText.percent(removal.transferred.value),
          "95 %: \(range(removal.transferred))"),
        .init(
          "without \(removal.count), clean", NumberText.percent(removal.clean.value), "95 %: \(range(removal.clean))"),
      ]
    }
    return facts
  }

  private static func range(_ share: AdversarialDocument.Share) -> String {
    "\(NumberText.fixed(share.lower * 100, decimals: 1)) to \(NumberText.fixed(share.upper * 100, decimals: 1))"
  }

  private static func removalTable(_ document: AdversarialDocument) -> String {
    func cell(_ share: AdversarialDocument.Share) -> SortableTable.Cell {
      .number(share.value, AdversarialText.interval(share))
    }
    return SortableTable(
      id: "removals",
      columns: [
        .init("removed", isNumber: true), .init("order"), .init("clean accuracy", isNumber: true),
        .init(document.targetName.map { "of ‘\($0)’" } ?? "of the target", isNumber: true),
        .init("same pictures succeed", isNumber: true), .init("attacked anew", isNumber: true),
        .init("right anew", isNumber: true),
      ],
      rows: document.removals.map { removal in
        [
          .number(Double(removal.count), "\(removal.count)"),
          .text(removal.count == 0 ? "nothing" : short(removal.order)), cell(removal.clean),
          .number(removal.targetClass?.value, removal.targetClass.map { NumberText.percent($0.value) } ?? "—"),
          cell(removal.transferred), cell(removal.renewed),
          .number(removal.renewedAccuracy.value, NumberText.percent(removal.renewedAccuracy.value)),
        ]
      }
    ).markup
  }

  private static func short(_ order: AdversarialDocument.Order) -> String {
    switch order {
    case .attack: "attack's"
    case .beside: "other's"
    case .random: "random"
    }
  }

  private static func playerTable(_ document: AdversarialDocument) -> String {
    SortableTable(
      id: "filters",
      columns: [
        .init("place", isNumber: true), .init("filter"), .init("layer"), .init("value", isNumber: true),
        .init("std. error", isNumber: true),
      ],
      rows: document.players.prefix(mostPlayers).enumerated().map { place, player in
        [
          .number(Double(place + 1), "\(place + 1)"), .name(player.player), .name(player.layer),
          .number(player.value, NumberText.estimate(player.value, error: player.standardError)),
          .number(player.standardError, player.standardError.map { NumberText.significant($0, 2) } ?? ""),
        ]
      }
    ).markup
  }

  private static func more(_ document: AdversarialDocument) -> [String] {
    guard document.players.count > mostPlayers else { return [] }
    return [
      ReportPage.paragraph(
        "The first \(mostPlayers) of \(NumberText.grouped(document.players.count)); filters.csv has all.", isSoft: true)
    ]
  }

  private static func classTable(_ document: AdversarialDocument) -> String {
    SortableTable(
      id: "classes",
      columns: [
        .init("class"), .init("attacked", isNumber: true), .init("succeeded", isNumber: true),
        .init("share", isNumber: true), .init("then mostly taken for"),
      ],
      rows: document.classes.map { entry in
        let share = Double(entry.succeeded) / Double(entry.attacked)
        return [
          .text(entry.name), .number(Double(entry.attacked), NumberText.grouped(entry.attacked)),
          .number(Double(entry.succeeded), NumberText.grouped(entry.succeeded)),
          .number(share, NumberText.percent(share)),
          .text("\(entry.commonest) (\(NumberText.grouped(entry.commonestCount)))"),
        ]
      }
    ).markup
  }

  private static func settings(_ document: AdversarialDocument) -> [(String, String)] {
    let attack = document.attack
    let start = attack.startsAtRandom ? "random, seed \(attack.seed)" : "the clean picture"
    var rows = [
      ("command", document.commandLine.joined(separator: " ")),
      ("model", "\(document.network.file), \(document.network.digest)"),
      ("attack", AdversarialText.sentence(attack, targetName: document.targetName)),
      ("loss, start, result", "\(attack.loss.rawValue), \(start), the \(attack.iterate.rawValue) picture on the way"),
      (
        "pixels",
        attack.roundsPixels ? "rounded to 8 bits within the ball where images are of 8 bits" : "kept as floats"
      ),
      (
        "mean change",
        "largest \(NumberText.significant(document.ranked.meanLargestChange * 255, 3))/255, length "
          + NumberText.significant(document.ranked.meanLength, 3)
      ),
      ("ranked on", AdversarialText.sentence(document.ranked, rounds: attack.roundsPixels)),
      (
        "judged by", AdversarialText.sentence(document.tested, rounds: attack.roundsPixels) + ". " + document.testOrigin
      ),
      (
        "ranking",
        "\(document.ranking.metric), \(document.ranking.ablation), \(document.ranking.estimator), "
          + "\(NumberText.grouped(document.ranking.evaluations)) evaluations"
      ),
    ]
    if let file = document.besideFile { rows.append(("the other ranking", file)) }
    return rows
  }
}
