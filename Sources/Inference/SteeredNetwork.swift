import InputErrors
import Networks
import Tensors

/// A change of a layer's activations x along a direction v.
public struct DirectionIntervention: Sendable, Hashable {
  public enum Change: Sendable, Hashable {
    /// x + εv.
    case addition(Float)
    /// x − v·(v·(x − μ)) / |v|²: the part along v becomes that of the mean activation μ, which has as many values as v.
    case removal(mean: [Float])
  }

  /// One value a channel, for a change at every position alike, or one an element in row-major order.
  public var direction: [Float]
  public var change: Change

  /// - Precondition: all values are finite; a direction that is removed is not zero, and the mean has its length.
  public init(_ change: Change, along direction: [Float]) {
    self.direction = direction
    self.change = change
    if case .removal(let mean) = change {
      precondition(mean.count == direction.count, "a mean for each value of the direction")
      precondition(direction.contains { $0 != 0 }, "a direction that can be removed")
    }
  }

  /// The network in which the node's output is changed, for every image.
  ///
  /// All nodes keep their names, so that they can be found again; plans, gradients and evaluations work on it as on any
  /// network.
  ///
  /// - Throws: what ``SteeredNetwork/init(_:node:interventions:)`` throws.
  public func applied(to network: Network, node: Int) throws -> Network {
    try SteeredNetwork(network, node: node, interventions: [self]).network
  }

  /// What the layer that reads x measures: weights and bias of the amount aₖ, where the change is aₖ times the second.
  fileprivate var parts: (weights: [Float], bias: Float, step: [Float]) {
    switch change {
    case .addition(let amount): return ([Float](repeating: 0, count: direction.count), amount, direction)
    case .removal(let mean):
      let length = direction.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let unit = direction.map { Double($0) / length }
      let offset = zip(unit, mean).reduce(0.0) { $0 + $1.0 * Double($1.1) }
      return (unit.map(Float.init), Float(-offset), unit.map { Float(-$0) })
    }
  }
}

/// A network with interventions at one node that can be switched on and off by what a forward pass takes as replaced.
///
/// Behind the node stand a layer with one unit an intervention, which measures how far to go, and one that goes there:
/// x becomes x + Σₖ aₖ·vₖ, where aₖ is ε, or −v·(x − μ)/|v| for a removal. A unit replaced by 0 is an intervention that is
/// off. So one plan and one load of images serve all interventions, and a pass computes only what lies behind the node.
public struct SteeredNetwork: Sendable {
  /// The network with the layers put in; every node keeps its name. Nothing replaced, all interventions are on together.
  public let network: Network
  /// The node whose channels are the interventions, in their order.
  public let switches: Int
  /// The node of the changed activations, which all that read the original node now reads.
  public let changed: Int
  public let interventions: [DirectionIntervention]

  /// - Precondition: the node is one of the network; at least one intervention; every direction has a value for each of
  ///   the node's channels, or each has one for each of its elements.
  /// - Throws: ``InputError`` (data) when the node is neither a feature map nor a vector. Complexity: O(parameters).
  public init(_ network: Network, node: Int, interventions: [DirectionIntervention]) throws {
    precondition(network.nodes.indices.contains(node) && !interventions.isEmpty, "interventions at a node")
    let shape = network.shapes[node], name = network.nodes[node].name
    guard shape.rank == 1 || shape.rank == 3 else {
      throw InputError(
        .data, "a direction needs a feature map or a vector", at: .init(node: network.nodes[node].title),
        found: "\(shape)")
    }
    let width = interventions[0].direction.count
    precondition(interventions.allSatisfy { $0.direction.count == width }, "directions of one length")
    precondition(width == shape.channels || width == shape.count, "a value for each channel or each element")
    self.interventions = interventions

    let parts = interventions.map(\.parts), count = parts.count
    let measured = try Tensor(shape: Shape(count, width), values: parts.flatMap(\.weights))
    let bias = parts.map(\.bias)
    var steps = [Float](repeating: 0, count: width * count)
    for (k, part) in parts.enumerated() { for place in 0..<width { steps[place * count + k] = part.step[place] } }
    let moved = try Tensor(shape: Shape(width, count), values: steps)

    var taken = Set(network.nodes.map(\.name))
    func free(_ suffix: String) -> String {
      var candidate = "\(name).\(suffix)"
      while !taken.insert(candidate).inserted { candidate += "'" }
      return candidate
    }
    var nodes = Array(network.nodes[...node])
    func append(_ suffix: String, _ layer: Layer, _ inputs: Int...) -> Int {
      nodes.append(Node(free(suffix), layer, inputs: inputs))
      return nodes.count - 1
    }
    var change: Int
    if shape.rank == 3, width == shape.channels {
      func pointwise(_ weight: Tensor, _ bias: [Float]?) throws -> Layer {
        let shape = Shape(weight.shape[0], weight.shape[1], 1, 1)
        return .convolution(Convolution(weight: try Tensor(shape: shape, values: weight.values), bias: bias))
      }
      switches = append("amounts", try pointwise(measured, bias), node)
      change = append("change", try pointwise(moved, nil), switches)
    } else {
      let flat = shape.rank == 1 ? node : append("flat", .reshape(Shape(shape.count)), node)
      switches = append("amounts", .linear(Linear(weight: measured, bias: bias)), flat)
      change = append("change", .linear(Linear(weight: moved)), switches)
      if shape.rank == 3 { change = append("map", .reshape(shape), change) }
    }
    changed = append("changed", .combine(.add), node, change)
    let shift = changed - node
    func renumbered(_ index: Int) -> Int { index < node ? index : index + shift }
    for later in network.nodes[(node + 1)...] {
      nodes.append(Node(later.name, later.layer, inputs: later.inputs.map(renumbered)))
    }
    self.network = try Network(name: network.name, nodes: nodes, output: renumbered(network.output))
  }

  /// What is to be replaced by 0 so that only some interventions are on: a mask for each unit of the plan.
  ///
  /// - Parameters:
  ///   - plan: of ``network``.
  ///   - active: the numbers of those that are on.
  public func masks(_ plan: ExecutionPlan, active: [Int]) -> [UInt8] {
    precondition(plan.network.nodes.count == network.nodes.count, "a plan of this network")
    var masks = [UInt8](repeating: 0, count: plan.unitCount)
    guard let site = plan.sites.first(where: { $0.site.source == switches }) else { return masks }
    for (place, unit) in site.units.enumerated() where !active.contains(place) { masks[unit] = 0xff }
    return masks
  }

  /// The replacement to go with ``masks(_:active:)``: 0 for every unit.
  public func replacement(_ plan: ExecutionPlan) -> Replacement {
    .constants([Float](repeating: 0, count: plan.unitCount))
  }
}
