import Images
import Statistics
import Tensors

/// Changes images at random as an ``AugmentationRecipe`` says: a function of (seed, epoch, image) alone.
///
/// Order: crop, flip, brightness, contrast, saturation. Colours are changed in the samples, before normalisation, and not
/// cut off at black and white: what lies beyond is left to the network.
public struct ImageAugmentation: Sendable {
  /// What was drawn for one image.
  public struct Draw: Sendable, Hashable {
    /// How far the cut lies below and to the right of the image's own place, in pixels.
    public var down = 0
    public var right = 0
    public var isFlipped = false
    public var brightness: Float = 1
    public var contrast: Float = 1
    public var saturation: Float = 1

    public init() {}
  }

  public let recipe: AugmentationRecipe
  public let shape: Shape
  public let seed: UInt64
  /// A channel's normalised value of a sample s is `s · slope + black`.
  private let slopes: [Float]
  private let blacks: [Float]
  /// The weights of red, green and blue in grey (ITU-R 601), in the channels' order.
  private let grey: [Float]

  public init(_ recipe: AugmentationRecipe, shape: Shape, preprocessing: Preprocessing, seed: UInt64) {
    self.recipe = recipe
    self.shape = shape
    self.seed = seed
    func value(_ values: [Double], _ channel: Int) -> Double { values.count == 1 ? values[0] : values[channel] }
    let channels = shape.channels
    let isUsual =
      preprocessing.mean.count <= max(1, channels) && preprocessing.standardDeviation.count <= max(1, channels)
    precondition(isUsual, "the preprocessing is that of the images")
    slopes = (0..<channels).map { Float(preprocessing.scale / value(preprocessing.standardDeviation, $0)) }
    blacks = (0..<channels).map {
      Float(-value(preprocessing.mean, $0) / value(preprocessing.standardDeviation, $0))
    }
    let luminance: [Float] = [0.299, 0.587, 0.114]
    grey =
      channels == 3
      ? (preprocessing.channels == .bgr ? luminance.reversed() : luminance)
      : [Float](repeating: 1 / Float(channels), count: channels)
  }

  /// What becomes of an image in an epoch.
  public func draw(image: Int, epoch: Int) -> Draw {
    var draw = Draw()
    var stream = RandomStream(seed: seed, purpose: .augmentation, index: image, subindex: epoch)
    if recipe.cropPadding > 0 {
      draw.down = stream.uniform(below: 2 * recipe.cropPadding + 1) - recipe.cropPadding
      draw.right = stream.uniform(below: 2 * recipe.cropPadding + 1) - recipe.cropPadding
    }
    if recipe.flip { draw.isFlipped = stream.bernoulli(0.5) }
    func factor(_ width: Double) -> Float {
      width > 0 ? Float(1 + width * (2 * stream.uniform() - 1)) : 1
    }
    draw.brightness = factor(recipe.brightness)
    draw.contrast = factor(recipe.contrast)
    draw.saturation = shape.channels == 3 ? factor(recipe.saturation) : 1
    return draw
  }

  /// Changes an image in place.
  ///
  /// - Parameter pixels: normalised values, channels first, of ``shape``.
  public func apply(_ draw: Draw, to pixels: UnsafeMutableBufferPointer<Float>) {
    precondition(pixels.count == shape.count, "one image")
    if draw.down != 0 || draw.right != 0 { shift(pixels, down: draw.down, right: draw.right) }
    if draw.isFlipped { flip(pixels) }
    if draw.brightness != 1 { blend(pixels, draw.brightness) { _, _ in 0 } }
    if draw.contrast != 1 {
      let mean = meanGrey(pixels)
      blend(pixels, draw.contrast) { _, _ in mean }
    }
    if draw.saturation != 1 {
      let greys = (0..<shape.area).map { greyOf(pixels, $0) }
      blend(pixels, draw.saturation) { _, position in greys[position] }
    }
  }

  /// Pixels that come from outside are black: sample 0.
  private func shift(_ pixels: UnsafeMutableBufferPointer<Float>, down: Int, right: Int) {
    let height = shape.height, width = shape.width
    // Walking towards where the values come from, no value is overwritten before it is read.
    let rows = down >= 0 ? Array(0..<height) : Array((0..<height).reversed())
    let columns = right >= 0 ? Array(0..<width) : Array((0..<width).reversed())
    for channel in 0..<shape.channels {
      let base = channel * shape.area
      for row in rows {
        let sourceRow = row + down
        for column in columns {
          let sourceColumn = column + right
          let isInside = (0..<height).contains(sourceRow) && (0..<width).contains(sourceColumn)
          pixels[base + row * width + column] =
            isInside ? pixels[base + sourceRow * width + sourceColumn] : blacks[channel]
        }
      }
    }
  }

  private func flip(_ pixels: UnsafeMutableBufferPointer<Float>) {
    let width = shape.width
    for row in 0..<(shape.channels * shape.height) {
      for column in 0..<(width / 2) { pixels.swapAt(row * width + column, row * width + width - 1 - column) }
    }
  }

  /// s ← target + factor · (s − target) for every sample s.
  private func blend(
    _ pixels: UnsafeMutableBufferPointer<Float>, _ factor: Float, target: (_ channel: Int, _ position: Int) -> Float
  ) {
    for channel in 0..<shape.channels {
      for position in 0..<shape.area {
        let index = channel * shape.area + position
        let centre = target(channel, position) * slopes[channel] + blacks[channel]
        pixels[index] = centre + factor * (pixels[index] - centre)
      }
    }
  }

  /// A pixel's grey, as a sample.
  private func greyOf(_ pixels: UnsafeMutableBufferPointer<Float>, _ position: Int) -> Float {
    var sum: Float = 0
    for channel in 0..<shape.channels {
      sum += grey[channel] * (pixels[channel * shape.area + position] - blacks[channel]) / slopes[channel]
    }
    return sum
  }

  private func meanGrey(_ pixels: UnsafeMutableBufferPointer<Float>) -> Float {
    var sum = 0.0
    for position in 0..<shape.area { sum += Double(greyOf(pixels, position)) }
    return Float(sum / Double(shape.area))
  }
}
