import InputErrors
import Networks
import Tensors

/// Decides which nodes become one step and where each result lies.
///
/// Chains from a convolution to its activation site become one step. Parts of a concatenation are written straight
/// into it; reshaping that moves nothing is another view of the same place.
struct PlanLayout {
  /// What is fused into the step of a node.
  struct Fusion {
    /// The node whose output the step stores.
    var end: Int
    var affine: FoldedAffine?
    var activation: Activation?
  }

  private enum Home {
    /// Never stored: fused into a later node's step.
    case fused
    case own
    case view(of: Int)
    case part(of: Int, channelOffset: Int)
  }

  let network: Network
  let purpose: PlanPurpose
  /// For each node that begins a step; nil for nodes that are fused into one.
  private(set) var fusions: [Fusion?]
  /// Flattening nodes that the linear layer behind them reads through.
  private(set) var readThrough: Set<Int> = []
  private(set) var byteCount = 0
  /// Channels of all buffers together.
  private(set) var channelCount = 0
  private var homes: [Home]
  private var buffers: [Int: BufferLayout] = [:]
  /// What convolutions need to add differences; empty where every pass sums anew.
  private(set) var deltas = DeltaLayout()

  init(_ network: Network, purpose: PlanPurpose = .inference) throws {
    self.network = network
    self.purpose = purpose
    fusions = network.nodes.indices.map { Fusion(end: $0) }
    homes = network.nodes.map { _ in .own }
    fuseChains()
    findReadThroughs()
    findViews()
    placeConcatenations()
    try layOut()
    if purpose == .incremental { deltas = try DeltaLayout(network, self, byteCount: &byteCount) }
    guard byteCount <= ExecutionPlan.maximumBytes else {
      throw InputError(
        .data, "the network's activations are too large for eight images",
        expected: "at most \(ExecutionPlan.maximumBytes >> 30) GiB", found: "\(byteCount >> 20) MiB")
    }
  }

  /// True when the node's result exists after a forward pass.
  func isStored(_ node: Int) -> Bool {
    switch homes[node] {
    case .fused: false
    case .own, .view, .part: true
    }
  }

  /// True when the concatenation's input was written in its place by the step that made it.
  func isPlaced(_ input: Int, in concatenation: Int, channelOffset: Int) -> Bool {
    if case .part(concatenation, channelOffset) = homes[base(input)] { return true }
    return false
  }

  func isView(_ node: Int) -> Bool {
    if case .view = homes[node] { return true }
    return false
  }

  /// Where a stored node's result lies.
  func place(_ node: Int) -> MapPlace {
    let (root, channelOffset) = root(node)
    let buffer = buffer(root)
    return MapPlace(
      shape: network.shapes[node],
      start: buffer.start + buffer.offset(row: 0, column: 0) + channelOffset * BufferLayout.vectorStride,
      rowStride: buffer.rowStride, pixelStride: buffer.pixelStride, firstChannel: buffer.firstChannel + channelOffset)
  }

  /// The buffer that a place lies in.
  func buffer(holding place: MapPlace) -> BufferLayout? {
    buffers.values.first { $0.start <= place.start && place.start < $0.start + $0.byteCount }
  }

  /// The node that owns the buffer of a stored node.
  func owner(_ node: Int) -> Int { root(node).node }

  /// Of the buffer that a node owns: where it starts, how large it is, and the zeros around its map.
  func start(_ owner: Int) -> Int { buffer(owner).start }
  func byteCount(_ owner: Int) -> Int { buffer(owner).byteCount }
  func border(_ owner: Int) -> Insets { buffer(owner).border }

  private func buffer(_ owner: Int) -> BufferLayout {
    guard let buffer = buffers[owner] else { preconditionFailure("the node owns a buffer") }
    return buffer
  }

  // MARK: Fusion

  private mutating func fuseChains() {
    for index in network.nodes.indices where fusions[index] != nil {
      switch network.nodes[index].layer {
      case .convolution, .transposedConvolution, .linear, .batchNormalization, .affine, .activation:
        fuse(chain: chain(from: index))
      case .combine:
        if let activation = activation(after: index) { fuse(chain: [index, activation]) }
      case .input, .constant, .pool, .globalPool, .concatenate, .localResponseNormalization, .slice, .pad, .reshape,
        .softmax, .identity:
        break
      }
    }
  }

  private func chain(from index: Int) -> [Int] {
    if case .activation = network.nodes[index].layer { return [index] }
    if case .training = purpose { return [index] + (activation(after: index).map { [$0] } ?? []) }
    return network.activationSite(from: index).chain
  }

  /// The activation that alone reads a node and may be applied while the node's values are stored.
  private func activation(after index: Int) -> Int? {
    guard index != network.output, network.consumers[index].count == 1,
      case .activation(let function) = network.nodes[network.consumers[index][0]].layer
    else { return nil }
    if case .training = purpose, !function.derivativeFollowsFromValue || function.isTrained { return nil }
    return network.consumers[index][0]
  }

