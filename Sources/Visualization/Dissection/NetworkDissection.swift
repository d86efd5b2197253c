import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Statistics

/// Compares units with pixel masks (Bau et al. 2017, *Network Dissection*).
///
/// A first pass finds for each unit the threshold that its largest activations exceed, ½ % of all positions of all images
/// (of equal ones all: a saturated map, or one of zeros and ones, would otherwise have none);
/// a second one stretches the maps to the images' extent (``MapUpsampling``) and counts the pixels that unit and concept
/// have in common. Since the best of many concepts is a maximum, the same is counted with the masks of other images.
public struct NetworkDissection: Sendable {
  public let configuration: DissectionConfiguration
  public let masks: ConceptMasks
  private let images: InputImages
  private let plan: ExecutionPlan
  private let targets: [DissectedChannels]

  /// - Parameter images: as the network reads them, in the masks' order.
  /// - Throws: ``InputErrors/InputError`` (usage) for a configuration out of range, an unknown unit or one without a map;
  ///   (data) when images do not fit the network, masks the images, or activations the memory.
  public init(
    _ network: Network, images: LabeledImages, masks: ConceptMasks, configuration: DissectionConfiguration = .init()
  ) throws {
    try configuration.validate()
    guard masks.imageCount == images.count else {
      throw InputError(
        .data, "the number of masks is not that of the images", expected: "\(images.count)",
        found: "\(masks.imageCount)")
    }
    guard masks.extent == images.extent else {
      throw InputError(
        .data, "the masks differ from the images in size", expected: "\(images.extent)", found: "\(masks.extent)")
    }
    targets = try DissectedChannels.chosen(by: configuration.units, in: network)
    plan = try ExecutionPlan(network)
    self.images = images.inputImages
    _ = try BlockwiseInference(plan, images: self.images)
    self.configuration = configuration
    self.masks = masks
  }

  /// Dissects the units; the same result for any number of workers.
  ///
  /// - Parameter progress: called with blocks of images done and blocks in all, those of both passes.
  /// - Throws: ``InputErrors/InputError`` (data) when an activation is not finite; `CancellationError`.
  /// - Complexity: two forward passes an image, and O(activations + pixels above thresholds).
  public func run(
    workers: Int = 1, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> DissectionResult {
    let inference = try BlockwiseInference(plan, images: images, workers: workers)
    let blocks = inference.blockCount
    let (count, share) = (images.count, configuration.share)
    let gathered = targets.map { ActivationRanges($0, imageCount: count, share: share) }
    try await forEachImage(inference, progress: { progress?($0, 2 * blocks) }) { target, activations, _ in
      try gathered[target].insert(activations)
    }
    let ranges = gathered.map(\.ranges)

    let counts = zip(targets, ranges).map { [masks] target, ranges in
      OverlapCounts(target, ranges: ranges, extent: masks.extent, conceptCount: masks.names.count)
    }
    let others = Self.otherImages(count, seed: configuration.seed)
    try await forEachImage(inference, progress: { progress?(blocks + $0, 2 * blocks) }) {
      [masks] target, activations, image in
      counts[target].insert(
        activations,
        of: .init(
          map: masks.maps[image], pixelCounts: masks.pixelCounts[image], shuffled: others.map { masks.maps[$0[image]] })
      )
    }
    return result(ranges, counts.map(\.counts), hasChance: others != nil)
  }

  /// Where a unit is above its threshold: for each of these images a mask of the input's extent, row by row.
  ///
  /// - Parameters:
  ///   - unit: one of the result's.
  ///   - indices: images in any order.
  /// - Throws: as ``run(workers:progress:)``, and ``InputErrors/InputError`` (usage) when the network has no such unit.
  public func overlays(of unit: DissectedUnit, images indices: [Int], workers: Int = 1) async throws -> [[Bool]] {
    precondition(indices.allSatisfy { (0..<images.count).contains($0) }, "indices of images")
    guard !indices.isEmpty else { return [] }
    let layer = try UnitCatalog(plan.network).layer(of: unit.unit)
    let inference = try BlockwiseInference(plan, images: images.selecting(indices), workers: workers)
    let upsampling = MapUpsampling(from: layer.extent, to: masks.extent)
    let (area, channel, threshold) = (layer.extent.area, unit.unit.channel, unit.threshold)
    let blocks = try await inference.mapBlocks { pass, range in
      pass.run()
      var values = [Float](repeating: 0, count: layer.shape.count)
      var hot = [Bool](repeating: false, count: layer.extent.width)
      return (0..<range.count).map { lane in
        values.withUnsafeMutableBufferPointer { pass.copyActivations(ofNode: layer.output, lane: lane, into: $0) }
        var overlay = [Bool](repeating: false, count: upsampling.target.area)
        values.withUnsafeBufferPointer { values in
          let map = UnsafeBufferPointer(rebasing: values[channel * area..<(channel + 1) * area])
          upsampling.forEachPixel(above: threshold, in: map, hot: &hot) { overlay[$0] = true }
        }
        return overlay
      }
    }
    return Array(blocks.joined())
  }

  /// For every image another one whose masks stand for its own: a random cycle through all of them. Nil for one image.
  package static func otherImages(_ count: Int, seed: UInt64) -> [Int]? {
    guard count > 1 else { return nil }
    var stream = RandomStream(seed: seed, purpose: .shuffledMasks)
    let order = stream.permutation(of: count)
    var others = order
    for (place, image) in order.enumerated() { others[image] = order[(place + 1) % order.count] }
    return others
  }

  /// Runs the network and hands out the activations of every chosen layer for every image.
  private func forEachImage(
    _ inference: BlockwiseInference, progress: @escaping @Sendable (Int) -> Void,
    _ body: @escaping @Sendable (_ target: Int, UnsafeBufferPointer<Float>, _ image: Int) throws -> Void
  ) async throws {
    let layers = targets.map(\.layer)
    let largest = layers.map(\.shape.count).max() ?? 0
    _ = try await inference.mapBlocks(progress: progress) { pass, range in
      pass.run()
      var values = [Float](repeating: 0, count: largest)
      for (target, layer) in layers.enumerated() {
        for lane in 0..<range.count {
          try values.withUnsafeMutableBufferPointer { values in
            pass.copyActivations(ofNode: layer.output, lane: lane, into: values)
            try body(target, UnsafeBufferPointer(rebasing: values[..<layer.shape.count]), range.lowerBound + lane)
          }
        }
      }
    }
  }
}

// MARK: - From counts to a result

extension NetworkDissection {
  private func result(
    _ ranges: [[ActivationRange]], _ counts: [[(above: Int, sums: [OverlapCounts.Sums])]], hasChance: Bool
  ) -> DissectionResult {
    var layers: [DissectedLayer] = [], units: [DissectedUnit] = []
    for (place, target) in targets.enumerated() {
      let own = target.channels.indices.map { index in
        unit(
          target.layer.unit(target.channels[index]), ranges[place][index], counts[place][index], hasChance: hasChance)
      }
      layers.append(
        DissectedLayer(
          name: target.layer.name, units: own, concepts: masks.names, detectorOverlap: configuration.detectorOverlap))
      units += own
    }
    let pixels = Double(images.count * masks.extent.area), totals = masks.totalPixelCounts
    let concepts = masks.names.enumerated().map { concept, name in
      DissectionResult.Concept(
        name: name, imageCount: masks.pixelCounts.filter { $0[concept] > 0 }.count,
        share: Double(totals[concept]) / pixels)
    }
    return DissectionResult(
      configuration: configuration, imageCount: images.count, concepts: concepts, layers: layers, units: units)
  }

