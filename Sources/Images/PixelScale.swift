import InputErrors

/// How a network's input follows from samples of pixels, and which samples there can be: what a change of images that is
/// limited in units of pixels has to know.
///
/// Samples are those of files, 0…255 for 8-bit images; an image's samples are in the order of the network's input,
/// channels first.
public struct PixelScale: Sendable, Hashable {
  /// The samples of black and of white.
  public let samples: ClosedRange<Float>
  /// Whether samples are whole numbers of 0…255.
  public let isEightBit: Bool
  private let factor: Float
  private let means: [Float]
  private let deviations: [Float]

  /// The number of channels.
  public var channelCount: Int { means.count }

  /// The length of the range of samples: what a pixel's value of 1 means in samples.
  public var unit: Double { Double(samples.upperBound) - Double(samples.lowerBound) }

  fileprivate init(_ samples: ClosedRange<Float>, isEightBit: Bool, _ preprocessing: Preprocessing, channels: Int) {
    func all(_ values: [Double]) -> [Float] {
      (0..<channels).map { Float(values.count == 1 ? values[0] : values[$0]) }
    }
    self.samples = samples
    self.isEightBit = isEightBit
    factor = Float(preprocessing.scale)
    means = all(preprocessing.mean)
    deviations = all(preprocessing.standardDeviation)
  }

  /// The samples of 8-bit images.
  ///
  /// - Parameter channels: of the network's input; as many as the preprocessing has values for, or any where it has one.
  public init(eightBit preprocessing: Preprocessing, channels: Int) {
    self.init(0...255, isEightBit: true, preprocessing, channels: channels)
  }

  /// The network's value of a sample, with the bits that ``LabeledImages/pixels(of:)`` has for a whole number.
  public func input(_ sample: Float, channel: Int) -> Float {
    (sample * factor - means[channel]) / deviations[channel]
  }

  /// The change of the network's value for a sample that grows by 1.
  public func slope(channel: Int) -> Float { factor / deviations[channel] }

  /// The sample of a network's value, rounded.
  func sample(_ input: Float, channel: Int) -> Float {
    (input * deviations[channel] + means[channel]) / factor
  }
}

extension LabeledImages {
  /// The samples behind the images' values.
  ///
  /// - Parameter range: the samples of black and white; for images of floats alone, whose files do not tell.
  /// - Throws: ``InputErrors/InputError`` (usage) when images of floats come without a range, images of 8 bits with one,
  ///   or the range is none.
  public func pixelScale(range: ClosedRange<Double>? = nil) throws(InputError) -> PixelScale {
    switch storage {
    case .bytes:
      guard range == nil else {
        throw InputError(
          .usage, "8-bit images have the range 0…255", at: .init(key: "pixel-range"), hint: "leave the range out")
      }
      return PixelScale(0...255, isEightBit: true, preprocessing, channels: shape.channels)
    case .floats:
      guard let range else {
        throw InputError(
          .usage, "the images are floats, and nothing says which values are black and white",
          at: .init(key: "pixel-range"),
          expected: "the two values before preprocessing, such as 0,1 or 0,255")
      }
      guard range.upperBound > range.lowerBound, Float(range.upperBound - range.lowerBound).isFinite else {
        throw InputError(
          .usage, "the range of pixel values is empty", at: .init(key: "pixel-range"),
          expected: "a smaller and a larger number",
          found: "\(range.lowerBound),\(range.upperBound)")
      }
      return PixelScale(
        Float(range.lowerBound)...Float(range.upperBound), isEightBit: false, preprocessing, channels: shape.channels)
    }
  }

  /// An image's samples, channels first, of `scale`'s units.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) naming the image when one lies outside the range.
  public func samples(of index: Int, scale: PixelScale) throws(InputError) -> [Float] {
    switch storage {
    case .bytes(let images): return images[index].map { Float($0) }
    case .floats(let images):
      var samples = images[index]
      let tolerance = Float(scale.unit) * 1e-4
      for element in samples.indices {
        let sample = scale.sample(samples[element], channel: element / shape.area)
        // What rounding has pushed over the edge comes back.
        samples[element] = min(max(sample, scale.samples.lowerBound), scale.samples.upperBound)
        guard abs(samples[element] - sample) <= tolerance else {
          throw InputError(
            .data, "a pixel's value lies outside the range", at: .init(file: names[index], key: "pixel-range"),
            expected: "\(scale.samples.lowerBound) to \(scale.samples.upperBound)", found: "\(sample)")
        }
      }
      return samples
    }
  }

  /// The same images with other pixels: labels, names and preprocessing stay.
  ///
  /// - Parameter samples: those of every image, whole numbers, channels first.
  /// - Throws: ``InputErrors/InputError`` (data) when the number of images differs.
  /// - Precondition: the images are of 8 bits, and every image keeps its shape.
  public func replacing(bytes samples: [[UInt8]]) throws -> LabeledImages {
    precondition(samples.allSatisfy { $0.count == shape.count }, "every image keeps its shape")
    guard case .bytes = storage else { preconditionFailure("images of 8 bits") }
    return try replacing(.bytes(samples), samples.map { SHA256Digest.of($0) })
  }

  /// The same images with other values, which are kept normalised, as floats.
  ///
  /// - Parameter values: those of every image as the network reads them, channels first.
  /// - Throws: ``InputErrors/InputError`` (data) when the number of images differs.
  /// - Precondition: every image keeps its shape.
  public func replacing(values: [[Float]]) throws -> LabeledImages {
    precondition(values.allSatisfy { $0.count == shape.count }, "every image keeps its shape")
    return try replacing(.floats(values), values.map { LabeledImages.digest(of: $0) })
  }

  private func replacing(_ storage: Storage, _ digests: [[UInt8]]) throws -> LabeledImages {
    try LabeledImages(
      shapes: digests.map { _ in shape }, storage: storage, imageDigests: digests, labels: labels,
      classNames: classNames, names: names, columnNames: columnNames, columns: columns, preprocessing: preprocessing,
      sourceSizes: sourceSizes)
  }

  /// A picture of samples, channels first, in the images' shape; nil where the shape has neither one nor three channels.
  public func picture(samples: [Float], scale: PixelScale) -> Image? {
    guard shape.channels == 1 || shape.channels == 3, samples.count == shape.count else { return nil }
    let area = shape.area
    let order = shape.channels == 1 ? [0] : (preprocessing.channels == .bgr ? [2, 1, 0] : [0, 1, 2])
    let white = Float(scale.unit)
    let pixels = (0..<area).flatMap { pixel in
      order.map { channel in
        let level = (samples[channel * area + pixel] - scale.samples.lowerBound) / white * 255
        return UInt8(min(max(level.rounded(), 0), 255))
      }
    }
    return Image(width: shape.width, height: shape.height, colour: order.count == 1 ? .grey : .rgb, pixels: pixels)
  }
}
