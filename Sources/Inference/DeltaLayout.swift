import Networks
import Tensors

/// Where a plan keeps sums before the activation and records changes, so that convolutions can add differences.
struct DeltaLayout: Sendable {
  private(set) var recorded: [RecordedMap] = []
  /// For each recorded buffer, by the node that owns it, its number in ``recorded``.
  private(set) var recorders: [Int: Int] = [:]
  /// For the nodes whose step may add differences, bytes from an output to its kept sum.
  private(set) var keptOffsets: [Int: Int] = [:]
  /// Bytes from a buffer to its kept sums, by the node that owns it.
  private var twins: [Int: Int] = [:]

  init() {}

  /// - Parameter byteCount: the plan's memory so far; grows by what is kept and recorded.
  init(_ network: Network, _ layout: PlanLayout, byteCount: inout Int) throws {
    var unitsBefore = 0
    for index in network.nodes.indices {
      guard let fusion = layout.fusions[index], layout.isStored(fusion.end) else { continue }
      let inputs: Int, taps: Int, usesWinograd: Bool
      var source = network.nodes[index].inputs.first ?? 0
      switch network.nodes[index].layer {
      case .convolution(let layer) where !layer.isDepthwise:
        (inputs, taps) = (layer.inputChannelsPerGroup, layer.kernel.area)
        usesWinograd = WinogradTables.serves(layer, output: network.shapes[fusion.end])
      case .linear:
        if layout.readThrough.contains(source) { source = network.nodes[source].inputs[0] }
        (inputs, taps, usesWinograd) = (network.shapes[source].channels, network.shapes[source].area, false)
      case .convolution, .transposedConvolution:
        unitsBefore += network.shapes[fusion.end].channels
        continue
      case .input, .constant, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate, .combine,
        .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
        continue
      }
      let keepsSums = fusion.activation != nil
      if DeltaChoice.pays(
        inputs: inputs, taps: taps, usesWinograd: usesWinograd, keepsSums: keepsSums, unitsBefore: unitsBefore)
      {
        try record(layout.owner(source), network, layout, &byteCount)
        keptOffsets[index] =
          keepsSums ? try keep(layout.owner(fusion.end), network, layout, &byteCount) : 0
      }
      unitsBefore += network.shapes[fusion.end].channels
    }
  }

  private mutating func record(_ owner: Int, _ network: Network, _ layout: PlanLayout, _ byteCount: inout Int) throws {
    guard recorders[owner] == nil else { return }
    let map = layout.place(owner)
    var slots = try BufferLayout(
      shape: Shape(RecordedMap.slotCount(channels: map.shape.channels), map.shape.height, map.shape.width),
      border: layout.border(owner), node: network.nodes[owner])
    slots.start = byteCount
    byteCount += (slots.byteCount + 127) / 64 * 64
    recorders[owner] = recorded.count
    recorded.append(
      RecordedMap(
        map: map,
        slots: MapPlace(
          shape: slots.shape, start: slots.start + slots.offset(row: 0, column: 0), rowStride: slots.rowStride,
          pixelStride: slots.pixelStride, firstChannel: 0)))
  }

  private mutating func keep(
    _ owner: Int, _ network: Network, _ layout: PlanLayout, _ byteCount: inout Int
  ) throws -> Int {
    if let twin = twins[owner] { return twin }
    let twin = byteCount - layout.start(owner)
    byteCount += (layout.byteCount(owner) + 127) / 64 * 64
    twins[owner] = twin
    return twin
  }
}
