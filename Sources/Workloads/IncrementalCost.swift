import Networks

/// How many multiply-adds a removal step needs, by counting on the graph alone: what an engine would do that recomputes
/// only what depends on the removed filter (suffix), adds only the changed channels' share to a layer's sums (delta), and
/// neither computes removed filters nor reads them (compaction).
///
/// It runs nothing and knows no kernels, so that it can be compared with what an engine really does. A group of a
/// convolution with c changed and n live inputs, m live outputs, p pixels and k taps counts min(c, max(n, 1)) · m · p · k;
/// only removed filters and what depends on nothing else are not live.
package struct IncrementalCost: Sendable {
  package struct Filter: Sendable, Hashable {
    package let node: Int
    package let channel: Int
  }

  package let network: Network
  /// Filters of all convolutions but the classifier's, in network order.
  package let filters: [Filter]

  package init(_ network: Network) {
    self.network = network
    let classifiers = Set(network.classifierSources)
    filters = network.nodes.indices.flatMap { node -> [Filter] in
      switch network.nodes[node].layer {
      case .convolution, .transposedConvolution:
        if classifiers.contains(node) { return [] }
        return (0..<network.shapes[node].channels).map { Filter(node: node, channel: $0) }
      case .input, .constant, .linear, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate,
        .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
        return []
      }
    }
  }

  /// Multiply-adds for one image of removing `removed`, one evaluation after each, when `removedBefore` are gone.
  ///
  /// - Parameters: indices of ``filters``. Complexity: O(channels of all nodes) a step.
  package func multiplyAdds(removing removed: [Int], after removedBefore: [Int]) -> Int {
    var isRemoved = network.shapes.map { [Bool](repeating: false, count: $0.channels) }
    for index in removedBefore { isRemoved[filters[index].node][filters[index].channel] = true }
    var live = liveness(isRemoved)
    var total = 0
    for index in removed {
      let filter = filters[index]
      isRemoved[filter.node][filter.channel] = true
      let after = liveness(isRemoved)
      total += cost(of: filter, before: live, after: after)
      live = after
    }
    return total
  }

  /// For each node and channel, whether its value depends on the image.
  private func liveness(_ isRemoved: [[Bool]]) -> [[Bool]] {
    var live: [[Bool]] = []
    for (index, node) in network.nodes.enumerated() {
      let inputs = node.inputs.map { live[$0] }
      switch node.layer {
      case .input: live.append([Bool](repeating: true, count: network.shapes[index].channels))
      case .constant: live.append([Bool](repeating: false, count: network.shapes[index].channels))
      case .convolution, .transposedConvolution, .linear:
        let groups = self.groups(of: index)
        var outputs = [Bool](repeating: false, count: network.shapes[index].channels)
        for group in 0..<groups where Self.part(inputs[0], group, groups).contains(true) {
          for output in Self.range(outputs.count, group, groups) { outputs[output] = !isRemoved[index][output] }
        }
        live.append(outputs)
      case .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate, .combine,
        .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
        live.append(carried(index, inputs))
      }
    }
    return live
  }

  private func cost(of filter: Filter, before: [[Bool]], after: [[Bool]]) -> Int {
    var total = 0
    var changed: [[Bool]] = []
    for (index, node) in network.nodes.enumerated() {
      let channels = network.shapes[index].channels
      let inputs = node.inputs.map { changed[$0] }
      switch node.layer {
      case .input, .constant: changed.append([Bool](repeating: false, count: channels))
      case .convolution, .transposedConvolution, .linear:
        var outputs = [Bool](repeating: false, count: channels)
        if index == filter.node { outputs[filter.channel] = before[index][filter.channel] }
        let groups = self.groups(of: index)
        let pair = network.multiplyAdds(ofNode: index) / (channels * inputs[0].count / groups)
        for group in 0..<groups {
          let changes = Self.part(inputs[0], group, groups).count { $0 }
          guard changes > 0 else { continue }
          let liveInputs = Self.part(after[node.inputs[0]], group, groups).count { $0 }
          let outputRange = Self.range(channels, group, groups)
          total += min(changes, max(liveInputs, 1)) * after[index][outputRange].count { $0 } * pair
          for output in outputRange { outputs[output] = before[index][output] }
        }
        changed.append(outputs)
      case .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate, .combine,
        .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
        changed.append(carried(index, inputs))
      }
    }
    return total
  }

  /// A property of channels behind a layer without weights, true for a channel when it is for any that it reads.
  private func carried(_ index: Int, _ inputs: [[Bool]]) -> [Bool] {
    let channels = network.shapes[index].channels
    switch network.nodes[index].layer {
    case .batchNormalization, .affine, .activation, .pool, .globalPool, .identity: return inputs[0]
    case .concatenate: return Array(inputs.joined())
    case .combine:
      return (0..<channels).map { channel in inputs.contains { $0[$0.count == 1 ? 0 : channel] } }
    case .slice(let slice):
      guard let axis = slice.axes.first else { return inputs[0] }
      return (0..<channels).map { inputs[0][axis.start + $0 * axis.step] }
    case .pad(let padding):
      let before = padding.before.first ?? 0
      return (0..<channels).map { inputs[0].indices.contains($0 - before) && inputs[0][$0 - before] }
    case .reshape:
      // Elements keep their order: an element of the output belongs to the channel that it came from.
      let area = network.shapes[network.nodes[index].inputs[0]].area, width = network.shapes[index].area
      return (0..<channels).map { channel in
        (channel * width / area...(channel * width + width - 1) / area).contains { inputs[0][$0] }
      }
    case .localResponseNormalization, .softmax:
      return [Bool](repeating: inputs[0].contains(true), count: channels)
    case .input, .constant, .convolution, .transposedConvolution, .linear:
      preconditionFailure("a layer with weights or without inputs")
    }
  }

  private func groups(of index: Int) -> Int {
    switch network.nodes[index].layer {
    case .convolution(let layer): layer.groups
    case .transposedConvolution(let layer): layer.groups
    case .input, .constant, .linear, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate,
      .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      1
    }
  }

  private static func range(_ count: Int, _ group: Int, _ groups: Int) -> Range<Int> {
    group * (count / groups)..<(group + 1) * (count / groups)
  }

  private static func part(_ channels: [Bool], _ group: Int, _ groups: Int) -> ArraySlice<Bool> {
    channels[range(channels.count, group, groups)]
  }
}
