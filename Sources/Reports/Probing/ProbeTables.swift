import Images
import Probing

/// A study of probes as tables.
public enum ProbeTables {
  /// Every table with the name of its file.
  public static func all(_ document: ProbeDocument) -> [(name: String, csv: String)] {
    var tables = [("layers.csv", layers(document))]
    let all = document.concepts.flatMap(\.layers)
    if all.contains(where: { !$0.units.isEmpty }) { tables.append(("units.csv", units(document))) }
    if all.contains(where: { !$0.orders.isEmpty }) { tables.append(("neurons.csv", neurons(document))) }
    if document.concepts.contains(where: { !$0.effects.isEmpty }) { tables.append(("effects.csv", effects(document))) }
    if !document.series.isEmpty { tables.append(("series.csv", series(document))) }
    return tables
  }

  private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  private static func layers(_ document: ProbeDocument) -> String {
    let columns = [
      "concept", "layer", "features", "score", "standard_error", "lower", "upper", "chance", "p_value",
      "adjusted_p_value", "verdict", "input", "shuffled", "control_task", "untrained", "selectivity",
      "selectivity_lower", "selectivity_upper", "above_input", "above_input_lower", "above_input_upper",
      "above_untrained", "above_untrained_lower", "above_untrained_upper", "strength", "nonzero_weights", "separable",
      "bits", "uniform_bits", "compression",
    ]
    let rows = document.concepts.flatMap { concept in
      concept.layers.map { layer -> [String] in
        func three(_ score: ResampledScore) -> [String] { [score.mean, score.lower, score.upper].map(number) }
        return [
          concept.concept, layer.layer, "\(layer.featureCount)", number(layer.score.mean),
          number(layer.score.standardError), number(layer.score.lower), number(layer.score.upper),
          number(concept.chance), number(layer.pValue), number(layer.adjustedPValue), layer.verdict.rawValue,
          number(concept.input.mean), number(layer.controls.shuffled.mean), number(layer.controls.controlTask.mean),
          number(layer.controls.untrained.mean),
        ] + three(layer.selectivity) + three(layer.aboveInput) + three(layer.aboveUntrained) + [
          number(layer.strength), layer.nonzeroWeights.map(String.init) ?? "", layer.isSeparable ? "yes" : "no",
          number(layer.descriptionLength?.bits), number(layer.descriptionLength?.uniformBits),
          number(layer.compression),
        ]
      }
    }
    return CommaSeparatedText.text(columns, rows)
  }

  private static func units(_ document: ProbeDocument) -> String {
    CommaSeparatedText.text(
      [
        "concept", "layer", "neuron", "weight", "bias", "threshold", "balanced_accuracy", "standard_error",
        "average_precision", "fires_on_concept", "fires_on_others", "active_on_concept",
      ],
      document.concepts.flatMap { concept in
        concept.layers.flatMap { layer in
          layer.units.map { unit in
            let probe = unit.probe
            return [concept.concept, layer.layer, unit.name, number(probe.weight), number(probe.bias)]
              + [
                probe.threshold, probe.balancedAccuracy, probe.standardError, probe.averagePrecision,
                probe.firesOnConcept, probe.firesOnOthers, probe.activeOnConcept,
              ].map(number)
          }
        }
      })
  }

  private static func neurons(_ document: ProbeDocument) -> String {
    CommaSeparatedText.text(
      ["concept", "layer", "order", "place", "neuron"],
      document.concepts.flatMap { concept in
        concept.layers.flatMap { layer in
          layer.orders.flatMap { order in
            order.leading.enumerated().map {
              [concept.concept, layer.layer, order.order.rawValue, "\($0 + 1)", $1]
            }
          }
        }
      })
  }

  private static func effects(_ document: ProbeDocument) -> String {
    CommaSeparatedText.text(
      [
        "concept", "layer", "metric", "labels", "images", "removal", "removed", "before", "after", "random_mean",
        "random_lowest", "random_highest", "draws", "p_value", "verdict_of_direction",
      ],
      document.concepts.flatMap { concept in
        concept.effects.flatMap { effect in
          [("direction", effect.direction)].appending(effect.neurons.map { ("neurons", $0) }).map { name, trial in
            [
              concept.concept, effect.layer, effect.metric, effect.isJudgedByOwnDecisions ? "own decisions" : "given",
              "\(effect.imageCount)", name, "\(trial.removedCount)", number(effect.before), number(trial.after),
              number(trial.randomMean), number(trial.random.min()), number(trial.random.max()),
              "\(trial.random.count)", number(trial.pValue),
              name == "direction" ? effect.verdict.rawValue : "",
            ]
          }
        }
      })
  }

  private static func series(_ document: ProbeDocument) -> String {
    CommaSeparatedText.text(
      [
        "concept", "layer", "checkpoint", "step", "score", "standard_error", "input", "above_input",
        "above_input_standard_error",
      ],
      document.series.flatMap { series in
        series.layers.indices.flatMap { layer in
          series.steps.indices.map { step in
            [
              series.concept, series.layers[layer], series.checkpoints[step], number(series.steps[step]),
              number(series.scores[layer][step]), number(series.standardErrors[layer][step]), number(series.input),
              number(series.aboveInput[layer][step]), number(series.aboveInputErrors[layer][step]),
            ]
          }
        }
      })
  }
}

extension Array {
  fileprivate func appending(_ element: Element?) -> [Element] { element.map { self + [$0] } ?? self }
}
