import Probing

/// What a study of probes says, in sentences.
enum ProbeStatements {
  /// What was found of a concept, where, and whether the network uses it.
  static func finding(_ concept: ProbeDocument.Concept) -> String {
    guard let best = concept.best else { return "" }
    let where_ = "\(best.layer) (\(concept.text(best.score.mean)), chance \(concept.text(concept.chance)))"
    let found: String
    switch best.verdict {
    case .notFound:
      return
        "\(concept.concept): not found in any layer. The highest score is at \(where_), and no layer's is above chance "
        + "beyond the rate of errors over all layers and concepts."
    case .decodable:
      found =
        "\(concept.concept): can be read best at \(where_), but not clearly better than "
        + (best.aboveInput.lower > 0
          ? "from the untrained network (\(concept.text(best.controls.untrained.mean)))."
          : "from the image itself (\(concept.text(concept.input.mean))).")
    case .learned:
      found =
        "\(concept.concept): can be read best at \(where_), better than from the image itself "
        + "(\(concept.text(concept.input.mean))) and from the untrained network "
        + "(\(concept.text(best.controls.untrained.mean)))."
    }
    return ([found] + effects(concept.effects)).joined(separator: " ")
  }

  /// One sentence for one layer; for several, those where it is used and those where that cannot be seen.
  private static func effects(_ effects: [ConceptEffect]) -> [String] {
    guard effects.count > 1 else { return effects.map(effect) }
    func names(_ verdict: ConceptEffect.Verdict) -> String {
      effects.filter { $0.verdict == verdict }.map(\.layer).joined(separator: ", ")
    }
    let used = names(.used), others = names(.notShown)
    return [
      used.isEmpty
        ? ""
        : "Removing it costs more than directions that probes find in shuffled labels at \(used): the network uses it.",
      others.isEmpty
        ? ""
        : "At \(others) that cannot be shown"
          + (used.isEmpty ? ": that it can be read does not mean that the network uses it." : "."),
    ].filter { !$0.isEmpty }
  }

  /// Whether removal costs anything.
  static func effect(_ effect: ConceptEffect) -> String {
    let metric = effect.isJudgedByOwnDecisions ? "\(effect.metric) of the network's own decisions" : effect.metric
    let trial = effect.direction
    let asBad = trial.random.count { $0 <= trial.after }
    let numbers =
      "removing its direction at \(effect.layer) takes \(metric) on \(NumberText.grouped(effect.imageCount)) images from "
      + "\(NumberText.significant(effect.before, 3)) to \(NumberText.significant(trial.after, 3)); \(asBad) of "
      + "\(trial.random.count) directions that probes find in shuffled labels cost as much (mean "
      + "\(NumberText.significant(trial.randomMean, 3)), p = \(NumberText.significant(trial.pValue, 2)))."
    switch effect.verdict {
    case .used: return "The network uses it: \(numbers)"
    case .notShown:
      return "That the network uses it cannot be shown: \(numbers) That it can be read does not mean that it is used."
    }
  }

  /// When a concept emerges.
  static func emergence(_ series: WhatWhenWhere) -> String {
    let layer = series.layers[series.bestLayer]
    guard let emergence = series.emergence else {
      return "\(series.concept): never above chance at \(layer), its best layer in the end."
    }
    let range =
      emergence.lower.flatMap { lower in
        emergence.upper.map { " (\(step(lower)) to \(step($0)))" }
      } ?? " (no interval: it emerges in \(NumberText.percent(emergence.share)) of the resamples)"
    guard emergence.step > series.steps[0] else {
      return "\(series.concept): at \(layer) its score does not rise clearly above that of the first checkpoint."
    }
    return "\(series.concept): half the way to its largest score at step \(step(emergence.step))\(range), at \(layer)."
  }

  static func step(_ value: Double) -> String {
    value == value.rounded() ? NumberText.grouped(Int(value)) : NumberText.significant(value, 3)
  }

  static func verdict(_ verdict: LayerProbe.Verdict) -> String {
    switch verdict {
    case .notFound: "not found"
    case .decodable: "can be read"
    case .learned: "learned"
    }
  }

  static func name(_ order: NeuronOrder) -> String {
    switch order {
    case .weightMass: "weight mass"
    case .elasticNetPath: "elastic-net path"
    case .probeless: "probeless"
    case .averagePrecision: "average precision"
    }
  }

  static let scores =
    "Scores are balanced accuracy, or R² of a quantity, on held-out images, with penalties chosen within each training part. "
    + "Intervals are of 95 %, Student's over folds with the variance corrected for shared training images (fixed-sample, "
    + "approximate). A concept counts as found where its p-value, by Holm's method over all concepts and layers, is at most "
    + "the rate of errors; as learned where the interval of the difference lies above 0 against both the image itself and "
    + "the untrained network. The layers' differences are not corrected for their number."
}
