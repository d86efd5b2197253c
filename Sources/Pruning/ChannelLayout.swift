import Networks
import Tensors

/// Decides which channels each node of the pruned network stores, and in which order.
///
/// A convolution stores what its readers need. Most other nodes store what their input does. A sum stores what any of its
/// operands does; an operand that lacks channels gets them from a filter without weights further up, or from a matrix
/// product behind it, whichever is cheaper.
struct ChannelLayout {
  let network: Network
  let values: [[ChannelValue]]
  let needs: [[Bool]]
  /// For each node the stored channels by their old numbers; empty when the node is left out.
  private(set) var kept: [[Int]] = []
  /// Channels that a convolution or linear layer stores although no weight of it counts any longer, each with the node
  /// that wants its place.
  private(set) var held: [Int: [Int: Int]] = [:]
  /// For each node the channels whose output is replaced.
  let replaced: [Int: Set<Int>]
  /// What a stored channel before a removed filter's activation is to hold, so that the activation yields what replaces
  /// the filter's output.
  private(set) var targets: [Int: [Int: Double]] = [:]

  init(_ network: Network, _ values: [[ChannelValue]], needs: ChannelNeeds, replaced: [Int: Set<Int>]) {
    self.network = network
    self.values = values
    self.needs = needs.channels
    self.replaced = replaced
    for site in network.activationSites {
      for channel in (replaced[site.output] ?? []).sorted() {
        guard let value = values[site.output][channel].uniformValue else { continue }
        if case .activation(let function) = network.nodes[site.output].layer,
          function(Float(value), channel: channel) != Float(value)
        {
          continue
        }
        for node in site.chain.dropLast() { targets[node, default: [:]][channel] = value }
      }
    }
    // More is held in every round but the last.
    repeat {
      kept = []
      for index in network.nodes.indices { kept.append(stored(index)) }
    } while holdMore()
  }

  func isNeeded(_ node: Int) -> Bool { needs[node].contains(true) }

  /// All channels of a node.
  func all(_ node: Int) -> [Int] { Array(0..<network.shapes[node].channels) }

  // MARK: Lists

  private func stored(_ index: Int) -> [Int] {
    guard isNeeded(index) else { return index == 0 ? all(0) : [] }
    let node = network.nodes[index]
    let needed = all(index).filter { needs[index][$0] }
    switch node.layer {
    case .input: return all(index)
    case .constant: return []
    case .convolution(let layer):
      if layer.groups == 1 { return union(needed, held[index]) }
      if let multiplier = layer.depthMultiplier {
        return kept[node.inputs[0]].flatMap { $0 * multiplier..<($0 + 1) * multiplier }
      }
      return ChannelGroups(index, layer, self).outputs
    case .transposedConvolution(let layer): return layer.groups == 1 ? union(needed, held[index]) : all(index)
    case .linear: return union(needed, held[index])
    case .batchNormalization, .affine, .activation, .pool, .globalPool, .identity: return kept[node.inputs[0]]
    case .concatenate:
      var first = 0
      return node.inputs.flatMap { input in
        defer { first += network.shapes[input].channels }
        return kept[input].map { $0 + first }
      }
    case .combine(let combination):
      // A quotient of values that nobody needs may be no number.
      if case .divide = combination { return needed }
      let operands = varyingOperands(index).filter { !isRepeated($0, in: index) }
      return Set(operands.flatMap { kept[$0] }).union(needed).sorted()
    case .localResponseNormalization, .softmax: return all(index)
    case .slice(let slice):
      let stored = Set(kept[node.inputs[0]])
      return all(index).filter { stored.contains(slice.axes[0].start + $0 * slice.axes[0].step) }
    case .pad(let padding):
      guard padding.keepsChannels || padding.isConstant else { return all(index) }
      return kept[node.inputs[0]].map { $0 + padding.before[0] }
    case .reshape(let shape):
      guard let split = Self.split(network.shapes[node.inputs[0]], shape) else { return all(index) }
      return kept[node.inputs[0]].flatMap { $0 * split..<($0 + 1) * split }
    }
  }

  private func union(_ needed: [Int], _ held: [Int: Int]?) -> [Int] {
    guard let held else { return needed }
    return Set(needed).union(held.keys).sorted()
  }

  /// Into how many channels a reshaping splits each channel; nil when it joins or mixes them.
  static func split(_ from: Shape, _ to: Shape) -> Int? {
    let (old, new) = (from.count / from.channels, to.count / to.channels)
    return old % new == 0 && to.channels == from.channels * (old / new) ? old / new : nil
  }

  // MARK: Operands

  /// The inputs of a combination that depend on the image where it matters.
  func varyingOperands(_ index: Int) -> [Int] { network.nodes[index].inputs.filter { !kept[$0].isEmpty } }

