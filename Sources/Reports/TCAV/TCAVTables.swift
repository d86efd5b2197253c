import Images
import TCAV

/// A TCAV run as tables.
public enum TCAVTables {
  /// Every table with the name of its file.
  public static func all(_ document: TCAVDocument) -> [(name: String, csv: String)] {
    var tables = [("findings.csv", findings(document))]
    if !document.interventions.isEmpty {
      tables += [("moves.csv", moves(document)), ("removals.csv", removals(document))]
    }
    if !document.result.relatives.isEmpty { tables.append(("relatives.csv", relatives(document))) }
    return tables.map { (name: $0.0, csv: $0.1) }
  }

  /// The mean direction of each concept at each layer, a number a feature on a line of its own; none for those that are
  /// withheld.
  public static func directions(_ result: TCAVResult) -> [(name: String, text: String)] {
    result.vectors.filter { !$0.isWithheld }.map { vector in
      (
        name: "directions/\(TCAVFigures.directionName(vector.layer, vector.concept)).csv",
        text: vector.direction.map { "\(Float($0))\n" }.joined()
      )
    }
  }

  private static func findings(_ document: TCAVDocument) -> String {
    var header = [
      "layer", "concept", "class", "images", "cav_accuracy", "cav_cosine", "score", "score_lower", "score_upper",
      "set_scores", "redrawn_scores", "magnitude", "sensitivity", "sensitivity_lower", "sensitivity_upper",
      "smooth_score", "shift", "shift_lower", "shift_upper",
    ]
    for statistic in document.result.configuration.statistics {
      header += ["random_mean", "random_deviation", "t", "p", "rank_p", "adjusted_p", "adjusted_rank_p"].map {
        "\(statistic.rawValue)_\($0)"
      }
    }
    header += ["published_p", "published_bonferroni_p", "verdict", "intervention"]
    let rows = document.result.findings.map { finding -> [String] in
      let vector = document.result.vector(layer: finding.layer, concept: finding.concept)
      var row = [
        finding.layer, finding.concept, finding.className, "\(finding.imageCount)", "\(vector?.accuracy ?? 0)",
        vector?.cosine.map { "\($0)" } ?? "",
      ]
      // A withheld score is in no table, so that nobody takes it for one.
      row +=
        finding.isWithheld
        ? [String](repeating: "", count: 13)
        : [
          "\(finding.score.value)", "\(finding.score.lower)", "\(finding.score.upper)", list(finding.setScores),
          list(finding.redrawnScores), finding.magnitude.map { "\($0)" } ?? "", "\(finding.sensitivity.value)",
          "\(finding.sensitivity.lower)", "\(finding.sensitivity.upper)", "\(finding.smoothScore)",
          "\(finding.shift.value)", "\(finding.shift.lower)", "\(finding.shift.upper)",
        ]
      for test in finding.tests {
        row += ["\(test.randomMean)", "\(test.randomDeviation)"]
        row +=
          finding.isWithheld
          ? ["", "", "", "", ""]
          : [
            test.t.map { "\($0)" } ?? "", "\(test.pValue)", "\(test.rankPValue)", "\(test.adjustedPValue)",
            "\(test.adjustedRankPValue)",
          ]
      }
      row += [
        finding.published.map { "\($0.pValue)" } ?? "", finding.published.map { "\($0.bonferroniPValue)" } ?? "",
        finding.verdict.rawValue, document.intervention(of: finding)?.agreement.rawValue ?? "",
      ]
      return row
    }
    return CommaSeparatedText.text(header, rows)
  }

  private static func list(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: " ") }

  private static func moves(_ document: TCAVDocument) -> String {
    CommaSeparatedText.text(
      ["layer", "concept", "class", "amount", "logit_change", "standard_error", "slope"],
      document.interventions.flatMap { own in
        own.steps.map {
          [
            own.layer, own.concept, own.className, "\($0.amount)", "\($0.change)", "\($0.standardError)",
            "\(own.slope.value)",
          ]
        }
      })
  }

  private static func removals(_ document: TCAVDocument) -> String {
    CommaSeparatedText.text(
      ["layer", "concept", "class", "removed", "accuracy", "logit_change"],
      document.interventions.flatMap { own -> [[String]] in
        let names = [own.layer, own.concept, own.className]
        return [names + ["nothing", "\(own.accuracyBefore)", "0"]]
          + [names + ["concept", "\(own.removal.accuracy)", "\(own.removal.change)"]]
          + own.randomRemovals.map { names + ["random", "\($0.accuracy)", "\($0.change)"] }
      })
  }

  private static func relatives(_ document: TCAVDocument) -> String {
    CommaSeparatedText.text(
      [
        "layer", "class", "towards", "away_from", "cav_accuracy", "score", "sensitivity", "t", "p", "rank_p",
        "adjusted_p",
      ],
      document.result.relatives.map {
        [$0.layer, $0.className, $0.first, $0.second, "\($0.accuracy)"]
          + ($0.isWithheld
            ? [String](repeating: "", count: 6)
            : [
              "\($0.score)", "\($0.sensitivity)", $0.test.t.map { "\($0)" } ?? "", "\($0.test.pValue)",
              "\($0.test.rankPValue)", "\($0.test.adjustedPValue)",
            ])
      })
  }
}
