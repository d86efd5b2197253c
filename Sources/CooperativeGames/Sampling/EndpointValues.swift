/// v_x(N) and v_x(∅) of several components x, each of shape [component][output].
public struct EndpointValues: Codable, Sendable, Hashable {
  var grand: [Double] = []
  var empty: [Double] = []

  /// v_x(N) − v_x(∅), of shape [component][output].
  var differences: [Double] { zip(grand, empty).map { $0 - $1 } }

  /// Evaluates both on the loaded components: two evaluations a component.
  static func evaluated(
    playerCount: Int, on evaluator: inout some CoalitionEvaluator
  ) throws -> EndpointValues {
    var values = EndpointValues()
    try evaluator.values(.shared(.empty(playerCount: playerCount)), into: &values.empty)
    try evaluator.values(.shared(.full(playerCount: playerCount)), into: &values.grand)
    return values
  }
}
