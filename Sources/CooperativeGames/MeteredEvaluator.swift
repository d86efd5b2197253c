import InputErrors

/// The evaluator that units really receive: counts evaluations, refuses values that are no numbers, and ends a unit soon
/// after the run is cancelled.
struct MeteredEvaluator<Base: CoalitionEvaluator>: CoalitionEvaluator {
  private var base: Base
  private let meter: EstimationMeter
  private let outputs: [GameDescription.Output]
  private var components: [Int] = []
  private(set) var evaluations = 0

  init(_ base: Base, meter: EstimationMeter, outputs: [GameDescription.Output]) {
    self.base = base
    self.meter = meter
    self.outputs = outputs
  }

  var multiplyAdds: UInt64 { base.multiplyAdds }

  mutating func load(_ components: [Int]) throws {
    precondition(!components.isEmpty, "a unit needs at least one component")
    try Task.checkCancellation()
    self.components = components
    try base.load(components)
  }

  mutating func values(_ coalitions: Coalitions, into values: inout [Double]) throws {
    try Task.checkCancellation()
    try base.values(coalitions, into: &values)
    try count(components.count, values)
  }

  mutating func values(toggling players: [Int], into values: inout [Double]) throws {
    try Task.checkCancellation()
    try base.values(toggling: players, into: &values)
    try count(players.count * components.count, values)
  }

  mutating func firstOrder(of output: Int, at coalitions: Coalitions, into result: inout FirstOrder) throws {
    precondition(outputs[output].link != nil, "slopes of an output that has them")
    try Task.checkCancellation()
    try base.firstOrder(of: output, at: coalitions, into: &result)
    precondition(result.arguments.count == components.count, "an evaluator returns every component")
    let playerCount = result.slopes.count / components.count
    for (place, component) in components.enumerated() {
      let slopes = result.slopes[place * playerCount..<(place + 1) * playerCount]
      guard result.arguments[place].isFinite, slopes.allSatisfy(\.isFinite) else {
        throw InputError(
          .data, "a gradient of the \(outputs[output].name) is not a finite number on image \(component)",
          hint: "look for infinite weights or pixels")
      }
    }
    evaluations += FirstOrder.evaluations * components.count
    meter.add(FirstOrder.evaluations * components.count)
  }

  private mutating func count(_ evaluations: Int, _ values: [Double]) throws(InputError) {
    precondition(values.count == evaluations * outputs.count, "an evaluator returns every output of every component")
    self.evaluations += evaluations
    meter.add(evaluations)
    for (place, value) in values.enumerated() where !value.isFinite {
      let component = components[place / outputs.count % components.count]
      throw InputError(
        .data, "a coalition's \(outputs[place % outputs.count].name) is not a finite number on image \(component)",
        found: "\(value)", hint: "clip the metric, or look for infinite weights or pixels")
    }
  }
}
