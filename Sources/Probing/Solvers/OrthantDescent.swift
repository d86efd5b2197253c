/// Minimises a ``SmoothObjective`` plus absolute values of the weights by quasi-Newton steps that stay within an orthant:
/// a weight that would change its sign becomes 0 (after Andrew and Gao 2007). For softmax, whose second derivative of
/// all outputs together would be large.
///
/// Curvature is known from the last steps, and is that of the free places alone: the weights that are not 0, and those
/// that the slope moves away from 0.
struct OrthantDescent: Sendable {
  let objective: SmoothObjective
  let penalty: ElasticNetPenalty
  private(set) var parameters: [Double]

  private static let mostSteps = 3000

  init(_ objective: SmoothObjective, _ penalty: ElasticNetPenalty, parameters: [Double]) {
    precondition(parameters.count == objective.parameterCount, "a number for each parameter")
    self.objective = objective
    self.penalty = penalty
    self.parameters = parameters
  }

  /// Descends until the optimality conditions hold to the tolerance, or rounding hides all progress. Returns the number of
  /// steps.
  mutating func run(tolerance: Double) -> Int {
    var memory = QuasiNewtonMemory()
    var gradient = parameters
    var value = self.value(parameters, &gradient)
    for step in 0..<Self.mostSteps {
      let slopes = steepest(parameters, gradient)
      if slopes.reduce(0, { max($0, abs($1)) }) <= tolerance { return step }
      guard let next = descend(slopes, memory, value) ?? descend(slopes, QuasiNewtonMemory(), value) else {
        return step
      }
      var moved = next.parameters, change = next.gradient
      QuasiNewtonMemory.add(-1, parameters, to: &moved)
      QuasiNewtonMemory.add(-1, gradient, to: &change)
      memory.add(step: moved, change: change)
      (parameters, gradient, value) = (next.parameters, next.gradient, next.value)
    }
    return Self.mostSteps
  }

  /// The objective with the absolute values; the gradient is that without.
  private func value(_ parameters: [Double], _ gradient: inout [Double]) -> Double {
    var value = objective.evaluate(parameters, square: penalty.square, gradient: &gradient)
    for place in parameters.indices where isPenalized(place) { value += penalty.absolute * abs(parameters[place]) }
    return value
  }

  private func isPenalized(_ place: Int) -> Bool { place % objective.width != objective.width - 1 }

  /// The subgradient with the smallest entries; 0 where a weight of 0 is at its best.
  private func steepest(_ parameters: [Double], _ gradient: [Double]) -> [Double] {
    var slopes = gradient
    for place in slopes.indices where isPenalized(place) {
      let weight = parameters[place], slope = gradient[place]
      if weight != 0 {
        slopes[place] = slope + (weight > 0 ? penalty.absolute : -penalty.absolute)
      } else {
        let excess = abs(slope) - penalty.absolute
        slopes[place] = excess > 0 ? (slope > 0 ? excess : -excess) : 0
      }
    }
    return slopes
  }

  private struct Point {
    var parameters: [Double]
    var value: Double
    var gradient: [Double]
  }

  /// A lower point within the orthant; nil where there is none to be seen.
  private func descend(_ slopes: [Double], _ memory: QuasiNewtonMemory, _ value: Double) -> Point? {
    let free = slopes.indices.map { parameters[$0] != 0 || slopes[$0] != 0 || !isPenalized($0) }
    var direction = memory.direction(slopes, free: free, scale: 1 / (0.25 + penalty.square))
    for place in direction.indices where isPenalized(place) && parameters[place] == 0 {
      if direction[place] * slopes[place] >= 0 { direction[place] = 0 }
    }
    guard QuasiNewtonMemory.dot(direction, slopes) < 0 else { return nil }
    var share = 1.0
    while share > 1e-12 {
      var point = Point(parameters: parameters, value: 0, gradient: slopes)
      var expected = 0.0
      for place in direction.indices where direction[place] != 0 {
        let weight = parameters[place]
        var moved = weight + share * direction[place]
        if isPenalized(place), weight * moved < 0 { moved = 0 }
        point.parameters[place] = moved
        expected += slopes[place] * (moved - weight)
      }
      point.value = self.value(point.parameters, &point.gradient)
      // Values are compared up to their rounding.
      if expected < 0, point.value <= value + 1e-4 * expected + 4e-15 * abs(value) { return point }
      share /= 2
    }
    return nil
  }
}
