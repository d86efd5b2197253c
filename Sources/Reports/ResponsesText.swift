import NeuronShapley

/// What filters respond to, in words and as a table.
public enum ResponsesText {
  /// `+1.8`, `−0.4`
  static func signed(_ value: Double) -> String {
    (value < 0 ? "" : "+") + NumberText.fixed(value, decimals: 1)
  }

  /// `texture stripes +1.8`, for the concept with the largest effect; `nothing` below a quarter of a standard deviation.
  static func short(_ row: FilterResponses.Row, of responses: FilterResponses) -> String {
    guard let strongest = responses.strongest(row), abs(strongest.effect.mean) >= 0.25 else { return "nothing much" }
    return "\(strongest.concept.factor) \(strongest.concept.value) \(signed(strongest.effect.mean))"
  }

  /// What the numbers mean.
  public static func explanation(_ responses: FilterResponses) -> String {
    "Responds to: the largest mean change of the filter's activation when one thing alone is changed in an image, in "
      + "standard deviations, over \(NumberText.grouped(responses.sceneCount)) scenes."
  }

  /// How the network's answer depends on each factor, in one sentence.
  public static func answers(_ responses: FilterResponses) -> String {
    let parts = responses.answers.sorted { ($1.share, $0.factor) < ($0.share, $1.factor) }.map {
      "\($0.factor) \(NumberText.percent($0.share))"
    }
    return "The network's answer changes when only this is changed: \(parts.joined(separator: ", ")) of the pairs."
  }

  /// What each class's output depends on most, in one sentence; nil where there are more classes than a line holds.
  public static func outputs(_ responses: FilterResponses) -> String? {
    guard (1...mostOutputs).contains(responses.outputs.count) else { return nil }
    let parts = responses.outputs.map { "\($0.name) \(short($0, of: responses))" }
    return "What changes each output most, in its standard deviations: \(parts.joined(separator: ", "))."
  }

  private static let mostOutputs = 12

  /// `responses.csv`: a row for each filter or output, and concept.
  public static func csv(_ responses: FilterResponses) -> String {
    var lines = ["kind,name,factor,value,effect,standard_error,scenes"]
    let rows = responses.rows.map { ("filter", $0) } + responses.outputs.map { ("output", $0) }
    for (kind, row) in rows {
      for (concept, effect) in zip(responses.concepts, row.effects) {
        let fields = [
          kind, row.name, concept.factor, concept.value, "\(effect.mean)", effect.standardError.map { "\($0)" } ?? "",
          "\(effect.sceneCount)",
        ]
        lines.append(fields.map(PlayersTable.quoted).joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
