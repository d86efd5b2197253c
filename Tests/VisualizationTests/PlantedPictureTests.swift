import Images
import Inference
import Networks
import NeuronShapley
import Statistics
import Tensors
import TestSupport
import Testing
import TextureWorld
import Visualization

/// Pictures of units whose patterns are known: the network made by hand.
@Suite("Planted detectors show their patterns")
struct PlantedPictureTests {
  @Test("maximised pictures of texture detectors have ink where the pattern has it")
  func textures() async throws {
    let concepts = try ConceptNetwork(), network = concepts.network
    let input = try PictureInput(
      scale: PixelScale(eightBit: try Preprocessing(channels: .rgb), channels: 3), channels: 3, order: .rgb)
    var base = MaximizationConfiguration()
    base.steps = 400
    // Its rectifiers are off almost everywhere: only what turns them on says where to go.
    base.redirectedSteps = 400
    let patterns = [
      ["iiiii", "iiiii", "ccccc", "ccccc", "....."], ["iicc.", "iicc.", "iicc.", "iicc.", "iicc."],
      ["cccc.", "ciic.", "ciic.", "cccc.", "....."], ["iicc.", "iicc.", "ccii.", "ccii.", "....."],
    ]
    let objectives = patterns.indices.map {
      MaximizationObjective(.neuron(Filter(layer: "textures", channel: $0), nil))
    }
    let side = network.inputShape.height
    let ascent = ActivationMaximization(
      network, input: input, configuration: PictureRegularization.none.configuration(side: side, base: base))
    let pictures = try await ascent.pictures(of: objectives, extent: Extent(side))
    for (pattern, picture) in zip(patterns, pictures) {
      var truth: [Double] = [], seen: [Double] = []
      for (row, line) in pattern.enumerated() {
        for (column, letter) in line.enumerated() where letter != "." {
          let place = ((side / 2 - 2 + row) * side + side / 2 - 2 + column) * 3
          truth.append(letter == "c" ? 1 : 0)
          seen.append((0..<3).reduce(0.0) { $0 + Double(picture.image.pixels[place + $1]) })
        }
      }
      let correlation = Self.correlation(truth, seen)
      #expect(correlation > 0.99, "\(picture.objective): \(correlation)")
    }
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let n = Double(a.count), ma = a.reduce(0, +) / n, mb = b.reduce(0, +) / n
    var ab = 0.0, aa = 0.0, bb = 0.0
    for (x, y) in zip(a, b) {
      ab += (x - ma) * (y - mb)
      aa += (x - ma) * (x - ma)
      bb += (y - mb) * (y - mb)
    }
    return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
  }
}
