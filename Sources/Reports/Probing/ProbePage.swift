import Foundation
import Probing

/// A study of probes as a page.
public enum ProbePage {
  public static func page(_ document: ProbeDocument) -> String {
    var sections = document.concepts.enumerated().flatMap { place, concept in
      conceptSections(concept, place + 1, document)
    }
    if !document.series.isEmpty { sections.append(series(document.series)) }
    return ReportPage(
      title: "What does \(HTMLReport.fileName(document.network.file)) know of \(names(document))?",
      lead: "Probes read concepts from the activations (\(pooling(document))) of "
        + "\(NumberText.grouped(document.images.count)) images, beside controls that say how much of it the probe owes to "
        + "itself, to the architecture and to the image.",
      facts: facts(document), sections: sections + [settings(document)], document: "result.json",
      toolVersion: document.toolVersion
    ).markup
  }

  private static func names(_ document: ProbeDocument) -> String {
    let names = (document.concepts.isEmpty ? document.series.map(\.concept) : document.concepts.map(\.concept))
    return names.count > 3 ? "\(names.count) concepts" : names.joined(separator: ", ")
  }

  private static func pooling(_ document: ProbeDocument) -> String {
    switch document.configuration.pooling {
    case .mean: "means over positions"
    case .max: "maxima over positions"
    case .flatten: "all positions"
    case .positions: "means of cells"
    }
  }

  private static func facts(_ document: ProbeDocument) -> [ReportPage.Fact] {
    document.concepts.prefix(8).map { concept in
      guard let best = concept.best else { return .init(concept.concept, "", "") }
      let used = concept.effects.filter { $0.verdict == .used }.map(\.layer)
      let isUsed =
        concept.effects.isEmpty ? "" : used.isEmpty ? ", use not shown" : ", used at \(used.joined(separator: ", "))"
      return .init(
        concept.concept, concept.text(best.score.mean),
        "\(concept.scoreName) at \(best.layer): \(ProbeStatements.verdict(best.verdict))\(isUsed)")
    }
  }

  private static func conceptSections(
    _ concept: ProbeDocument.Concept, _ number: Int, _ document: ProbeDocument
  ) -> [ReportPage.Section] {
    let counts =
      concept.isQuantity
      ? "A quantity, on \(NumberText.grouped(concept.imageCounts.first ?? 0)) images."
      : "Images: "
        + zip(concept.classNames, concept.imageCounts).prefix(12).map { "\($0): \(NumberText.grouped($1))" }
        .joined(separator: ", ") + (concept.classNames.count > 12 ? ", …" : "") + "."
    var parts = [
      ReportPage.paragraph(ProbeStatements.finding(concept)), ReportPage.paragraph(counts, isSoft: true),
      ReportPage.figure(
        ProbeFigures.layers(concept),
        caption:
          "The band is the score's 95 % interval. The control task: \(document.controlSource). Layers are numbered as in "
          + "the table, where 'for 90 %' is the smallest number of neurons tried that reaches 90 % of the score, and compression "
          + "how many times fewer bits the labels take with the layer's help."), layers(concept, number).markup,
    ]
    if concept.layers.contains(where: \.isSeparable) {
      parts.append(
        ReportPage.paragraph(
          "In layers marked * the probe tells all its images apart without error: its weights are then set by the penalty, and "
            + "more images would be needed to say more.", isSoft: true))
    }
    parts += ProbeFigures.cells(concept).map {
      ReportPage.figure(
        $0, caption: "Each cell's neurons alone, above chance: where in the image the concept can be read.")
    }
    var sections = [ReportPage.Section(concept.concept, parts)]
    if !concept.effects.isEmpty { sections.append(effects(concept, number)) }
    if let neurons = neurons(concept, number) { sections.append(neurons) }
    return sections
  }