  private mutating func fuse(chain: [Int]) {
    guard let source = chain.first, let end = chain.last else { return }
    var affine = FoldedAffine(channels: network.shapes[end].channels)
    var activation: Activation?
    for node in chain {
      switch network.nodes[node].layer {
      case .batchNormalization(let layer): affine.append(layer)
      case .affine(let layer): affine.append(layer)
      case .activation(let function): activation = function
      case .input, .constant, .convolution, .transposedConvolution, .linear, .pool, .globalPool, .concatenate,
        .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
        break
      }
    }
    for node in chain.dropFirst() { fusions[node] = nil }
    for node in chain where node != end { homes[node] = .fused }
    fusions[source] = Fusion(end: end, affine: affine.isIdentity ? nil : affine, activation: activation)
  }

  // MARK: Places

  private mutating func findReadThroughs() {
    for index in network.nodes.indices {
      guard case .linear = network.nodes[index].layer else { continue }
      let flatten = network.nodes[index].inputs[0]
      guard case .reshape = network.nodes[flatten].layer, flatten != network.output,
        network.consumers[flatten].count == 1
      else { continue }
      let map = network.nodes[flatten].inputs[0]
      guard network.shapes[map].rank == 3, isStored(map) else { continue }
      readThrough.insert(flatten)
      homes[flatten] = .fused
    }
  }

  private mutating func findViews() {
    for index in network.nodes.indices where isStored(index) {
      switch network.nodes[index].layer {
      case .identity where fusions[index] != nil:
        homes[index] = .view(of: network.nodes[index].inputs[0])
      case .reshape(let shape):
        let input = network.nodes[index].inputs[0]
        let old = network.shapes[input]
        if old == shape || (old.channels == shape.channels && old.area == 1 && shape.area == 1) {
          homes[index] = .view(of: input)
        }
      case .input, .constant, .convolution, .transposedConvolution, .linear, .batchNormalization, .affine,
        .activation, .pool, .globalPool, .concatenate, .combine, .localResponseNormalization, .slice, .pad, .softmax,
        .identity:
        break
      }
    }
  }

  /// Later concatenations first, so that nested ones end up inside the outer.
  private mutating func placeConcatenations() {
    for index in network.nodes.indices.reversed() {
      guard case .concatenate = network.nodes[index].layer else { continue }
      var channelOffset = 0
      for input in network.nodes[index].inputs {
        let base = base(input)
        if case .own = homes[base], isComputed(base), network.shapes[base].channels == network.shapes[input].channels {
          homes[base] = .part(of: index, channelOffset: channelOffset)
        }
        channelOffset += network.shapes[input].channels
      }
    }
  }

  private func isComputed(_ node: Int) -> Bool {
    switch network.nodes[node].layer {
    case .input, .constant: false
    case .convolution, .transposedConvolution, .linear, .batchNormalization, .affine, .activation, .pool, .globalPool,
      .concatenate, .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      true
    }
  }

  /// The node that a view looks at.
  private func base(_ node: Int) -> Int {
    var node = node
    while case .view(let other) = homes[node] { node = other }
    return node
  }

  /// The node that owns the buffer, and the first channel within it.
  private func root(_ node: Int) -> (node: Int, channelOffset: Int) {
    var node = node, offset = 0
    while true {
      switch homes[node] {
      case .view(let other): node = other
      case .part(let other, let channelOffset): (node, offset) = (other, offset + channelOffset)
      case .own: return (node, offset)
      case .fused: preconditionFailure("a fused node has no place")
      }
    }
  }

  private mutating func layOut() throws {
    var borders: [Int: Insets] = [:]
    func widen(_ node: Int, _ needed: Insets) {
      let root = root(node).node
      let known = borders[root] ?? .zero
      borders[root] = Insets(
        top: max(known.top, needed.top), left: max(known.left, needed.left),
        bottom: max(known.bottom, needed.bottom), right: max(known.right, needed.right))
    }
    for (index, node) in network.nodes.enumerated() {
      if case .convolution(let layer) = node.layer { widen(node.inputs[0], layer.padding) }
      if purpose.isDifferentiable, let fusion = fusions[index], let input = node.inputs.first {
        let needed = GradientBorder.insets(node.layer, network.shapes[input], network.shapes[index])
        if !needed.isZero { widen(fusion.end, needed) }
      }
    }
    for index in network.nodes.indices {
      guard case .own = homes[index] else { continue }
      var layout = try BufferLayout(
        shape: network.shapes[index], border: borders[index] ?? .zero, node: network.nodes[index])
      layout.start = byteCount
      layout.firstChannel = channelCount
      channelCount += layout.shape.channels
      // A line between buffers: kernels that read a whole vector at a map's end stay inside the arena.
      byteCount += (layout.byteCount + 127) / 64 * 64
      buffers[index] = layout
    }
  }
}
