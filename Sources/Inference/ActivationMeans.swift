/// The exact means of every unit's activations over a set of images, in the unablated network.
///
/// Sums are in double precision, image blocks in order, so that the means are the same bits for any number of workers.
public struct ActivationMeans: Sendable, Hashable {
  /// The mean over images and positions, one value a unit of the plan.
  public let units: [Float]
  /// How many images the means are over.
  public let imageCount: Int

  public init(units: [Float], imageCount: Int) {
    self.units = units
    self.imageCount = imageCount
  }

  /// Measures the means in one forward pass of every image.
  public static func measured(
    _ inference: BlockwiseInference, progress: (@Sendable (_ blocksDone: Int) -> Void)? = nil
  ) async throws -> ActivationMeans {
    let sites = inference.plan.sites
    let blocks = try await inference.mapBlocks(progress: progress) { pass, _ in
      pass.run()
      return sites.map { site in
        let area = site.shape.area
        let sums = pass.activationSums(of: site)
        return (0..<site.channelCount).map { channel in sums[channel * area..<(channel + 1) * area].reduce(0, +) }
      }
    }
    var units: [Float] = []
    for (index, site) in sites.enumerated() {
      let count = Double(inference.images.count * site.shape.area)
      for channel in 0..<site.channelCount {
        units.append(Float(blocks.reduce(0.0) { $0 + $1[index][channel] } / count))
      }
    }
    return ActivationMeans(units: units, imageCount: inference.images.count)
  }
}

/// The exact mean of every unit's activation at each position over a set of images, in the unablated network.
public struct ActivationMaps: Sendable, Hashable {
  /// For each site of the plan `[channels, height, width]` in row-major order.
  public let sites: [[Float]]
  public let imageCount: Int

  public init(sites: [[Float]], imageCount: Int) {
    self.sites = sites
    self.imageCount = imageCount
  }

  /// Measures the maps in one forward pass of every image.
  ///
  /// A block's sums are as large as its activations, so that a bounded number of blocks is held at a time.
  public static func measured(
    _ inference: BlockwiseInference, progress: (@Sendable (_ blocksDone: Int) -> Void)? = nil
  ) async throws -> ActivationMaps {
    let sites = inference.plan.sites, images = inference.images
    let batch = 8 * inference.workers * ExecutionPlan.laneCount
    var total = sites.map { [Double](repeating: 0, count: $0.shape.count) }
    for first in stride(from: 0, to: images.count, by: batch) {
      let range = first..<min(first + batch, images.count)
      let part = try BlockwiseInference(
        inference.plan, images: images.selecting(Array(range)), workers: inference.workers)
      let blocks = try await part.mapBlocks { pass, _ in
        pass.run()
        return sites.map { pass.activationSums(of: $0) }
      }
      for block in blocks {
        for site in total.indices {
          for element in total[site].indices { total[site][element] += block[site][element] }
        }
      }
      progress?((range.upperBound + ExecutionPlan.laneCount - 1) / ExecutionPlan.laneCount)
    }
    let count = Double(images.count)
    let maps = total.map { sums in sums.map { Float($0 / count) } }
    return ActivationMaps(sites: maps, imageCount: images.count)
  }
}
