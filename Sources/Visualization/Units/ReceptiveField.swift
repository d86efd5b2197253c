import Networks
import Tensors

/// The smallest rectangle of input pixels outside of which nothing can change a unit's value at one position.
///
/// Exact for the graph: padding, strides, dilations, branches, slices and groups are followed position by position, and
/// the image's borders cut the rectangle. Weights do not matter: one that is zero counts like any other.
public struct ReceptiveField: Sendable, Hashable {
  public let rows: Range<Int>
  public let columns: Range<Int>

  public init(rows: Range<Int>, columns: Range<Int>) {
    self.rows = rows
    self.columns = columns
  }

  /// Nil where no pixel reaches the unit: all it sees is padding or constants.
  ///
  /// - Parameters:
  ///   - node: of the network.
  ///   - channel: of the node's output.
  ///   - row: of the node's output, like the column; 0 for vectors.
  /// - Complexity: O(nodes · (height + width) · kernel side).
  public init?(of network: Network, node: Int, channel: Int, row: Int, column: Int) {
    let shape = network.shapes[node]
    precondition(
      channel < shape.channels && row < shape.height && column < shape.width && min(channel, row, column) >= 0,
      "a position of the node")
    var needs = [[FieldNeed]](repeating: [], count: node + 1)
    needs[node] = [
      FieldNeed(
        channels: channel..<channel + 1, rows: (0..<shape.height).map { $0 == row },
        columns: (0..<shape.width).map { $0 == column })
    ]
    for index in stride(from: node, through: 1, by: -1) {
      for need in needs[index] {
        for (place, input) in network.nodes[index].inputs.enumerated() {
          let before = network.nodes[index].inputs[..<place].reduce(0) { $0 + network.shapes[$1].channels }
          for found in need.behind(
            network.nodes[index].layer, input: network.shapes[input], output: network.shapes[index],
            channelsBefore: before)
          { found.add(to: &needs[input]) }
        }
      }
    }
    var rows: Range<Int>?, columns: Range<Int>?
    for need in needs[0] {
      rows = Self.hull(rows, need.rows)
      columns = Self.hull(columns, need.columns)
    }
    guard let rows, let columns else { return nil }
    self.init(rows: rows, columns: columns)
  }

  public var height: Int { rows.count }
  public var width: Int { columns.count }

  private static func hull(_ range: Range<Int>?, _ isNeeded: [Bool]) -> Range<Int>? {
    guard let first = isNeeded.firstIndex(of: true), let last = isNeeded.lastIndex(of: true) else { return range }
    guard let range else { return first..<last + 1 }
    return min(range.lowerBound, first)..<max(range.upperBound, last + 1)
  }
}

/// Positions of a node's output that are needed: some channels at every pair of these rows and columns.
private struct FieldNeed {
  var channels: Range<Int>
  var rows: [Bool]
  var columns: [Bool]

  private var isEmpty: Bool { channels.isEmpty || !rows.contains(true) || !columns.contains(true) }

  private func holds(_ other: FieldNeed) -> Bool {
    channels.lowerBound <= other.channels.lowerBound && other.channels.upperBound <= channels.upperBound
      && zip(rows, other.rows).allSatisfy { $0 || !$1 } && zip(columns, other.columns).allSatisfy { $0 || !$1 }
  }

  /// Adds it to those of a node, unless one of them holds it already.
  func add(to needs: inout [FieldNeed]) {
    if isEmpty || needs.contains(where: { $0.holds(self) }) { return }
    needs.removeAll { self.holds($0) }
    needs.append(self)
  }

  /// What a layer's output needs of one input.
  ///
  /// - Parameter channelsBefore: channels of the inputs before this one, for a concatenation.
  func behind(_ layer: Layer, input: Shape, output: Shape, channelsBefore: Int) -> [FieldNeed] {
    switch layer {
    case .input, .constant: return []
    case .convolution(let layer):
      return [
        windows(
          groups(layer.groups, outputs: layer.outputChannels, inputs: layer.inputChannels), input, layer.kernel,
          layer.stride, layer.padding, layer.dilation)
      ]
    case .transposedConvolution(let layer):
      return [
        FieldNeed(
          channels: groups(layer.groups, outputs: layer.outputChannels, inputs: layer.inputChannels),
          rows: Self.spread(
            rows, input.height, layer.kernel.height, layer.stride.height, layer.padding.top, layer.dilation.height),
          columns: Self.spread(
            columns, input.width, layer.kernel.width, layer.stride.width, layer.padding.left, layer.dilation.width))
      ]
    case .pool(let layer):
      return [windows(channels, input, layer.kernel, layer.stride, layer.padding, layer.dilation)]
    case .linear: return [Self.all(input)]
    case .globalPool: return [Self.all(input, channels: channels)]
    case .batchNormalization, .affine, .activation, .identity: return [self]
    case .softmax: return [FieldNeed(channels: 0..<input.channels, rows: rows, columns: columns)]
    case .localResponseNormalization(let layer):
      let before = (layer.size - 1) / 2, after = layer.size - 1 - before
      let first = max(0, channels.lowerBound - before), end = min(input.channels, channels.upperBound + after)
      return [FieldNeed(channels: first..<end, rows: rows, columns: columns)]
    case .concatenate:
      let first = max(0, channels.lowerBound - channelsBefore)
      let end = min(input.channels, channels.upperBound - channelsBefore)
      return first < end ? [FieldNeed(channels: first..<end, rows: rows, columns: columns)] : []
    case .combine:
      return [
        FieldNeed(
          channels: input.channels == 1 && output.channels > 1 ? 0..<1 : channels,
          rows: input.height == output.height ? rows : [rows.contains(true)],
          columns: input.width == output.width ? columns : [columns.contains(true)])
      ]
    case .slice(let slice): return sliced(slice, input)
    case .pad(let padding): return [padded(padding, input)]
    case .reshape:
      let isSame = input == output || (input.area == 1 && output.area == 1 && input.channels == output.channels)
      return [isSame ? self : Self.all(input)]
    }
  }