  private func unit(
    _ unit: Filter, _ range: ActivationRange, _ counts: (above: Int, sums: [OverlapCounts.Sums]), hasChance: Bool
  ) -> DissectedUnit {
    let activity: DissectedUnit.Activity =
      range.maximum == range.minimum ? .silent : range.exceeded == nil ? .sparse : .usual
    let totals = masks.totalPixelCounts
    var overlaps: [ConceptOverlap] = [], chance = 0.0
    if activity != .silent {
      for (concept, sums) in counts.sums.enumerated() {
        let either = counts.above + totals[concept]
        overlaps.append(
          ConceptOverlap(
            concept: masks.names[concept], intersection: sums.intersection, union: either - sums.intersection,
            standardError: standardError(sums, union: either - sums.intersection)))
        // Every image's masks come once among the shuffled ones, so the totals are the same.
        let union = either - sums.shuffledIntersection
        if union > 0 { chance = max(chance, Double(sums.shuffledIntersection) / Double(union)) }
      }
    }
    var best: ConceptOverlap?
    for overlap in overlaps where overlap.value > best?.value ?? 0 { best = overlap }
    return DissectedUnit(
      unit: unit, activity: activity, threshold: range.threshold, maximum: range.maximum,
      share: Double(counts.above) / Double(images.count * masks.extent.area), overlaps: overlaps, best: best,
      isDetector: best.map { $0.value > configuration.detectorOverlap } ?? false, chance: hasChance ? chance : nil)
  }

  /// √(n / (n − 1) · Σ (I − R · U)²) / ΣU over n images, R being the ratio of the sums (Cochran 1977).
  private func standardError(_ sums: OverlapCounts.Sums, union: Int) -> Double? {
    guard images.count > 1, union > 0 else { return nil }
    let ratio = Double(sums.intersection) / Double(union)
    let squares =
      Double(sums.intersectionSquares) - 2 * ratio * Double(sums.products) + ratio * ratio * Double(sums.unionSquares)
    let count = Double(images.count)
    return (count / (count - 1) * max(0, squares)).squareRoot() / Double(union)
  }
}
