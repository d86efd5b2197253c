import Inference
import InputErrors
import Networks
import Synchronization

/// What a unit's activations are like over all positions of all images.
struct ActivationRange: Sendable {
  let minimum: Float
  let maximum: Float
  /// The largest activation that at least max(1, ⌊share · positions⌋) others exceed. Without ties no more than these do; of
  /// equal ones all come through. Nil when fewer exceed the minimum.
  let exceeded: Float?

  var threshold: Float { exceeded ?? minimum }
}

/// Gathers the ranges of a layer's units, from several tasks at once and in any order: what remains does not depend on it.
final class ActivationRanges: Sendable {
  private struct Unit: Sendable {
    var minimum = Float.infinity
    var maximum = -Float.infinity
    var top: TopValues
  }

  private let target: DissectedChannels
  private let units: Mutex<[Unit]>

  /// - Parameter imageCount: how many images will be inserted.
  init(_ target: DissectedChannels, imageCount: Int, share: Double) {
    let positions = imageCount * target.layer.extent.area
    let count = max(1, Int(share * Double(positions)))
    self.target = target
    units = Mutex(target.channels.map { _ in Unit(top: TopValues(count)) })
  }

  /// Takes the layer's activations for one image.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) when one is not finite.
  func insert(_ activations: UnsafeBufferPointer<Float>) throws(InputError) {
    let area = target.layer.extent.area
    let isFinite = units.withLock { units in
      var isFinite = true
      for (place, channel) in target.channels.enumerated() {
        let map = UnsafeBufferPointer(rebasing: activations[channel * area..<(channel + 1) * area])
        var (minimum, maximum, waste) = (units[place].minimum, units[place].maximum, Float(0))
        for value in map {
          minimum = value < minimum ? value : minimum
          maximum = value > maximum ? value : maximum
          // 0 unless the value is not finite.
          waste += value - value
        }
        isFinite = isFinite && waste == 0
        units[place].minimum = minimum
        units[place].maximum = maximum
        units[place].top.insert(map)
      }
      return isFinite
    }
    guard isFinite else {
      throw InputError(.data, "the unit's activations are not finite", at: .init(node: target.layer.name))
    }
  }

  /// The range of every unit, once all images were inserted.
  var ranges: [ActivationRange] {
    units.withLock { units in
      units.map { .init(minimum: $0.minimum, maximum: $0.maximum, exceeded: $0.top.exceeded) }
    }
  }
}
