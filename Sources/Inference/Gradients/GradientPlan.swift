import InputErrors
import Networks
import Tensors

/// The backward pass of an execution plan made ready to run: transposed weights packed, and what need not be computed
/// left out.
///
/// An immutable value that all workers share; ``BackwardPass`` holds one worker's buffers.
public struct GradientPlan: Sendable {
  public let plan: ExecutionPlan
  /// The nodes whose gradients can be read after a pass, ascending.
  public let nodes: [Int]
  /// True when passes yield the first-order marginals of all units.
  public let hasMarginals: Bool
  public let rule: BackwardRule
  /// The adjoints of the plan's steps, in the order of the steps.
  let adjoints: [StepAdjoint]
  let byteCount: Int

  /// Memory of one block of eight images, in bytes.
  public var bytesPerBlock: Int { byteCount }

  /// Memory of one worker's ``BackwardPass`` and of the forward pass that it reads, with what that keeps of replaced
  /// units, in bytes.
  public var bytesPerWorker: Int { plan.bytesPerBlock * (plan.keepsArguments ? 3 : 2) + byteCount }

  /// Multiplications with an addition of a backward pass of one image.
  public var multiplyAdds: Int { adjoints.reduce(0) { $0 + $1.multiplyAdds } }

  /// - Parameters:
  ///   - plan: of the purpose ``PlanPurpose/differentiation``.
  ///   - nodes: those whose gradients are wanted: the input (0), stored nodes, and nodes that are fused into a step,
  ///     whose gradient is that before the activation. Nothing is computed that leads to none of them.
  ///   - marginals: true when ∂f/∂z is wanted for every unit.
  ///   - rule: how gradients pass rectifiers.
  public init(
    _ plan: ExecutionPlan, towards nodes: [Int] = [0], marginals: Bool = false, rule: BackwardRule = .gradient
  ) {
    precondition(plan.purpose == .differentiation, "a plan made for differentiation")
    precondition(nodes.allSatisfy { plan.network.nodes.indices.contains($0) }, "nodes of the network")
    self.plan = plan
    self.nodes = Set(nodes).sorted()
    self.rule = rule
    hasMarginals = marginals
    var wanted = [Bool](repeating: false, count: plan.network.nodes.count)
    for node in nodes { wanted[node] = true }
    if marginals { for site in plan.sites { wanted[site.site.output] = true } }
    for (index, node) in plan.network.nodes.enumerated() where node.inputs.contains(where: { wanted[$0] }) {
      wanted[index] = true
    }
    let builder = StepAdjointBuilder(plan: plan, wanted: wanted, rule: rule)
    var adjoints = plan.steps.map { builder.adjoint($0) }
    // A gradient that is to be kept must not be overwritten by the one before the activation.
    var end = plan.layout.byteCount
    let kept = self.nodes.compactMap { node -> Range<Int>? in
      let source = plan.layout.readThrough.contains(node) ? plan.network.nodes[node].inputs[0] : node
      return plan.isStored(node: source) ? plan.layout.place(source).channels : nil
    }
    for index in adjoints.indices {
      let channels = adjoints[index].output.channels
      guard kept.contains(where: { $0.overlaps(channels) }) else { continue }
      (adjoints[index].inner, end) = plan.layout.beside(adjoints[index].output, end: end)
    }
    self.adjoints = adjoints
    byteCount = end
  }

  /// Where a node's gradient can be read after a pass, and the factor of each channel.
  func result(_ node: Int) -> (place: MapPlace, scale: [Float]?) {
    if plan.isStored(node: node) { return (plan.layout.place(node), nil) }
    for (index, step) in plan.steps.enumerated() {
      let chain = plan.layout.fusedChain(from: step.node)
      guard let position = chain.firstIndex(of: node) else { continue }
      return (adjoints[index].inner, plan.layout.scale(after: position, of: chain))
    }
    // A flattening that a linear layer reads through.
    return (plan.layout.place(plan.network.nodes[node].inputs[0]), nil)
  }
}

extension PlanLayout {
  /// Room after `end` for a map with the same strides and borders.
  func beside(_ place: MapPlace, end: Int) -> (MapPlace, Int) {
    guard let buffer = buffer(holding: place) else { preconditionFailure("a place lies in a buffer") }
    var copy = place
    copy.start = end + place.start - buffer.start
    return (copy, end + (buffer.byteCount + 127) / 64 * 64)
  }

  /// The nodes that one step computes, in order.
  func fusedChain(from node: Int) -> [Int] {
    guard let fusion = fusions[node] else { return [node] }
    var chain = [node]
    while let last = chain.last, last != fusion.end { chain.append(network.consumers[last][0]) }
    return chain
  }

  /// What the affine maps of a chain after a position multiply each channel with; nil for nothing.
  func scale(after position: Int, of chain: [Int]) -> [Float]? {
    var affine = FoldedAffine(channels: network.shapes[chain[position]].channels)
    for node in chain.dropFirst(position + 1) {
      switch network.nodes[node].layer {
      case .batchNormalization(let layer): affine.append(layer)
      case .affine(let layer): affine.append(layer)
      case .input, .constant, .convolution, .transposedConvolution, .linear, .activation, .pool, .globalPool,
        .concatenate, .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
        break
      }
    }
    return affine.isIdentity ? nil : affine.channelAffine.scale
  }
}
