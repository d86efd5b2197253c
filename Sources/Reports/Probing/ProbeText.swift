import Probing

/// A study of probes for a terminal.
public enum ProbeText {
  /// - Parameter leadingUnits: whether the best single neurons of all layers come before the layers.
  public static func text(_ document: ProbeDocument, leadingUnits: Bool = false) -> String {
    var lines = [
      "",
      "  \(document.network.file) on \(NumberText.grouped(document.images.count)) images of \(document.images.path)",
    ]
    lines += document.remarks.map { "  \($0)" }
    for concept in document.concepts {
      lines += ["", "  \(ProbeStatements.finding(concept))"]
      let units = unitLines(concept)
      lines += leadingUnits ? units + layerLines(concept) : layerLines(concept) + units
    }
    for series in document.series { lines += ["", "  \(ProbeStatements.emergence(series))"] + seriesLines(series) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func layerLines(_ concept: ProbeDocument.Concept) -> [String] {
    var table = TextTable([
      ("layer", .left), ("neurons", .right), (concept.scoreName, .left), ("control task", .right),
      ("shuffled", .right), ("untrained", .right), ("input", .right), ("compression", .right), ("for 90 %", .right),
      ("", .left),
    ])
    for layer in concept.layers {
      table.add([
        layer.layer, "\(layer.featureCount)",
        "\(concept.text(layer.score.mean)) (\(concept.text(layer.score.lower)) to \(concept.text(layer.score.upper)))",
        concept.text(layer.controls.controlTask.mean), concept.text(layer.controls.shuffled.mean),
        concept.text(layer.controls.untrained.mean), concept.text(concept.input.mean),
        layer.compression.map { NumberText.significant($0, 2) } ?? "",
        layer.verdict == .notFound ? "" : layer.fewestNeurons.map { "\($0.count)" } ?? "",
        ProbeStatements.verdict(layer.verdict),
      ])
    }
    return [""] + table.lines + effectLines(concept)
  }

  private static func effectLines(_ concept: ProbeDocument.Concept) -> [String] {
    guard concept.effects.count > 1 else { return [] }
    var table = TextTable([
      ("removed", .left), ("before", .right), ("after", .right), ("random", .right), ("p", .right), ("", .left),
    ])
    for effect in concept.effects {
      for (name, trial) in [("direction", effect.direction)] + (effect.neurons.map { [("neurons", $0)] } ?? []) {
        table.add([
          "\(effect.layer), \(trial.removedCount) \(name)", NumberText.significant(effect.before, 3),
          NumberText.significant(trial.after, 3), NumberText.significant(trial.randomMean, 3),
          NumberText.significant(trial.pValue, 2), name == "direction" && effect.verdict == .used ? "used" : "",
        ])
      }
    }
    return [""] + table.lines
  }

  private static func unitLines(_ concept: ProbeDocument.Concept) -> [String] {
    let units = concept.layers.filter { $0.verdict != .notFound }.flatMap(\.units).sorted {
      ($0.probe.balancedAccuracy, $0.probe.averagePrecision) > ($1.probe.balancedAccuracy, $1.probe.averagePrecision)
    }.prefix(5)
    guard !units.isEmpty else { return [] }
    var table = TextTable([
      ("best single neurons", .left), ("balanced accuracy", .right), ("average precision", .right),
      ("threshold", .right), ("fires on \(concept.classNames.last ?? "")", .right), ("on others", .right),
    ])
    for unit in units {
      let probe = unit.probe
      table.add([
        unit.name, NumberText.percent(probe.balancedAccuracy), NumberText.significant(probe.averagePrecision, 3),
        probe.threshold.map { "\(probe.weight < 0 ? "<" : ">") \(NumberText.significant($0, 3))" } ?? "never changes",
        NumberText.percent(probe.firesOnConcept), NumberText.percent(probe.firesOnOthers),
      ])
    }
    return [""] + table.lines
  }

  private static func seriesLines(_ series: WhatWhenWhere) -> [String] {
    var table = TextTable(
      [("layer", .left)] + series.steps.map { (ProbeStatements.step($0), .right) } + [("emerges", .right)])
    for (place, layer) in series.layers.enumerated() {
      table.add(
        [layer] + series.scores[place].map { NumberText.fixed($0, decimals: 2) }
          + [series.emergences[place].map { ProbeStatements.step($0.step) } ?? "never"])
    }
    return [
      "",
      "  By step: 2·(balanced accuracy − ½) for two classes (K: (K·accuracy − 1)/(K − 1)), or R². The image itself: "
        + "\(NumberText.fixed(series.input, decimals: 2)).",
    ] + table.lines
  }
}