  private static func layers(_ concept: ProbeDocument.Concept, _ number: Int) -> SortableTable {
    func cell(_ value: Double?) -> SortableTable.Cell { .number(value, value.map { concept.text($0) } ?? "") }
    let hasCompression = concept.layers.contains { $0.compression != nil }
    let hasOrders = concept.layers.contains { !$0.orders.isEmpty }
    var columns: [SortableTable.Column] = [
      .init("#", isNumber: true), .init("layer"), .init("neurons", isNumber: true),
      .init(concept.isQuantity ? "R²" : "score", isNumber: true), .init("95 % interval", isNumber: true),
      .init("control task", isNumber: true), .init("shuffled", isNumber: true), .init("untrained", isNumber: true),
    ]
    if hasCompression { columns.append(.init("compression", isNumber: true)) }
    if hasOrders { columns.append(.init("for 90 %", isNumber: true)) }
    return SortableTable(
      id: "layers-\(number)", columns: columns + [.init("verdict")],
      rows: concept.layers.enumerated().map { place, layer in
        var row: [SortableTable.Cell] = [
          .number(Double(place + 1), "\(place + 1)"), .name(layer.layer + (layer.isSeparable ? " *" : "")),
          .number(Double(layer.featureCount), NumberText.grouped(layer.featureCount)), cell(layer.score.mean),
          .number(layer.score.lower, "\(concept.text(layer.score.lower)) to \(concept.text(layer.score.upper))"),
          cell(layer.controls.controlTask.mean), cell(layer.controls.shuffled.mean),
          cell(layer.controls.untrained.mean),
        ]
        if hasCompression {
          row.append(.number(layer.compression, layer.compression.map { NumberText.significant($0, 3) } ?? ""))
        }
        if hasOrders {
          let fewest = layer.verdict == .notFound ? nil : layer.fewestNeurons?.count
          row.append(.number(fewest.map(Double.init), fewest.map(String.init) ?? ""))
        }
        return row + [.text(ProbeStatements.verdict(layer.verdict))]
      })
  }

  private static func effects(_ concept: ProbeDocument.Concept, _ number: Int) -> ReportPage.Section {
    let rows = concept.effects.flatMap { effect -> [[SortableTable.Cell]] in
      let trials =
        [("the direction", effect.direction)]
        + (effect.neurons.map { [("the \($0.removedCount) leading neurons", $0)] } ?? [])
      return trials.map { name, trial in
        func cell(_ value: Double) -> SortableTable.Cell { .number(value, NumberText.significant(value, 3)) }
        return [
          .name(effect.layer), .text(name), .text(effect.metric), cell(effect.before), cell(trial.after),
          cell(trial.randomMean),
          .text(
            "\(NumberText.significant(trial.random.min() ?? 0, 3)) to \(NumberText.significant(trial.random.max() ?? 0, 3))"
          ),
          cell(trial.pValue),
        ]
      }
    }
    let table = SortableTable(
      id: "effects-\(number)",
      columns: [
        .init("layer"), .init("removed"), .init("metric"), .init("before", isNumber: true),
        .init("after", isNumber: true),
        .init("random: mean", isNumber: true), .init("random: range"), .init("p", isNumber: true),
      ], rows: rows)
    let own = concept.effects.contains(where: \.isJudgedByOwnDecisions)
    return .init(
      "\(concept.concept): does the network use it?",
      [
        ReportPage.paragraph(
          "The direction that the probe reads is taken out of the layer's activations at every position, and its leading neurons "
            + "are ablated; the metric is that of the images that show the concept (of all images where it has not two classes). Beside "
            + "them stand the directions that probes find in shuffled labels, and random neurons. p is exact if the concept's removal were one "
            + "more random draw; a concept counts as used where that of its direction is at most 0.05 (for each concept and layer; not corrected for their "
            + "number). Leading neurons often carry other things as well, so that their removal says how a concept lies in the layer, not "
            + "whether it is used."
            + (own ? " The images have no labels: the network's own decisions take their place." : "")), table.markup,
      ])
  }

