import Inference
import InputErrors
import Networks
import NeuronShapley
import Tensors

/// Finds images that show what units respond to: the strongest, the weakest, those in between.
///
/// The spectrum of Olah et al. 2017 (minimum, slightly negative, slightly positive, maximum) on values before the
/// activation function, and images spread evenly over the distribution.
public struct ExampleStudy: Sendable {
  /// How many examples of each group are wanted; groups that are absent are left out.
  public var counts: [ExampleGroup: Int]
  /// The memory for maps of a pass over the images, in bytes; more units than fit take more passes.
  public var byteBudget = 256 << 20

  public init(counts: [ExampleGroup: Int]) { self.counts = counts }

  /// - Parameters:
  ///   - units: of the network; the results come in their order.
  ///   - progress: called with passes' images done, and all that there are.
  /// - Throws: ``InputErrors/InputError`` when a unit is unknown, images do not fit or a value is not finite;
  ///   `CancellationError`. Complexity: a forward pass an image up to the deepest unit, more where memory is short.
  public func examples(
    of units: [Filter], in network: Network, images: InputImages, instructionSet: InstructionSet = .fastest,
    workers: Int = 1, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> [UnitExamples] {
    let catalog = UnitCatalog(network)
    let layers = try units.map { try catalog.layer(of: $0) }
    // Neighbours share a pass, so that early layers do not pay for late ones.
    let order = units.indices.sorted {
      (layers[$0].sum, units[$0].channel, $0) < (layers[$1].sum, units[$1].channel, $1)
    }
    var chunks: [[Int]] = [], bytes = 0
    for place in order {
      let size = images.count * layers[place].shape.area * MemoryLayout<Float>.stride
      if chunks.isEmpty || bytes + size > byteBudget {
        chunks.append([])
        bytes = 0
      }
      chunks[chunks.count - 1].append(place)
      bytes += size
    }
    var results = [UnitExamples?](repeating: nil, count: units.count)
    let total = images.count * chunks.count
    for (pass, chunk) in chunks.enumerated() {
      let maps = try await maps(
        chunk.map { (layers[$0], units[$0].channel) }, network, images, instructionSet, workers
      ) { progress?(pass * images.count + $0, total) }
      for (place, maps) in zip(chunk, maps) {
        results[place] = selected(units[place], layers[place], maps, network)
      }
    }
    return results.compactMap { $0 }
  }

  /// The map of every image for each unit.
  private func maps(
    _ units: [(layer: UnitLayer, channel: Int)], _ network: Network, _ images: InputImages,
    _ instructionSet: InstructionSet, _ workers: Int, _ progress: @escaping @Sendable (Int) -> Void
  ) async throws -> [[[Float]]] {
    let layers = units.map(\.layer).reduce(into: [UnitLayer]()) { if $0.last != $1 { $0.append($1) } }
    let part = try NetworkPart(of: network, computing: layers.map(\.sum))
    let plan = try ExecutionPlan(part.network, instructionSet: instructionSet)
    let inference = try BlockwiseInference(plan, images: images, workers: workers)
    let total = images.count
    let blocks = try await inference.mapBlocks(
      progress: { progress(min(total, $0 * ExecutionPlan.laneCount)) }
    ) { pass, range in
      pass.run()
      var block = units.map { _ in [[Float]]() }
      for lane in 0..<range.count {
        for layer in layers {
          var values = [Float](repeating: 0, count: layer.shape.count)
          values.withUnsafeMutableBufferPointer {
            pass.copyActivations(ofNode: part.node(layer.sum), lane: lane, into: $0)
          }
          let area = layer.shape.area
          for (place, unit) in units.enumerated() where unit.layer == layer {
            let map = Array(values[unit.channel * area..<(unit.channel + 1) * area])
            guard map.allSatisfy(\.isFinite) else {
              throw InputError(
                .data, "the unit '\(layer.unit(unit.channel))' has activations that are not finite",
                found: "image \(range.lowerBound + lane)",
                hint: "the model's weights or the preprocessing are likely wrong")
            }
            block[place].append(map)
          }
        }
      }
      return block
    }
    return units.indices.map { place in blocks.flatMap { $0[place] } }
  }

  private func selected(_ unit: Filter, _ layer: UnitLayer, _ maps: [[Float]], _ network: Network) -> UnitExamples {
    let extremes = maps.map(Extremes.init)
    let summary = Summary(maps, extremes)
    var isSilent = false
    if case .activation(let function) = network.nodes[layer.output].layer, let floor = function.floor {
      isSilent = function(Float(summary.distribution.maximum), channel: unit.channel) == floor
    }
    func example(_ image: Int, at position: Int) -> UnitExample {
      let row = position / layer.shape.width, column = position % layer.shape.width
      return UnitExample(
        image: image, value: maps[image][position], row: row, column: column,
        field: ReceptiveField(of: network, node: layer.sum, channel: unit.channel, row: row, column: column),
        map: maps[image])
    }
    let falling = maps.indices.sorted { (-extremes[$0].maximum, $0) < (-extremes[$1].maximum, $1) }
    var groups: [ExampleGroup: [UnitExample]] = [:]
    for (group, count) in counts {
      switch group {
      case .maximum: groups[group] = falling.prefix(count).map { example($0, at: extremes[$0].maximumPosition) }
      case .minimum:
        let rising = maps.indices.sorted { (extremes[$0].minimum, $0) < (extremes[$1].minimum, $1) }
        groups[group] = rising.prefix(count).map { example($0, at: extremes[$0].minimumPosition) }
      case .spread:
        let taken = min(count, falling.count)
        groups[group] = (0..<taken).map { step in
          let place = taken == 1 ? 0 : (step * (falling.count - 1) + (taken - 1) / 2) / (taken - 1)
          return example(falling[place], at: extremes[falling[place]].maximumPosition)
        }
      case .slightlyPositive: groups[group] = near(summary.positiveMean / 2, summary.positiveMean > 0)
      case .slightlyNegative: groups[group] = near(summary.negativeMean / 2, summary.negativeMean < 0)
      }

      func near(_ target: Double, _ exists: Bool) -> [UnitExample] {
        guard exists else { return [] }
        let sign: Float = target < 0 ? -1 : 1
        let nearest = maps.indices.compactMap { image -> (distance: Float, image: Int, position: Int)? in
          var best: (Float, Int)?
          for (position, value) in maps[image].enumerated() where value * sign > 0 {
            let distance = abs(value - Float(target))
            if best.map({ distance < $0.0 }) ?? true { best = (distance, position) }
          }
          return best.map { ($0.0, image, $0.1) }
        }
        return nearest.sorted { ($0.distance, $0.image) < ($1.distance, $1.image) }.prefix(count)
          .map { example($0.image, at: $0.position) }
      }
    }
    return UnitExamples(unit: unit, distribution: summary.distribution, isSilent: isSilent, groups: groups)
  }
}

/// The largest and the smallest value of a map, with the first position that has it.
private struct Extremes {
  var maximum: Float
  var maximumPosition = 0
  var minimum: Float
  var minimumPosition = 0

