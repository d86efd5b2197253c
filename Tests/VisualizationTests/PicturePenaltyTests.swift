import Statistics
import TestSupport
import Testing
import Visualization

@Suite("Penalties on pictures")
struct PicturePenaltyTests {
  static let all: [PicturePenalty] = [.totalVariation(weight: 0.7), .squaredDistance(weight: 1.5)]

  @Test("have the gradient of central differences", arguments: all)
  func derivatives(penalty: PicturePenalty) {
    for (channels, height, width) in [(1, 4, 5), (3, 5, 3), (1, 1, 6), (3, 6, 1)] {
      var random = SeededRandom(UInt64(height * 10 + width))
      var picture = random.floats(channels * height * width).map { ($0 + 1) / 2 }
      let start = random.floats(picture.count)
      var gradient = start
      penalty.subtractGradient(at: picture, height: height, width: width, scaledBy: 2, from: &gradient)
      for place in picture.indices {
        let kept = picture[place], step: Float = 1e-3
        picture[place] = kept + step
        let above = penalty.value(of: picture, height: height, width: width)
        picture[place] = kept - step
        let below = penalty.value(of: picture, height: height, width: width)
        picture[place] = kept
        let slope = (above - below) / (Double(kept + step) - Double(kept - step))
        #expect(abs(Double(start[place] - gradient[place]) - 2 * slope) < 1e-2, "pixel \(place)")
      }
    }
  }

  @Test("cost what the formula says")
  func values() {
    let flat = [Float](repeating: 0.7, count: 30)
    #expect(abs(PicturePenalty.totalVariation().value(of: flat, height: 5, width: 6)) < 1e-9)
    let squared = PicturePenalty.squaredDistance(weight: 2).value(of: flat, height: 5, width: 6)
    #expect(abs(squared - 2 * 30 * 0.04) < 1e-5)
    // A step of 0.8 along five rows; the pixels' rows of the second channel do not touch the first's.
    let step = (0..<60).map { Float($0 % 6 < 3 ? 0.1 : 0.9) }
    let variation = PicturePenalty.totalVariation(weight: 0.5).value(of: step, height: 5, width: 6)
    #expect(abs(variation - 0.5 * 10 * ((0.64 + 1e-4).squareRoot() - 0.01)) < 1e-4)
    let planes = [0.2, 0.8, 0.3].flatMap { [Float](repeating: $0, count: 30) }
    #expect(PicturePenalty.totalVariation().value(of: planes, height: 5, width: 6) < 1e-9)
  }

  @Test("the defaults visibly act on a picture that climbs an objective of gradient 1 with Adam")
  func defaults() {
    let (height, width) = (16, 16)
    var random = RandomStream(seed: 4, purpose: .test)
    let slopes = (0..<3 * height * width).map { _ in Float(random.normal()) }
    func climbed(_ penalty: PicturePenalty?) -> [Float] {
      var stream = RandomStream(seed: 1, purpose: .initialPicture)
      var picture = ParametrizedPicture(
        .pixel(decorrelatesColours: false), channels: 3, height: height, width: width, spectrum: .inverseFrequency,
        stream: &stream)
      var values = slopes, gradient = picture.parameters, adam = AdamState(parameterCount: picture.parameters.count)
      for _ in 0..<200 {
        picture.render(into: &values)
        var slope = slopes
        penalty?.subtractGradient(at: values, height: height, width: width, from: &slope)
        picture.pullBack(slope, into: &gradient)
        adam.ascend(&picture.parameters, gradient: gradient)
      }
      picture.render(into: &values)
      return values
    }
    let free = climbed(nil), flat = climbed(.totalVariation()), mild = climbed(.squaredDistance())
    let measure = PicturePenalty.totalVariation(weight: 1)
    let before = measure.value(of: free, height: height, width: width)
    let after = measure.value(of: flat, height: height, width: width)
    #expect(after < 0.6 * before)
    // p − ½ = slope / (2 · weight), inside 0…1.
    for (value, slope) in zip(mild, slopes) where abs(slope) < 1.5 { #expect(abs(value - (0.5 + slope / 4)) < 0.03) }
    let distances = free.map { abs($0 - 0.5) }
    #expect(distances.reduce(0, +) / Float(distances.count) > 0.45)
  }
}
