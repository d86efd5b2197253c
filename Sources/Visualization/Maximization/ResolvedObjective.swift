import InputErrors
import Networks
import NeuronShapley
import Tensors

/// An objective's places in a network.
struct ResolvedObjective: Sendable {
  enum Measure: Sendable {
    /// The mean of a channel's map.
    case mean(channel: Int)
    /// A channel at one position; nil for the middle.
    case position(channel: Int, MaximizationObjective.Position?)
    case meanSquare
    case probability(Int)
    case projection([Float])
  }

  struct Term: Sendable {
    let weight: Float
    /// A node of the whole network.
    let node: Int
    let measure: Measure
  }

  let terms: [Term]
  /// The outputs of the layer whose pictures are to differ: that of the first term.
  let diversityNode: Int

  /// All nodes of the whole network that have to be computed.
  var nodes: [Int] { terms.map(\.node) + [diversityNode] }
  /// The last of them.
  var depth: Int { nodes.max() ?? 0 }

  /// - Throws: ``InputErrors/InputError`` (usage) when a layer, unit, position or class does not exist, or a direction has
  ///   another length.
  init(_ objective: MaximizationObjective, _ network: Network, _ catalog: UnitCatalog) throws(InputError) {
    precondition(!objective.terms.isEmpty, "at least one term")
    var terms: [Term] = [], outputs: [Int] = []
    for term in objective.terms {
      let weight = Float(term.weight)
      func append(_ node: Int, _ measure: Measure, output: Int) {
        terms.append(Term(weight: weight, node: node, measure: measure))
        outputs.append(output)
      }
      switch term.target {
      case .channel(let unit):
        let layer = try catalog.layer(of: unit)
        append(layer.sum, .mean(channel: unit.channel), output: layer.output)
      case .neuron(let unit, let position):
        let layer = try catalog.layer(of: unit)
        append(layer.sum, .position(channel: unit.channel, position), output: layer.output)
      case .layer(let name):
        let layer = try catalog.layer(named: name)
        append(layer.output, .meanSquare, output: layer.output)
      case .logit(let label):
        append(network.logits, .position(channel: try Self.checked(label, network), nil), output: network.logits)
      case .probability(let label):
        append(network.logits, .probability(try Self.checked(label, network)), output: network.logits)
      case .direction(let name, let values, _):
        let layer = try catalog.layer(named: name)
        guard values.count == layer.channelCount else {
          throw InputError(
            .usage, "the direction has another length than the layer '\(name)' has channels",
            expected: "\(layer.channelCount) numbers", found: "\(values.count)")
        }
        append(layer.output, .projection(values), output: layer.output)
      }
    }
    self.terms = terms
    diversityNode = outputs[0]
  }

  private static func checked(_ label: Int, _ network: Network) throws(InputError) -> Int {
    guard (0..<network.classCount).contains(label) else {
      throw InputError(
        .usage, "the model has no such class", expected: "0 to \(network.classCount - 1)", found: "\(label)")
    }
    return label
  }
}

extension ResolvedObjective.Term {
  /// - Throws: ``InputErrors/InputError`` (usage) when a map of that shape lacks the position that is asked for.
  func check(_ shape: Shape) throws(InputError) {
    guard case .position(_, .some(let position)) = measure else { return }
    guard (0..<shape.height).contains(position.row), (0..<shape.width).contains(position.column) else {
      throw InputError(
        .usage, "the unit's map has no such position in pictures of this size",
        expected: "rows 0 to \(shape.height - 1), columns 0 to \(shape.width - 1)",
        found: "\(position.row),\(position.column)")
    }
  }

  private static func element(_ channel: Int, _ position: MaximizationObjective.Position?, _ shape: Shape) -> Int {
    let row = position?.row ?? shape.height / 2, column = position?.column ?? shape.width / 2
    return (channel * shape.height + row) * shape.width + column
  }

  /// The value at activations `[channels][height][width]`, without the weight.
  func value(_ activations: [Float], _ shape: Shape) -> Double {
    let area = shape.area
    switch measure {
    case .mean(let channel):
      return activations[channel * area..<(channel + 1) * area].reduce(0.0) { $0 + Double($1) } / Double(area)
    case .position(let channel, let position): return Double(activations[Self.element(channel, position, shape)])
    case .meanSquare:
      return activations.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(activations.count)
    case .probability(let label): return Softmax.probabilities(activations)[label]
    case .projection(let direction):
      var sum = 0.0
      for (channel, factor) in direction.enumerated() {
        for place in channel * area..<(channel + 1) * area { sum += Double(factor) * Double(activations[place]) }
      }
      return sum / Double(area)
    }
  }

  /// Adds the value's gradient, times the weight.
  func addGradient(_ activations: [Float], _ shape: Shape, to gradient: inout [Float]) {
    let area = shape.area
    switch measure {
    case .mean(let channel):
      for place in channel * area..<(channel + 1) * area { gradient[place] += weight / Float(area) }
    case .position(let channel, let position): gradient[Self.element(channel, position, shape)] += weight
    case .meanSquare:
      let factor = 2 * weight / Float(activations.count)
      for place in activations.indices { gradient[place] += factor * activations[place] }
    case .probability(let label):
      let probabilities = Softmax.probabilities(activations), own = probabilities[label]
      for place in activations.indices {
        gradient[place] += weight * Float(own * ((place == label ? 1 : 0) - probabilities[place]))
      }
    case .projection(let direction):
      for (channel, factor) in direction.enumerated() {
        for place in channel * area..<(channel + 1) * area { gradient[place] += weight * factor / Float(area) }
      }
    }
  }
}
