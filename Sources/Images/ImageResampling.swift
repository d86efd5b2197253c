import InputErrors

/// Bilinear resampling with antialiasing, as Pillow and torchvision do it on 8-bit images, bit for bit.
///
/// The triangle filter is widened by the shrink factor, so that every source pixel counts; weights are fixed-point with
/// 22 fractional bits; columns come first and are rounded to 8 bits before rows. A direction whose extent does not
/// change is left alone.
enum ImageResampling {
  /// The image at a new size. Complexity: O(new pixels · filter width).
  ///
  /// - Throws: ``InputError`` (data) when the result would be larger than ``ImageDecoder/maximumSamples``.
  static func resized(_ image: Image, width: Int, height: Int) throws -> Image {
    let largest = ImageDecoder.maximumSamples / 4
    let sides = 1...Preprocessing.Size.largestSide
    guard sides.contains(width), sides.contains(height), width <= largest / height, width <= largest / image.height
    else {
      throw InputError(
        .data, "the resized image would be out of range",
        expected: "sides up to \(Preprocessing.Size.largestSide) and up to \(largest) pixels",
        found: "\(width)×\(height)")
    }
    let channels = image.channels
    var samples = image.pixels
    if width != image.width {
      let filter = ResamplingFilter(source: image.width, target: width)
      samples = filter.applied(
        to: samples, outer: image.height, inner: channels)
    }
    if height != image.height {
      let filter = ResamplingFilter(source: image.height, target: height)
      samples = filter.applied(to: samples, outer: 1, inner: width * channels)
    }
    return Image(width: width, height: height, colour: image.colour, pixels: samples)
  }
}

/// The weights of one direction: for every target position a run of source positions.
private struct ResamplingFilter {
  private static let fractionBits = 22

  private let source: Int
  private let target: Int
  private var starts: [Int] = []
  private var counts: [Int] = []
  /// `stride` weights per target position, of which the first `counts` are used.
  private var weights: [Int32] = []
  private let stride: Int

  init(source: Int, target: Int) {
    self.source = source
    self.target = target
    let scale = Double(source) / Double(target)
    let support = max(scale, 1)
    let inverse = 1 / support
    stride = Int(support.rounded(.up)) * 2 + 1
    weights.reserveCapacity(target * stride)
    for position in 0..<target {
      let center = (Double(position) + 0.5) * scale
      let start = max(0, Int(center - support + 0.5))
      let end = min(source, Int(center + support + 0.5))
      let raw = (start..<end).map { max(0, 1 - abs((Double($0) - center + 0.5) * inverse)) }
      let sum = raw.reduce(0, +)
      starts.append(start)
      counts.append(end - start)
      weights += raw.map { Int32(($0 / sum * Double(1 << Self.fractionBits) + 0.5).rounded(.down)) }
      weights += [Int32](repeating: 0, count: stride - raw.count)
    }
  }

  /// Samples [outer][source][inner] → [outer][target][inner].
  func applied(to samples: [UInt8], outer: Int, inner: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: outer * target * inner) { result, filled in
      samples.withUnsafeBufferPointer { samples in
        weights.withUnsafeBufferPointer { weights in
          for slab in 0..<outer {
            for position in 0..<target {
              let from = (slab * source + starts[position]) * inner
              let to = (slab * target + position) * inner
              let count = counts[position]
              for element in 0..<inner {
                var sum = Int32(1) << Int32(Self.fractionBits - 1)
                for tap in 0..<count {
                  sum &+= Int32(samples[from + tap * inner + element]) &* weights[position * stride + tap]
                }
                result[to + element] = UInt8(truncatingIfNeeded: max(0, min(255, sum >> Int32(Self.fractionBits))))
              }
            }
          }
        }
      }
      filled = outer * target * inner
    }
  }
}
