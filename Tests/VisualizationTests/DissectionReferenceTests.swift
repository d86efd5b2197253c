import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import RandomNetworks
import Tensors
import TestSupport
import Testing
import Visualization

/// Dissection written down as plainly as can be: every value is kept, every map stretched in full.
struct PlainDissection {
  let network: Network
  let images: [[Float]]
  let masks: ConceptMasks
  let configuration: DissectionConfiguration

  /// A unit's map for each image, as the engine computes it.
  func maps(of unit: Filter) throws -> [[Float]] {
    let layer = try UnitCatalog(network).layer(of: unit)
    let forward = ForwardPass(try ExecutionPlan(network))
    return images.map { image in
      forward.load(count: 1) { _, buffer in _ = buffer.update(from: image) }
      forward.run()
      var values = [Float](repeating: 0, count: layer.shape.count)
      values.withUnsafeMutableBufferPointer { forward.copyActivations(ofNode: layer.output, lane: 0, into: $0) }
      return Array(values[unit.channel * layer.extent.area..<(unit.channel + 1) * layer.extent.area])
    }
  }

  func threshold(_ maps: [[Float]]) -> (threshold: Float, activity: DissectedUnit.Activity) {
    let values = maps.flatMap { $0 }
    let least = max(1, Int(configuration.share * Double(values.count)))
    let candidates = Set(values).filter { candidate in values.filter { $0 > candidate }.count >= least }
    guard let threshold = candidates.max() else {
      let minimum = values.min() ?? 0
      return (minimum, minimum == values.max() ? .silent : .sparse)
    }
    return (threshold, .usual)
  }

  func stretched(_ map: [Float], from source: Extent) -> [Float] {
    func place(_ pixel: Int, _ source: Int, _ target: Int) -> (Int, Int, Float) {
      let exact = max(0, min(Double(source - 1), (Double(pixel) + 0.5) * Double(source) / Double(target) - 0.5))
      return (Int(exact), min(Int(exact) + 1, source - 1), Float(exact - exact.rounded(.down)))
    }
    return (0..<masks.extent.area).map { pixel in
      let (top, bottom, down) = place(pixel / masks.extent.width, source.height, masks.extent.height)
      let (left, right, across) = place(pixel % masks.extent.width, source.width, masks.extent.width)
      func value(_ row: Int, _ column: Int) -> Float { map[row * source.width + column] }
      let first = value(top, left) + (value(bottom, left) - value(top, left)) * down
      let second = value(top, right) + (value(bottom, right) - value(top, right)) * down
      return first + (second - first) * across
    }
  }

  /// Intersection and union with a concept for each image.
  func overlaps(_ overlays: [[Bool]], _ concept: Int, masks others: [Int]) -> [(both: Int, either: Int)] {
    overlays.enumerated().map { image, overlay in
      let concepts = masks.maps[others[image]].map { $0 >> UInt32(concept) & 1 == 1 }
      return (
        zip(overlay, concepts).filter { $0 && $1 }.count, zip(overlay, concepts).filter { $0 || $1 }.count
      )
    }
  }
}

@Suite("Dissection against its definition")
struct DissectionReferenceTests {
  /// A random network, images and masks that have nothing to do with one another.
  static func example(seed: UInt64, imageCount: Int) throws -> (Network, LabeledImages, [[Float]], ConceptMasks) {
    let network = try RandomNetwork.make(seed: seed, size: 5)
    var random = SeededRandom(seed)
    let values = (0..<imageCount).map { _ in random.floats(network.inputShape.count) }
    let images = try LabeledImages(
      tensors: values.map { try Tensor(shape: network.inputShape, values: $0) },
      labels: [Int](repeating: 0, count: imageCount))
    let extent = Extent(height: network.inputShape.height, width: network.inputShape.width)
    let maps = (0..<imageCount).map { _ in
      (0..<extent.area).map { _ in UInt32(random.int(0...7)) & UInt32(random.int(0...7)) }
    }
    return (network, images, values, try ConceptMasks(names: ["a", "b", "c"], extent: extent, maps: maps))
  }