  init(_ map: [Float]) {
    maximum = map[0]
    minimum = map[0]
    for (position, value) in map.enumerated() {
      if value > maximum { (maximum, maximumPosition) = (value, position) }
      if value < minimum { (minimum, minimumPosition) = (value, position) }
    }
  }
}

private struct Summary {
  var distribution: ActivationDistribution
  /// Means of the values above and below zero; 0 where there are none.
  var positiveMean = 0.0
  var negativeMean = 0.0

  init(_ maps: [[Float]], _ extremes: [Extremes]) {
    var sum = 0.0, squares = 0.0, count = 0.0, positives = 0.0, negatives = 0.0
    for map in maps {
      for value in map {
        let value = Double(value)
        sum += value
        count += 1
        if value > 0 {
          positiveMean += value
          positives += 1
        } else if value < 0 {
          negativeMean += value
          negatives += 1
        }
      }
    }
    let mean = sum / count
    for map in maps { for value in map { squares += (Double(value) - mean) * (Double(value) - mean) } }
    if positives > 0 { positiveMean /= positives }
    if negatives > 0 { negativeMean /= negatives }
    distribution = ActivationDistribution(
      minimum: Double(extremes.map(\.minimum).min() ?? 0), maximum: Double(extremes.map(\.maximum).max() ?? 0),
      mean: mean, standardDeviation: (squares / count).squareRoot(), positiveShare: positives / count,
      firingShare: Double(extremes.count { $0.maximum > 0 }) / Double(maps.count))
  }
}

extension Activation {
  /// What a rising function gives for everything below some value; nil where there is no such value.
  fileprivate var floor: Float? {
    switch self {
    case .relu: 0
    case .hardSigmoid(let alpha, _): alpha > 0 ? 0 : nil
    case .clip(let lower, _): lower.isFinite ? lower : nil
    case .leakyRelu, .prelu, .elu, .sigmoid, .tanh, .hardSwish: nil
    }
  }
}
