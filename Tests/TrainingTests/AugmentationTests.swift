import Images
import Statistics
import Tensors
import TestSupport
import Testing
import Training

@Suite struct AugmentationTests {
  static let shape = Shape(3, 6, 5)

  private func augmentation(_ recipe: AugmentationRecipe, shape: Shape = shape, mean: Double = 0) throws
    -> ImageAugmentation
  {
    ImageAugmentation(
      recipe, shape: shape, preprocessing: try Preprocessing(scale: 1 / 255.0, mean: [mean], standardDeviation: [0.5]),
      seed: 3)
  }

  private func picture(_ shape: Shape = shape) -> [Float] {
    var random = SeededRandom(8)
    return random.floats(shape.count)
  }

  private func apply(_ draw: ImageAugmentation.Draw, _ augmentation: ImageAugmentation, _ pixels: [Float]) -> [Float] {
    var pixels = pixels
    pixels.withUnsafeMutableBufferPointer { augmentation.apply(draw, to: $0) }
    return pixels
  }

  @Test func aFlipMirrorsEachRowAndTwoAreNone() throws {
    let augmentation = try augmentation(.init(flip: true))
    var draw = ImageAugmentation.Draw()
    draw.isFlipped = true
    let picture = picture(), once = apply(draw, augmentation, picture)
    for row in 0..<18 {
      #expect(Array(once[row * 5..<row * 5 + 5]) == Array(picture[row * 5..<row * 5 + 5].reversed()))
    }
    #expect(apply(draw, augmentation, once) == picture)
  }

  @Test func aCropMovesTheImageOverBlack() throws {
    let augmentation = try augmentation(.init(cropPadding: 3), mean: 0.25)
    let picture = picture()
    for down in -3...3 {
      for right in -3...3 {
        var draw = ImageAugmentation.Draw()
        draw.down = down
        draw.right = right
        let moved = apply(draw, augmentation, picture)
        for channel in 0..<3 {
          for row in 0..<6 {
            for column in 0..<5 {
              let (y, x) = (row + down, column + right)
              // Sample 0 is (0 − ¼) / ½ when normalised.
              let wanted = (0..<6).contains(y) && (0..<5).contains(x) ? picture[channel * 30 + y * 5 + x] : -0.5
              #expect(moved[channel * 30 + row * 5 + column] == wanted)
            }
          }
        }
      }
    }
  }

  @Test func coloursChangeAroundBlackGreyAndTheMean() throws {
    let augmentation = try augmentation(.init(brightness: 0.5, contrast: 0.5, saturation: 0.5))
    // Normalised v is sample s = 127.5 v.
    let picture = picture().map { abs($0) }
    var bright = ImageAugmentation.Draw()
    bright.brightness = 1.5
    for (own, old) in zip(apply(bright, augmentation, picture), picture) { #expect(abs(own - 1.5 * old) < 1e-5) }
    func grey(_ pixels: [Float], _ position: Int) -> Float {
      0.299 * pixels[position] + 0.587 * pixels[30 + position] + 0.114 * pixels[60 + position]
    }
    func meanGrey(_ pixels: [Float]) -> Float { (0..<30).reduce(0) { $0 + grey(pixels, $1) } / 30 }
    var contrast = ImageAugmentation.Draw()
    contrast.contrast = 0.5
    let flat = apply(contrast, augmentation, picture)
    #expect(abs(meanGrey(flat) - meanGrey(picture)) < 1e-5)
    for (own, old) in zip(flat, picture) { #expect(abs(own - (meanGrey(picture) + old) / 2) < 1e-5) }
    var pale = ImageAugmentation.Draw()
    pale.saturation = 0
    let colourless = apply(pale, augmentation, picture)
    for position in 0..<30 {
      for channel in 0..<3 { #expect(abs(colourless[channel * 30 + position] - grey(picture, position)) < 1e-5) }
    }
  }

  @Test func greyOfBlueGreenRedIsTheSameGrey() throws {
    let preprocessing = try Preprocessing(channels: .bgr)
    let augmentation = ImageAugmentation(
      .init(saturation: 1), shape: Shape(3, 1, 1), preprocessing: preprocessing, seed: 0)
    var pale = ImageAugmentation.Draw()
    pale.saturation = 0
    let colourless = apply(pale, augmentation, [0, 0, 100])
    #expect(abs(colourless[0] - 29.9) < 1e-3)
  }

  @Test func drawsDependOnSeedEpochAndImageAlone() throws {
    let recipe = AugmentationRecipe(flip: true, cropPadding: 4, brightness: 0.2, contrast: 0.2, saturation: 0.2)
    let augmentation = try augmentation(recipe)
    let draws = (0..<400).map { augmentation.draw(image: $0, epoch: 2) }
    #expect((0..<400).reversed().map { augmentation.draw(image: $0, epoch: 2) } == draws.reversed())
    #expect((0..<400).map { augmentation.draw(image: $0, epoch: 3) } != draws)
    let flips = draws.count { $0.isFlipped }
    #expect((150...250).contains(flips))
    #expect(Set(draws.map(\.down)) == Set(-4...4) && Set(draws.map(\.right)) == Set(-4...4))
    #expect(draws.allSatisfy { abs($0.brightness - 1) <= 0.2 && abs($0.contrast - 1) <= 0.2 })
    #expect(draws.contains { $0.saturation < 0.85 } && draws.contains { $0.saturation > 1.15 })
  }

  @Test func noneChangesNothing() throws {
    let augmentation = try augmentation(.none)
    #expect(augmentation.draw(image: 7, epoch: 1) == ImageAugmentation.Draw())
    #expect(apply(.init(), augmentation, picture()) == picture())
    // Grey images have no saturation.
    let grey = try self.augmentation(.init(saturation: 1), shape: Shape(1, 4, 4))
    #expect(grey.draw(image: 1, epoch: 1).saturation == 1)
  }
}
