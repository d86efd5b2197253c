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
  /// Those who want to know what channels held before they change.
  let recorders: [ChangeRecorder]
  /// The recorder of each channel, −1 for none.
  private let recorderOf: UnsafeMutablePointer<Int32>

  init(count: Int, recorders: [ChangeRecorder]) {
    self.count = count
    self.recorders = recorders
    recorderOf = .allocate(capacity: count)
    recorderOf.initialize(repeating: -1, count: count)
    for (index, recorder) in recorders.enumerated() {
      for channel in recorder.recorded.map.channels { recorderOf[channel] = Int32(index) }
    }
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
    recorderOf.deallocate()
  }

  /// Nothing is known to be constant, and everything counts as new.
  func forget() {
    changed.initialize(repeating: true, count: count)
    isConstant.initialize(repeating: false, count: count)
    for recorder in recorders { recorder.giveUp() }
  }

  /// Before a pass: nothing has changed yet.
  func settle() {
    changed.update(repeating: false, count: count)
    for recorder in recorders { recorder.settle() }
  }

  /// So many channels of the buffer of `channel` are about to change.
  func expect(_ changes: Int, at channel: Int) {
    if recorderOf[channel] >= 0 { recorders[Int(recorderOf[channel])].expect(changes) }
  }

  /// Notes a channel as changed; called before its values do.
  private func setChanged(_ channel: Int) {
    if !changed[channel], recorderOf[channel] >= 0 {
      let recorder = recorders[Int(recorderOf[channel])]
      recorder.record(channel - recorder.recorded.map.firstChannel)
    }
    changed[channel] = true
  }

  func anyChanged(_ channels: Range<Int>) -> Bool {
    for channel in channels where changed[channel] { return true }
    return false
  }

  func changedCount(_ channels: Range<Int>) -> Int {
    var count = 0
    for channel in channels where changed[channel] { count += 1 }
    return count
  }

  /// The channel is about to get new values that differ from position to position or image to image.
  func setLive(_ channel: Int) {
    setChanged(channel)
    isConstant[channel] = false
  }

  /// Notes that the channel is about to become constant; false when that value is there already.
  func setConstant(_ channel: Int, _ newValue: Float) -> Bool {
    if isConstant[channel], value[channel].bitPattern == newValue.bitPattern { return false }
    setChanged(channel)
    isConstant[channel] = true
    value[channel] = newValue
    return true
  }
}
