import Networks
import Synchronization

/// Gathers how the units of a layer overlap with masks. Everything is counted in whole numbers, so the order of the images
/// does not matter.
final class OverlapCounts: Sendable {
  /// Sums over images, of one unit with one concept.
  struct Sums: Sendable {
    /// Pixels of both, I.
    var intersection = 0
    /// I², I · U and U² of every image, U being the pixels of either.
    var intersectionSquares = 0
    var products = 0
    var unionSquares = 0
    /// Pixels of both with the masks of another image.
    var shuffledIntersection = 0
  }

  /// What one image adds.
  struct Image: Sendable {
    let map: [UInt32]
    let pixelCounts: [Int]
    /// The masks of another image; nil when there is none.
    let shuffled: [UInt32]?
  }

  private struct State: Sendable {
    var above: [Int]
    var sums: [Sums]
  }

  private let target: DissectedChannels
  private let ranges: [ActivationRange]
  private let upsampling: MapUpsampling
  private let conceptCount: Int
  private let state: Mutex<State>

  init(_ target: DissectedChannels, ranges: [ActivationRange], extent: Extent, conceptCount: Int) {
    self.target = target
    self.ranges = ranges
    self.conceptCount = conceptCount
    upsampling = MapUpsampling(from: target.layer.extent, to: extent)
    state = Mutex(
      State(
        above: ranges.map { _ in 0 },
        sums: [Sums](repeating: Sums(), count: ranges.count * conceptCount)))
  }

  /// Takes the layer's activations for one image.
  func insert(_ activations: UnsafeBufferPointer<Float>, of image: Image) {
    let area = target.layer.extent.area
    var above = [Int](repeating: 0, count: ranges.count)
    var both = [Int](repeating: 0, count: ranges.count * conceptCount), shuffled = both
    var hot = [Bool](repeating: false, count: target.layer.extent.width)
    for (place, channel) in target.channels.enumerated() {
      let threshold = ranges[place].threshold
      let map = UnsafeBufferPointer(rebasing: activations[channel * area..<(channel + 1) * area])
      let first = place * conceptCount
      var count = 0
      both.withUnsafeMutableBufferPointer { both in
        shuffled.withUnsafeMutableBufferPointer { shuffled in
          upsampling.forEachPixel(above: threshold, in: map, hot: &hot) { pixel in
            count += 1
            Self.count(image.map[pixel], in: both, first)
            if let others = image.shuffled { Self.count(others[pixel], in: shuffled, first) }
          }
        }
      }
      above[place] = count
    }
    state.withLock { state in
      for place in ranges.indices {
        state.above[place] += above[place]
        for concept in 0..<conceptCount {
          let index = place * conceptCount + concept
          let intersection = both[index], union = above[place] + image.pixelCounts[concept] - intersection
          state.sums[index].intersection += intersection
          state.sums[index].intersectionSquares += intersection * intersection
          state.sums[index].products += intersection * union
          state.sums[index].unionSquares += union * union
          state.sums[index].shuffledIntersection += shuffled[index]
        }
      }
    }
  }

  @inline(__always)
  private static func count(_ concepts: UInt32, in counts: UnsafeMutableBufferPointer<Int>, _ first: Int) {
    var rest = concepts
    while rest != 0 {
      counts[first + rest.trailingZeroBitCount] += 1
      rest &= rest - 1
    }
  }

  /// For every unit the pixels above its threshold, and the sums for each concept.
  var counts: [(above: Int, sums: [Sums])] {
    state.withLock { state in
      ranges.indices.map { place in
        (state.above[place], Array(state.sums[place * conceptCount..<(place + 1) * conceptCount]))
      }
    }
  }
}
