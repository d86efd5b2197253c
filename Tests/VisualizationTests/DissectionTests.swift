import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Tensors
import TestSupport
import Testing
import TextureWorld
import Visualization

@Suite("Dissection of units that are known")
struct DissectionTests {
  /// Units that light up where the image is bright, where it is dark, never, and at a half of the resolution.
  private static func brightness(_ side: Int) throws -> Network {
    let weights: [Float] = [1, -1, 0], biases: [Float] = [-0.5, 0.5, -1]
    return try Network(
      name: "brightness",
      nodes: [
        Node("image", .input(Shape(1, side, side)), inputs: []),
        Node(
          "light",
          .convolution(Convolution(weight: try Tensor(shape: Shape(3, 1, 1, 1), values: weights), bias: biases)),
          inputs: [0]),
        Node("light.relu", .activation(.relu), inputs: [1]),
        Node(
          "pooled",
          .pool(
            Pooling(
              .average(countsPadding: false), kernel: Extent(2), stride: Extent(2),
              padding: Insets(top: 0, left: 0, bottom: 0, right: 0), roundsUp: false)), inputs: [2]),
        Node(
          "coarse",
          .convolution(
            Convolution(weight: try Tensor(shape: Shape(1, 3, 1, 1), values: [1, 0, 0]), bias: [0])), inputs: [3]),
        Node("mean", .globalPool(.average(countsPadding: false)), inputs: [4]),
        Node("flat", .reshape(Shape(1)), inputs: [5]),
        Node("classes", .linear(Linear(weight: try Tensor(shape: Shape(2, 1), values: [1, -1]))), inputs: [6]),
      ])
  }

  /// Dim images, each with one bright square somewhere, and masks of what is bright and of a corner.
  private static func squares(_ count: Int, side: Int) throws -> (images: LabeledImages, masks: ConceptMasks) {
    var random = SeededRandom(7)
    var tensors: [Tensor] = [], maps: [[UInt32]] = []
    for _ in 0..<count {
      let (top, left) = (2 * random.int(0...side / 2 - 4), 2 * random.int(0...side / 2 - 4))
      var values: [Float] = [], map: [UInt32] = []
      for pixel in 0..<side * side {
        let (row, column) = (pixel / side, pixel % side)
        let isBright = (top..<top + 6).contains(row) && (left..<left + 6).contains(column)
        values.append(isBright ? Float.random(in: 0.6...1, using: &random) : Float.random(in: 0...0.45, using: &random))
        map.append((isBright ? 1 : 0) | (row < 3 && column < 3 ? 2 : 0))
      }
      tensors.append(try Tensor(shape: Shape(1, side, side), values: values))
      maps.append(map)
    }
    let images = try LabeledImages(tensors: tensors, labels: [Int](repeating: 0, count: count))
    return (images, try ConceptMasks(names: ["bright", "corner"], extent: Extent(side), maps: maps))
  }

  @Test("a unit that lights where the image is bright detects brightness, and a silent one nothing")
  func brightness() async throws {
    let (images, masks) = try Self.squares(30, side: 24)
    // The squares are 1/16 of the pixels.
    let dissection = try NetworkDissection(
      try Self.brightness(24), images: images, masks: masks, configuration: .init(share: 1.0 / 16))
    let result = try await dissection.run(workers: 2)
    #expect(result.units.map(\.unit.description) == ["light:0", "light:1", "light:2", "coarse:0"])
    let (bright, dark, silent, coarse) = (result.units[0], result.units[1], result.units[2], result.units[3])
    #expect(bright.isDetector && bright.best?.concept == "bright")
    // All pixels of squares but the smallest value, which none of the dim ones reaches.
    #expect((bright.best?.value ?? 0) > 0.999 && bright.activity == .usual)
    #expect((bright.best?.standardError ?? 1) < 0.001)
    #expect((bright.chance ?? 1) < 0.12)
    // What is brightest where it is dark is spread over all of it: less than 1/16 lies in the corner.
    #expect((dark.best?.value ?? 1) < 0.1 && dark.best?.concept != "bright")
    #expect(silent.activity == .silent && !silent.isDetector && silent.best == nil && silent.overlaps.isEmpty)
    #expect(silent.chance == 0 && silent.share == 0)
    // Stretched from half of the resolution: the square without its edge, where bright and dim are mixed.
    #expect((coarse.best?.value ?? 0) > 0.4 && coarse.best?.concept == "bright")

    #expect(result.layers.map(\.name) == ["light", "coarse"])
    #expect(result.layers[0].unitCount == 3 && result.layers[0].silentCount == 1)
    #expect(result.layers[1].detected.map(\.concept) == ["bright"] && result.layers[1].detectorCount == 1)
    #expect(result.detectorCount == result.units.filter(\.isDetector).count)
    #expect(result.concepts.map(\.imageCount) == [30, 30] && result.concepts.map(\.share) == [1.0 / 16, 1.0 / 64])
    let few = try NetworkDissection(
      try Self.brightness(24), images: images, masks: masks,
      configuration: .init(
        units: .some([Filter(layer: "coarse", channel: 0), Filter(layer: "light", channel: 0)]), share: 1.0 / 16))
    let some = try await few.run()
    #expect(some.units == [bright, coarse])
  }

