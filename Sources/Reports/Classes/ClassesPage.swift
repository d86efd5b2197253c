/// Renders a result of `classes` as one HTML page that needs nothing else.
package enum ClassesPage {
  package static func page(_ document: ClassesDocument) -> String {
    let kind = document.question.playerKind
    return ReportPage(
      title: "Which \(kind) carry which class?", lead: lead(document), facts: facts(document),
      sections: [classesSection(document), valuesSection(document)]
        + (document.classes.count > 1 ? [overlapSection(document)] : []) + [removalSection(document)].compactMap { $0 }
        + [layersSection(document), runSection(document)],
      document: "result.json", toolVersion: document.toolVersion
    ).markup
  }

  private static func lead(_ document: ClassesDocument) -> String {
    let question = document.question
    return
      "\(NumberText.grouped(document.players.count)) \(question.playerKind) of \(HTMLReport.fileName(document.network.file)) and their "
      + "Shapley values for the \(question.metric) of each of \(NumberText.grouped(document.classes.count)) "
      + "\(document.classes.count == 1 ? "class" : "classes"), from the same coalitions. A removed filter's output is "
      + "replaced (\(question.ablation)). Positive: it helps the class. Negative: it harms."
  }

  private static func facts(_ document: ClassesDocument) -> [ReportPage.Fact] {
    var facts = [
      ReportPage.Fact(
        "classes", NumberText.grouped(document.classes.count), "of \(NumberText.grouped(document.network.classes))"),
      ReportPage.Fact(
        "images", NumberText.grouped(document.images.count),
        "\(NumberText.grouped(document.estimation.imagesDrawn)) drawn at least once"),
    ]
    if let mean = document.overlap.mean {
      facts.append(
        ReportPage.Fact(
          "in common", NumberText.significant(mean, 2),
          "of the top \(document.question.top) of two classes; by chance "
            + NumberText.significant(document.overlap.byChance, 2)))
    }
    if let means = document.removal?.means {
      facts.append(
        ReportPage.Fact(
          "a class without its top", "\(ClassesText.points(means.own)) points",
          "the others \(means.others.map(ClassesText.points) ?? "—"), random \(means.random.map(ClassesText.points) ?? "—")"
        ))
    }
    facts.append(
      ReportPage.Fact(
        "evaluations", NumberText.large(Double(document.cost.evaluations)),
        "for all classes together, in \(NumberText.duration(document.cost.seconds))"))
    return facts
  }

  private static func classesSection(_ document: ClassesDocument) -> ReportPage.Section {
    let removal = document.removal, random = removal?.randomChanges ?? []
    let rows = document.classes.map { entry -> [SortableTable.Cell] in
      let row = removal?.rows.first { $0.label == entry.label }
      let tested = removal?.classes.firstIndex { $0.label == entry.label }
      let own = row?.own?.mean, others = row?.others?.mean
      let byChance = tested.flatMap { row == nil || random.isEmpty ? nil : random[$0] }
      return [
        .text(entry.name), .number(Double(entry.images), NumberText.grouped(entry.images)),
        .number(entry.grandValue, NumberText.significant(entry.grandValue, 3)),
        .number(entry.emptyValue, NumberText.significant(entry.emptyValue, 3)),
        .name(entry.top.prefix(3).map(ClassesStatements.named).joined(separator: ", ")),
        .number(Double(entry.top.count { $0.tops == 1 }), "\(entry.top.count { $0.tops == 1 })"),
        .number(entry.reliability, entry.reliability.map(NumberText.percent) ?? "—"),
        .number(own, own.map(ClassesText.points) ?? "—"), .number(others, others.map(ClassesText.points) ?? "—"),
        .number(byChance, byChance.map(ClassesText.points) ?? "—"),
      ]
    }
    let table = SortableTable(
      id: "classes",
      columns: [
        .init("class"), .init("images", isNumber: true), .init("v(N)", isNumber: true), .init("v(∅)", isNumber: true),
        .init("best three"), .init("in no other top", isNumber: true), .init("signal", isNumber: true),
        .init("without its top", isNumber: true), .init("others", isNumber: true), .init("random", isNumber: true),
      ], rows: rows)
    return ReportPage.Section(
      "The classes",
      [
        ClassesStatements.removal(document), ClassesStatements.leftOut(document, shown: document.classes.count),
      ].compactMap { $0 }.map { ReportPage.paragraph($0) } + [
        table.markup,
        ReportPage.paragraph(
          "v(N): the \(document.question.metric) of the whole network on the class; v(∅): with everything removed. "
            + "The last three columns: change of the accuracy, in points of percent, on the class without its top "
            + "\(document.question.top), on all other images, and on the class without as many random ones. "
            + (ClassesStatements.signal(document) ?? ""), isSoft: true),
      ])
  }

  private static func valuesSection(_ document: ClassesDocument) -> ReportPage.Section {
    let count = document.matrix.classes.count
    let part =
      count < document.classes.count
      ? " The \(count) classes with the most images are drawn; values.csv has all \(NumberText.grouped(document.classes.count))."
      : ""
    return ReportPage.Section(
      "The best of each class",
      [
        ReportPage.figure(
          ClassesFigures.values(document),
          caption:
            "Classes that use the same filters stand side by side; each filter stands with the class that needs it "
            + "most. Blue: helps the class. Orange: harms it.\(part)")
      ])
  }

  private static func overlapSection(_ document: ClassesDocument) -> ReportPage.Section {
    let table = SortableTable(
      id: "shared",
      columns: [.init(ClassesStatements.singular(document)), .init("tops", isNumber: true), .init("of the classes")],
      rows: document.shared.map {
        [
          .name($0.player), .number(Double($0.tops), NumberText.grouped($0.tops)),
          .text(ClassesStatements.list($0.classes, of: $0.tops)),
        ]
      })
    return ReportPage.Section(
      "What classes share",
      [ClassesStatements.overlap(document), ClassesStatements.shared(document)].compactMap { $0 }.map {
        ReportPage.paragraph($0)
      } + [
        ReportPage.figure(
          ClassesFigures.overlap(document),
          caption: "Of each class's top \(document.question.top), the percentage that is in the other's too.")
      ] + (document.shared.isEmpty ? [] : [table.markup]))
  }

  private static func removalSection(_ document: ClassesDocument) -> ReportPage.Section? {
    guard let removal = document.removal, !removal.rows.isEmpty else { return nil }
    return ReportPage.Section(
      "What removing a class's top does",
      [
        ReportPage.figure(
          ClassesFigures.effects(removal),
          caption: "A row: the \(removal.count) best of a class are removed. A column: the change of the accuracy on a "
            + "class, on images that the values have not seen; on the diagonal the class itself.")
      ])
  }

  private static func layersSection(_ document: ClassesDocument) -> ReportPage.Section {
    ReportPage.Section(
      "Where in the network",
      [
        ReportPage.figure(
          ClassesFigures.layers(document),
          caption:
            "Of the sum of a class's positive values, the share of each layer. A layer of many filters has much by "
            + "their number alone.")
      ])
  }

  private static func runSection(_ document: ClassesDocument) -> ReportPage.Section {
    ReportPage.Section(
      "How it was made",
      [ClassesStatements.estimation(document), ClassesStatements.cost(document)].map { ReportPage.paragraph($0) } + [
        "<pre>\(Markup.escaped(document.commandLine.map(HTMLReportSettings.shellQuoted).joined(separator: " ")))</pre>"
      ])
  }
}