  /// Whether an operand has one channel for all.
  func isRepeated(_ operand: Int, in index: Int) -> Bool {
    network.shapes[operand].channels == 1 && network.shapes[index].channels > 1
      || network.shapes[operand].rank != network.shapes[index].rank
  }

  /// The channels that a node must find in an input, in order; nil when it takes whatever is stored.
  func wanted(_ index: Int, from input: Int) -> [Int]? {
    guard isNeeded(index) else { return nil }
    switch network.nodes[index].layer {
    case .combine: return isRepeated(input, in: index) || kept[input].isEmpty ? nil : kept[index]
    case .localResponseNormalization, .softmax: return all(input)
    case .convolution(let layer):
      return layer.groups == 1 || layer.depthMultiplier != nil ? nil : ChannelGroups(index, layer, self).inputs
    case .transposedConvolution(let layer): return layer.groups == 1 ? nil : all(input)
    case .pad(let padding): return padding.keepsChannels || padding.isConstant ? nil : all(input)
    case .reshape(let shape): return Self.split(network.shapes[input], shape) == nil ? all(input) : nil
    case .input, .constant, .linear, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate,
      .slice,
      .identity:
      return nil
    }
  }

  // MARK: Places for what is missing

  /// Lets sources hold what their readers miss; false when nothing was added.
  private mutating func holdMore() -> Bool {
    var hasGrown = false
    for index in network.nodes.indices where isNeeded(index) {
      for input in Set(network.nodes[index].inputs).sorted() {
        guard let wanted = wanted(index, from: input) else { continue }
        if hold(wanted, in: input, for: index) { hasGrown = true }
      }
    }
    if isNeeded(network.output), hold(all(network.output), in: network.output, for: network.output) { hasGrown = true }
    return hasGrown
  }

  private mutating func hold(_ wanted: [Int], in input: Int, for reader: Int) -> Bool {
    guard !kept[input].isEmpty else { return false }
    let move = ChannelMove(from: kept[input], to: wanted) { values[input][$0].uniformValue }
    guard case .matrix = move, let source = source(of: input) else { return false }
    let missing = Set(wanted).subtracting(kept[source])
    guard !missing.isEmpty, isCheaper(missing.count, at: source, than: wanted.count, at: input) else { return false }
    for channel in missing.sorted() { held[source, default: [:]][channel] = reader }
    return true
  }

  /// Multiply-adds of filters without weights against those of a matrix product, which also reads and writes its map.
  private func isCheaper(_ filters: Int, at source: Int, than channels: Int, at input: Int) -> Bool {
    let inputs = kept[network.nodes[source].inputs[0]].count
    let products: Double
    switch network.nodes[source].layer {
    case .convolution(let layer):
      // Winograd's algorithm does a 3×3 kernel with fewer products.
      let isWinograd = layer.kernel == Extent(3) && layer.stride == Extent(1)
      products = Double(inputs * layer.kernel.area * network.shapes[source].area) * (isWinograd ? 4 / 9 : 1)
    case .transposedConvolution(let layer):
      products = Double(layer.kernel.area * network.shapes[network.nodes[source].inputs[0]].area * inputs)
    case .input, .constant, .linear, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate,
      .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      products = Double(inputs)
    }
    let area = Double(network.shapes[input].count / network.shapes[input].channels)
    return Double(filters) * products <= Double(channels) * (Double(kept[input].count) + 16) * area
  }

  /// The convolution or linear layer whose filters are the node's channels, with nothing between that moves them.
  private func source(of index: Int) -> Int? {
    var index = index
    while true {
      let node = network.nodes[index]
      switch node.layer {
      case .convolution(let layer):
        if layer.groups == 1 { return kept[index].isEmpty ? nil : index }
        guard layer.depthMultiplier == 1 else { return nil }
      case .transposedConvolution(let layer): return layer.groups == 1 && !kept[index].isEmpty ? index : nil
      case .linear: return kept[index].isEmpty ? nil : index
      case .batchNormalization, .affine, .activation, .pool, .globalPool, .identity: break
      case .pad(let padding): guard padding.keepsChannels else { return nil }
      case .slice, .input, .constant, .concatenate, .combine, .localResponseNormalization, .reshape, .softmax:
        return nil
      }
      index = node.inputs[0]
    }
  }
}

extension Convolution {
  /// Outputs of each group when every group reads a single channel; nil otherwise.
  var depthMultiplier: Int? { groups > 1 && inputChannelsPerGroup == 1 ? outputChannels / groups : nil }
}

extension TransposedConvolution {
  /// Whether every output sees a single position.
  var isPointwise: Bool {
    kernel.area == 1 && stride == Extent(1) && padding.isZero && outputPadding == Extent(0)
  }
}

extension Padding {
  var keepsChannels: Bool { before[0] == 0 && after[0] == 0 }

  var isConstant: Bool {
    switch fill {
    case .constant: true
    case .reflect, .edge: false
    }
  }
}