  @Test("counts, thresholds, errors and overlays are those of the definition, for any number of workers")
  func definition() async throws {
    var unitCount = 0, activities: Set<DissectedUnit.Activity> = []
    for seed in UInt64(100)..<150 {
      let imageCount = [1, 2, 11, 19][Int(seed % 4)]
      let (network, images, values, masks) = try Self.example(seed: seed, imageCount: imageCount)
      let layers = UnitCatalog(network).layers.filter { $0.extent.area > 1 && !$0.isClassifier }
      guard !layers.isEmpty else { continue }
      let configuration = DissectionConfiguration(share: [0.005, 0.1, 0.8][Int(seed % 3)], seed: seed)
      let dissection = try NetworkDissection(network, images: images, masks: masks, configuration: configuration)
      let result = try await dissection.run(workers: 1)
      let shared = try await dissection.run(workers: 3)
      let isSame = result == shared
      #expect(isSame, "seed \(seed): three workers find the same")
      #expect(result.units.map(\.unit) == layers.flatMap { layer in (0..<layer.channelCount).map { layer.unit($0) } })
      let plain = PlainDissection(network: network, images: values, masks: masks, configuration: configuration)
      for unit in result.units {
        let maps = try plain.maps(of: unit.unit)
        let (threshold, activity) = plain.threshold(maps)
        #expect(unit.threshold == threshold && unit.activity == activity, "seed \(seed), \(unit.unit)")
        let extent = try UnitCatalog(network).layer(of: unit.unit).extent
        let overlays = maps.map { plain.stretched($0, from: extent).map { $0 > threshold } }
        let order = Array((0..<imageCount).reversed())
        let drawn = try await dissection.overlays(of: unit, images: order, workers: 2)
        let isDrawn = drawn == order.map { overlays[$0] }
        #expect(isDrawn, "seed \(seed), \(unit.unit)")
        try check(unit, plain, overlays, seed: seed)
        unitCount += 1
        activities.insert(activity)
      }
    }
    #expect(unitCount > 100)
    #expect(activities == Set(DissectedUnit.Activity.allCases))
  }

  private func check(_ unit: DissectedUnit, _ plain: PlainDissection, _ overlays: [[Bool]], seed: UInt64) throws {
    let own = Array(overlays.indices), count = Double(own.count)
    let others = NetworkDissection.otherImages(own.count, seed: seed)
    let pixels = Double(own.count * plain.masks.extent.area)
    #expect(unit.share == Double(overlays.reduce(0) { $0 + $1.filter { $0 }.count }) / pixels)
    guard unit.activity != .silent else {
      #expect(unit.overlaps.isEmpty && unit.best == nil && !unit.isDetector && (unit.chance ?? 0) == 0)
      return
    }
    var best = 0.0, chance = 0.0
    for concept in plain.masks.names.indices {
      let parts = plain.overlaps(overlays, concept, masks: own)
      let (both, either) = parts.reduce((0, 0)) { ($0.0 + $1.both, $0.1 + $1.either) }
      let overlap = unit.overlaps[concept]
      #expect(overlap.concept == plain.masks.names[concept])
      #expect(overlap.intersection == both && overlap.union == either, "seed \(seed), \(unit.unit)")
      let ratio = Double(both) / Double(either)
      best = max(best, ratio)
      #expect((overlap.standardError == nil) == (own.count == 1))
      if let error = overlap.standardError {
        let squares = parts.reduce(0.0) {
          let rest = Double($1.both) - ratio * Double($1.either)
          return $0 + rest * rest
        }
        let expected = (count / (count - 1) * squares).squareRoot() / Double(either)
        #expect(abs(error - expected) < 1e-7)
      }
      if let others {
        let (both, either) = plain.overlaps(overlays, concept, masks: others)
          .reduce((0, 0)) { ($0.0 + $1.both, $0.1 + $1.either) }
        chance = max(chance, Double(both) / Double(either))
      }
    }
    #expect((unit.best?.value ?? 0) == best && unit.isDetector == (best > 0.04))
    #expect(unit.chance == (others == nil ? nil : chance))
  }

  @Test("every image gets the masks of another one")
  func derangement() throws {
    #expect(NetworkDissection.otherImages(1, seed: 3) == nil)
    var seen: Set<[Int]> = []
    for seed in UInt64(0)..<60 {
      for count in 2...9 {
        let others = try #require(NetworkDissection.otherImages(count, seed: seed))
        #expect(others.sorted() == Array(0..<count) && !zip(others, 0...).contains { $0 == $1 })
        if count == 4 { seen.insert(others) }
      }
    }
    #expect(seen.count == 6, "all cycles of four come")
  }
}