  private static func neurons(_ concept: ProbeDocument.Concept, _ number: Int) -> ReportPage.Section? {
    guard let best = concept.best, !best.orders.isEmpty else { return nil }
    var parts: [String] = []
    let units = concept.layers.flatMap(\.units).sorted {
      ($0.probe.balancedAccuracy, $0.probe.averagePrecision) > ($1.probe.balancedAccuracy, $1.probe.averagePrecision)
    }
    if !units.isEmpty {
      parts.append(
        ReportPage.paragraph("Every neuron alone as a detector: σ(w·h + b), the best of all layers; units.csv has all.")
      )
      parts.append(unitTable(concept, Array(units.prefix(25)), number).markup)
    }
    let chart = CurveChart(
      title: "\(concept.concept): how many neurons of \(best.layer) it takes", summary: "",
      horizontal: "neurons, log₂: 0 is one, 3 are eight",
      vertical: concept.scoreName, isPercent: !concept.isQuantity, showsZero: false,
      series: best.orders.map { order in
        .init(
          name: ProbeStatements.name(order.order),
          points: zip(order.counts, order.scores).map { .init(x: log2(Double($0)), y: $1) })
      }
    ).drawing
    parts.append(
      ReportPage.figure(
        chart, caption: "Neurons are ordered on the training images of each fold; the score is of the held-out ones."))
    parts.append(
      SortableTable(
        id: "orders-\(number)",
        columns: [.init("order"), .init("neurons for 90 %", isNumber: true), .init("leading neurons")],
        rows: best.orders.map { order in
          [
            .text(ProbeStatements.name(order.order)),
            .number(order.sufficient.map(Double.init), order.sufficient.map { "\($0)" } ?? "none"),
            .name(order.leading.prefix(12).joined(separator: ", ")),
          ]
        }
      ).markup)
    return .init("\(concept.concept): which neurons?", parts)
  }

  private static func unitTable(
    _ concept: ProbeDocument.Concept, _ units: [ProbeDocument.Unit], _ number: Int
  ) -> SortableTable {
    SortableTable(
      id: "units-\(number)",
      columns: [
        .init("neuron"), .init("balanced accuracy", isNumber: true), .init("± error", isNumber: true),
        .init("average precision", isNumber: true), .init("fires where", isNumber: true),
        .init("on \(concept.classNames.last ?? "the concept")", isNumber: true), .init("on others", isNumber: true),
        .init("active on it", isNumber: true),
      ],
      rows: units.map { unit in
        let probe = unit.probe
        func share(_ value: Double) -> SortableTable.Cell { .number(value, NumberText.percent(value)) }
        return [
          .name(unit.name), share(probe.balancedAccuracy), share(probe.standardError),
          .number(probe.averagePrecision, NumberText.significant(probe.averagePrecision, 3)),
          .number(
            probe.threshold,
            probe.threshold.map { "\(probe.weight < 0 ? "<" : ">") \(NumberText.significant($0, 3))" } ?? "never"),
          share(probe.firesOnConcept), share(probe.firesOnOthers), share(probe.activeOnConcept),
        ]
      })
  }

  private static func series(_ series: [WhatWhenWhere]) -> ReportPage.Section {
    var parts = series.map { ReportPage.paragraph(ProbeStatements.emergence($0)) }
    parts.append(SurfaceView.markup(series))
    parts.append(
      ReportPage.paragraph(
        "Drag a surface, or use the arrow keys, to turn it. Heights are 2·(balanced accuracy − ½) for two classes, "
          + "(accuracy − 1/K)/(1 − 1/K) for K, and R² for a quantity. A concept emerges where its score has come half the "
          + "way from the first checkpoint's to its largest, between checkpoints by a straight line; intervals are of the "
          + "bootstrap over images (95 %), the same draws at every step.", isSoft: true))
    if series.count > 1 { parts.append(ReportPage.figure(ProbeFigures.emergence(series), caption: "")) }
    parts += series.map {
      ReportPage.figure(
        ProbeFigures.heatMap($0), caption: "\($0.concept): blue above what the image itself gives, orange below.")
    }
    return .init("What, when and where", parts)
  }

  private static func settings(_ document: ProbeDocument) -> ReportPage.Section {
    let configuration = document.configuration
    let rows = [
      ("model", "\(document.network.file), \(document.network.digest.prefix(12))…"),
      ("images", "\(document.images.path), \(document.images.digest.prefix(12))…"),
      ("control task", document.controlSource), ("pooling", configuration.pooling.rawValue),
      ("folds", "\(configuration.folds), \(configuration.repetitions) times"),
      ("rate of errors", NumberText.percent(configuration.errorRate)), ("seed", "\(configuration.seed)"),
      ("time", NumberText.duration(document.seconds)),
    ]
    return .init(
      "How it was measured",
      [ReportPage.paragraph(ProbeStatements.scores)] + document.remarks.map { ReportPage.paragraph($0) } + [
        ReportPage.settings(rows), "<pre>\(Markup.escaped(document.commandLine.joined(separator: " ")))</pre>",
      ])
  }
}