  private static func all(_ shape: Shape, channels: Range<Int>? = nil) -> FieldNeed {
    FieldNeed(
      channels: channels ?? 0..<shape.channels, rows: [Bool](repeating: true, count: shape.height),
      columns: [Bool](repeating: true, count: shape.width))
  }

  /// The input channels of the groups that the channels belong to.
  private func groups(_ groups: Int, outputs: Int, inputs: Int) -> Range<Int> {
    let own = outputs / groups, read = inputs / groups
    return channels.lowerBound / own * read..<((channels.upperBound - 1) / own + 1) * read
  }

  private func windows(
    _ channels: Range<Int>, _ input: Shape, _ kernel: Extent, _ stride: Extent, _ padding: Insets, _ dilation: Extent
  ) -> FieldNeed {
    FieldNeed(
      channels: channels,
      rows: Self.gathered(rows, input.height, kernel.height, stride.height, padding.top, dilation.height),
      columns: Self.gathered(columns, input.width, kernel.width, stride.width, padding.left, dilation.width))
  }

  private static func gathered(
    _ wanted: [Bool], _ count: Int, _ kernel: Int, _ stride: Int, _ before: Int, _ dilation: Int
  ) -> [Bool] {
    var needed = [Bool](repeating: false, count: count)
    for (place, isWanted) in wanted.enumerated() where isWanted {
      for tap in 0..<kernel {
        let index = place * stride - before + tap * dilation
        if needed.indices.contains(index) { needed[index] = true }
      }
    }
    return needed
  }

  private static func spread(
    _ wanted: [Bool], _ count: Int, _ kernel: Int, _ stride: Int, _ before: Int, _ dilation: Int
  ) -> [Bool] {
    (0..<count).map { index in
      (0..<kernel).contains { tap in
        let place = index * stride - before + tap * dilation
        return wanted.indices.contains(place) && wanted[place]
      }
    }
  }

  private func sliced(_ slice: Slice, _ input: Shape) -> [FieldNeed] {
    let axes = slice.axes + [Slice.Axis](repeating: .init(start: 0, step: 1, count: 1), count: 3 - slice.axes.count)
    func picked(_ wanted: [Bool], _ axis: Slice.Axis, _ count: Int) -> [Bool] {
      var needed = [Bool](repeating: false, count: count)
      for (place, isWanted) in wanted.enumerated() where isWanted { needed[axis.start + place * axis.step] = true }
      return needed
    }
    let rows = picked(rows, axes[1], input.height), columns = picked(columns, axes[2], input.width)
    if axes[0].step == 1 {
      let first = axes[0].start
      return [
        FieldNeed(
          channels: first + channels.lowerBound..<first + channels.upperBound, rows: rows, columns: columns)
      ]
    }
    return channels.map { channel in
      let index = axes[0].start + channel * axes[0].step
      return FieldNeed(channels: index..<index + 1, rows: rows, columns: columns)
    }
  }

  private func padded(_ padding: Padding, _ input: Shape) -> FieldNeed {
    let before = padding.before + [Int](repeating: 0, count: 3 - padding.before.count)
    func unpadded(_ wanted: [Bool], _ before: Int, _ count: Int) -> [Bool] {
      var needed = [Bool](repeating: false, count: count)
      for (place, isWanted) in wanted.enumerated() where isWanted {
        var index = place - before
        switch padding.fill {
        case .constant: break
        case .edge: index = min(max(index, 0), count - 1)
        case .reflect: index = index < 0 ? -index : index >= count ? 2 * (count - 1) - index : index
        }
        if needed.indices.contains(index) { needed[index] = true }
      }
      return needed
    }
    let own = unpadded((0..<channels.upperBound).map { $0 >= channels.lowerBound }, before[0], input.channels)
    let first = own.firstIndex(of: true) ?? 0, end = (own.lastIndex(of: true) ?? -1) + 1
    return FieldNeed(
      channels: first..<max(first, end), rows: unpadded(rows, before[1], input.height),
      columns: unpadded(columns, before[2], input.width))
  }
}
