import CKernels

/// What one worker knows of the changes of one recorded buffer within a pass.
///
/// A channel's old values are copied aside when it is first about to change; when more channels change than there are
/// slots, the record is useless until the next pass.
final class ChangeRecorder {
  let recorded: RecordedMap
  /// The channels in the slots, numbered within the buffer.
  private(set) var channels: [Int] = []
  private(set) var isComplete = false
  /// For each slot, the largest magnitude of its difference once it holds one, NaN when that is not finite.
  private var differences: [Float?] = []
  private let base: UnsafeMutableRawPointer
  private let instructions: Int32

  init(_ recorded: RecordedMap, base: UnsafeMutableRawPointer, instructions: Int32) {
    self.recorded = recorded
    self.base = base
    self.instructions = instructions
    channels.reserveCapacity(recorded.slotCount)
    differences.reserveCapacity(recorded.slotCount)
  }

  /// Before a pass: nothing has changed.
  func settle() {
    channels.removeAll(keepingCapacity: true)
    isComplete = true
    differences.removeAll(keepingCapacity: true)
  }

  /// Everything changes, or nothing is known.
  func giveUp() { isComplete = false }

  /// So many channels are about to change.
  func expect(_ count: Int) {
    if channels.count + count > recorded.slotCount { giveUp() }
  }

  /// A channel of the buffer is about to change for the first time in this pass.
  func record(_ channel: Int) {
    guard isComplete else { return }
    guard channels.count < recorded.slotCount else { return giveUp() }
    var source = map(recorded.map, channel), target = map(recorded.slots, channels.count)
    apply { rows, columns, one in
      ns_affine(
        instructions, &source, &target, rows, columns, one, nil, nil,
        ns_activation(kind: Int32(ns_keep), low: 0, high: 0))
    }
    channels.append(channel)
    differences.append(nil)
  }

  /// After all changes of the slot's channel: the slot holds new − old from now on.
  ///
  /// Only a reader of the channel may ask, because only then is its new value there: other channels of the same buffer
  /// may be about to change.
  /// - Returns: the difference's largest magnitude; NaN when it is not finite.
  func difference(slot: Int) -> Float {
    if let known = differences[slot] { return known }
    var new = map(recorded.map, channels[slot]), old = map(recorded.slots, slot)
    var difference = old
    var largest: Float = 0
    apply { rows, columns, one in
      ns_combine(
        instructions, Int32(ns_subtract), &new, &old, &difference, rows, columns, one,
        ns_activation(kind: Int32(ns_keep), low: 0, high: 0))
      ns_largest(instructions, &difference, rows, columns, one, &largest)
    }
    differences[slot] = largest
    return largest
  }

  private func map(_ place: MapPlace, _ channel: Int) -> ns_map {
    var map = place.map(base)
    map.base += channel * BufferLayout.lanes
    return map
  }

  private func apply(_ body: (_ rows: Int64, _ columns: Int64, _ one: ns_channels) -> Void) {
    let shape = recorded.map.shape
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1) { index in
      index.initialize(repeating: 0)
      body(Int64(shape.height), Int64(shape.width), ns_channels(indices: index.baseAddress, count: 1))
    }
  }
}
