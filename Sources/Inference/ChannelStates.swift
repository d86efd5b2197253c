/// What a forward pass knows of each channel of each buffer, so that it computes only what changed and nothing that is
/// constant.
///
/// A channel is constant when its value is the same at every position in all eight images: that of a removed unit, and
/// what pooling, concatenation or arithmetic makes of it. The buffers hold the values either way.
final class ChannelStates {
  let count: Int
  /// True for channels whose values differ from those of the pass before.
  let changed: UnsafeMutablePointer<Bool>
  let isConstant: UnsafeMutablePointer<Bool>
  /// The value of a constant channel.
  let value: UnsafeMutablePointer<Float>

  init(count: Int) {
    self.count = count
    changed = .allocate(capacity: count)
    isConstant = .allocate(capacity: count)
    value = .allocate(capacity: count)
    value.initialize(repeating: 0, count: count)
    forget()
  }

  deinit {
    changed.deallocate()
    isConstant.deallocate()
    value.deallocate()
  }

  /// Nothing is known to be constant, and everything counts as new.
  func forget() {
    changed.initialize(repeating: true, count: count)
    isConstant.initialize(repeating: false, count: count)
  }

  /// Before a pass: nothing has changed yet.
  func settle() { changed.update(repeating: false, count: count) }

  func anyChanged(_ channels: Range<Int>) -> Bool {
    for channel in channels where changed[channel] { return true }
    return false
  }

  /// The channel has new values that differ from position to position or image to image.
  func setLive(_ channel: Int) {
    changed[channel] = true
    isConstant[channel] = false
  }

  /// Notes that the channel is constant; false when that value was there already.
  func setConstant(_ channel: Int, _ newValue: Float) -> Bool {
    if isConstant[channel], value[channel].bitPattern == newValue.bitPattern { return false }
    changed[channel] = true
    isConstant[channel] = true
    value[channel] = newValue
    return true
  }
}
