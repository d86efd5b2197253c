import Tensors

/// One worker's gradients, laid out as the activations, with what is known of their channels: those that nothing has
/// reached yet count as zero and hold anything.
final class GradientBuffers {
  let base: UnsafeMutableRawPointer
  private let arena: ActivationArena?
  private let reached: UnsafeMutablePointer<Bool>
  private let channelCount: Int

  init(byteCount: Int, channelCount: Int) {
    let arena = ActivationArena(byteCount: byteCount)
    self.arena = arena
    base = arena.base
    self.channelCount = channelCount
    reached = .allocate(capacity: max(1, channelCount))
    forget()
  }

  /// Gradients in memory that someone else owns.
  init(base: UnsafeMutableRawPointer, channelCount: Int) {
    arena = nil
    self.base = base
    self.channelCount = channelCount
    reached = .allocate(capacity: max(1, channelCount))
    forget()
  }

  deinit { reached.deallocate() }

  /// Nothing has a gradient. The borders stay zero.
  func forget() { reached.initialize(repeating: false, count: channelCount) }

  func isReached(_ place: MapPlace) -> Bool { place.channels.contains { reached[$0] } }

  /// Makes every channel of the place hold its gradient, zero where nothing reached it.
  func complete(_ place: MapPlace) {
    var channel = 0
    while channel < place.shape.channels {
      guard !reached[place.firstChannel + channel] else {
        channel += 1
        continue
      }
      let first = channel
      while channel < place.shape.channels, !reached[place.firstChannel + channel] {
        reached[place.firstChannel + channel] = true
        channel += 1
      }
      zero(place, channels: first..<channel)
    }
  }

  /// Readies a place for a gradient that comes.
  ///
  /// - Parameter covers: true when whoever writes can store every element.
  /// - Returns: true when it must add to what is there.
  func begin(_ place: MapPlace, covers: Bool) -> Bool {
    if covers, !isReached(place) {
      for channel in place.channels { reached[channel] = true }
      return false
    }
    complete(place)
    return true
  }

  private func zero(_ place: MapPlace, channels: Range<Int>) {
    let bytes = channels.count * BufferLayout.vectorStride
    for row in 0..<place.shape.height {
      for column in 0..<place.shape.width {
        let start =
          base + place.start + place.offset(row: row, column: column)
          + channels.lowerBound * BufferLayout.vectorStride
        start.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
      }
    }
  }
}
