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
  private var holdsDifferences = false
  private let base: UnsafeMutableRawPointer
  private let instructions: Int32

  init(_ recorded: RecordedMap, base: UnsafeMutableRawPointer, instructions: Int32) {
    self.recorded = recorded
    self.base = base
    self.instructions = instructions
    channels.reserveCapacity(recorded.slotCount)
  }

  /// Before a pass: nothing has changed.
  func settle() {
    channels.removeAll(keepingCapacity: true)
    isComplete = true
    holdsDifferences = false
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
  }

  /// After all changes: the slots hold new − old.
  func subtract() {
    guard !holdsDifferences else { return }
    holdsDifferences = true
    for slot in channels.indices {
      var new = map(recorded.map, channels[slot]), old = map(recorded.slots, slot)
      var difference = old
      apply { rows, columns, one in
        ns_combine(
          instructions, Int32(ns_subtract), &new, &old, &difference, rows, columns, one,
          ns_activation(kind: Int32(ns_keep), low: 0, high: 0))
      }
    }
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
