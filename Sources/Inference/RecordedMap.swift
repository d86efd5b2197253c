import Tensors

/// A buffer whose changes are recorded: room beside it for what a few of its channels held before a pass, so that
/// convolutions that read it can add the difference instead of summing all products again.
struct RecordedMap: Sendable {
  /// The whole buffer.
  let map: MapPlace
  /// `[slots, height, width]`, with the buffer's border in zeros around it.
  let slots: MapPlace

  var slotCount: Int { slots.shape.channels }

  /// How many channels of a buffer may change for a difference to be worth recording: one filter, or one that leaves
  /// and one that returns; more where many channels make each cheap.
  static func slotCount(channels: Int) -> Int { channels < 32 ? 2 : 4 }
}