  @Test("the planted detectors of the hand-built network are found")
  func plantedDetectors() async throws {
    let world = World(.flat, seed: 5)
    let drawn = (0..<64).map { world.image(at: $0) }
    let images = try world.labeled(drawn, preprocessing: .none)
    let concepts = WorldConcept.all
    let maps = drawn.map { image in
      var map = [UInt32](repeating: 0, count: images.shape.area)
      for (bit, concept) in concepts.enumerated() {
        for (pixel, coverage) in image.mask(of: concept).enumerated() where coverage >= 128 {
          map[pixel] |= 1 << UInt32(bit)
        }
      }
      return map
    }
    let masks = try ConceptMasks(names: concepts.map(\.name), extent: Extent(32), maps: maps)
    let planted = try ConceptNetwork()
    let layers = ConceptNetwork.Layer.allCases.map(\.rawValue)
    let result = try await NetworkDissection(
      planted.network, images: images, masks: masks, configuration: .init(units: .layers(layers))
    ).run(workers: 2)
    #expect(result.units.count == planted.detectors.count)
    for (unit, detector) in zip(result.units, planted.detectors) {
      let value = unit.best?.value ?? 0, concept = unit.best?.concept
      #expect(unit.unit.description == planted.filterName(of: detector))
      switch detector {
      case .background, .mark, .frame:
        // Exact to the pixel, and only these: what always lies in the same place overlaps much by chance, too.
        #expect(value == 1 && unit.isDetector && (unit.chance ?? 1) < 0.5, "\(unit.unit)")
        #expect(concept == WorldConcept.all.first { $0.detector == detector }?.name)
      case .colour:
        // The object without its ink: 0.63 to 0.80 of the object.
        #expect(value > 0.6 && unit.isDetector && concept == WorldConcept.all.first { $0.detector == detector }?.name)
      case .stripes, .dots, .checks:
        // A few positions of the object: two of the four are above 0.04, none above 0.06.
        #expect(value < 0.06 && unit.activity == .sparse && unit.isDetector == (value > 0.04), "\(unit.unit)")
      case .shape:
        // One position in the object's middle: the right concept, and far from a detector.
        #expect(value > 0 && value < 0.02 && unit.activity == .sparse && !unit.isDetector, "\(unit.unit)")
        #expect(concept == WorldConcept.all.first { $0.detector == detector }?.name)
      }
    }
    #expect(result.layers.map(\.detectorCount) == [10, 2, 0] && result.layers[0].uniqueDetectorCount == 10)
  }

  @Test("what does not fit is refused in one line")
  func errors() throws {
    let (images, masks) = try Self.squares(3, side: 24)
    let network = try Self.brightness(24)
    func message(_ configuration: DissectionConfiguration, _ masks: ConceptMasks) -> String {
      do {
        _ = try NetworkDissection(network, images: images, masks: masks, configuration: configuration)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message(.init(share: 1), masks) == "share: the share is out of range (expected between 0 and 1, found 1.0)")
    #expect(message(.init(share: .nan), masks).hasPrefix("share: the share is out of range"))
    #expect(message(.init(detectorOverlap: -1), masks).hasPrefix("overlap: the overlap is out of range"))
    #expect(message(.init(units: .layers(["lihgt"])), masks).hasSuffix("did you mean 'light'?"))
    #expect(
      message(.init(units: .some([Filter(layer: "light", channel: 3)])), masks)
        == "the layer 'light' has no such unit (expected a channel from 0 to 2, found 3)")
    #expect(message(.init(units: .layers(["classes"])), masks).hasPrefix("the layer 'classes' has no maps"))
    #expect(message(.init(units: .some([])), masks).hasPrefix("there are no units to dissect"))
    let fewer = (try? ConceptMasks(names: masks.names, extent: masks.extent, maps: [masks.maps[0]])) ?? masks
    #expect(message(.init(), fewer).hasPrefix("the number of masks is not that of the images (expected 3, found 1)"))
    let smaller = try ConceptMasks(
      names: ["a"], extent: Extent(2), maps: [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    #expect(message(.init(), smaller).hasPrefix("the masks differ from the images in size"))
  }

  @Test("activations that are not finite are an error")
  func infinite() async throws {
    let (images, masks) = try Self.squares(3, side: 24)
    var nodes = try Self.brightness(24).nodes
    nodes[1].layer = .convolution(
      Convolution(weight: try Tensor(shape: Shape(3, 1, 1, 1), values: [1, .infinity, 0]), bias: [0, 0, 0]))
    let network = try Network(name: "infinite", nodes: nodes)
    let dissection = try NetworkDissection(network, images: images, masks: masks)
    await #expect(throws: InputError(.data, "the unit's activations are not finite", at: .init(node: "light"))) {
      try await dissection.run()
    }
  }
}

extension WorldConcept {
  /// The detector of the hand-built network that answers to it alone; textures have several or none.
  fileprivate var detector: ConceptDetector? {
    switch self {
    case .shape(let shape): .shape(shape)
    case .colour(let colour): .colour(colour)
    case .background(let background): .background(background)
    case .mark: .mark
    case .frame: .frame
    case .texture: nil
    }
  }
}
