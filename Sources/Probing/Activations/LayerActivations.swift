import Inference
import InputErrors
import Tensors

/// The features of many images at one layer.
public struct LayerActivations: Sendable {
  public let layer: ActivationLayer
  public let pooling: ActivationPooling
  /// A row for each image.
  public let features: FeatureMatrix

  /// Reads the activations of several layers in one forward pass an image.
  ///
  /// - Parameters:
  ///   - layers: of the plan's catalogue.
  ///   - workers: tasks that share the images; results do not depend on it.
  ///   - progress: called with the number of images done.
  /// - Throws: ``InputErrors/InputError`` (data) when the images do not fit the network, or an activation is not finite,
  ///   naming layer and image; `CancellationError`. Complexity: one forward pass an image up to the last of
  ///   the layers, and memory for twice the features.
  public static func collected(
    _ plan: ExecutionPlan, layers: [ActivationLayer], pooling: ActivationPooling, images: InputImages, workers: Int = 1,
    progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> [LayerActivations] {
    let inference = try BlockwiseInference(plan, images: images, workers: workers)
    let counts = layers.map { pooling.featureCount($0.shape) }
    let total = images.count, last = layers.map(\.node).max() ?? 0
    let blocks = try await inference.mapBlocks(
      progress: { progress?(min(total, $0 * ExecutionPlan.laneCount)) }
    ) { pass, range in
      pass.run(through: last)
      return try zip(layers, counts).map { layer, count in
        try read(layer, pooling, count, pass, range)
      }
    }
    return zip(layers, counts).enumerated().map { place, layer in
      var values: [Float] = []
      values.reserveCapacity(total * layer.1)
      for block in blocks { values.append(contentsOf: block[place]) }
      return LayerActivations(
        layer: layer.0, pooling: pooling,
        features: FeatureMatrix(rowCount: total, columnCount: layer.1, values: values))
    }
  }

  /// The features of a block's images at one layer, `[image][feature]`.
  private static func read(
    _ layer: ActivationLayer, _ pooling: ActivationPooling, _ count: Int, _ pass: ForwardPass, _ range: Range<Int>
  ) throws -> [Float] {
    var features = [Float](repeating: 0, count: range.count * count)
    var map = [Float](repeating: 0, count: layer.shape.count)
    for lane in 0..<range.count {
      map.withUnsafeMutableBufferPointer { pass.copyActivations(ofNode: layer.node, lane: lane, into: $0) }
      features.withUnsafeMutableBufferPointer { features in
        map.withUnsafeBufferPointer { map in
          pooling.pool(
            map, layer.shape,
            into: UnsafeMutableBufferPointer(rebasing: features[lane * count..<(lane + 1) * count]))
        }
      }
      guard features[lane * count..<(lane + 1) * count].allSatisfy(\.isFinite) else {
        throw InputError(
          .data, "the layer '\(layer.name)' has activations that are not finite",
          found: "image \(range.lowerBound + lane)",
          hint: "the model's weights or the preprocessing are likely wrong")
      }
    }
    return features
  }

  /// The images themselves as features: every pixel where there are few, else means of cells.
  ///
  /// What can be read from these needs no network. Complexity: O(pixels).
  public static func input(_ images: InputImages, mostFeatures: Int = 1024) -> FeatureMatrix {
    let shape = images.shape
    // Cells as square as the image, as many as fit.
    let share = min(1, (Double(mostFeatures) / Double(shape.count)).squareRoot())
    let grid = (
      height: Swift.max(1, Int(Double(shape.height) * share)), width: Swift.max(1, Int(Double(shape.width) * share))
    )
    let count = shape.channels * grid.height * grid.width
    var features = [Float](repeating: 0, count: images.count * count)
    var map = [Float](repeating: 0, count: shape.count)
    for image in 0..<images.count {
      map.withUnsafeMutableBufferPointer { images.copy(image, into: $0) }
      features.withUnsafeMutableBufferPointer { features in
        map.withUnsafeBufferPointer { map in
          ActivationPooling.poolCells(
            map, shape, grid,
            into: UnsafeMutableBufferPointer(rebasing: features[image * count..<(image + 1) * count]))
        }
      }
    }
    return FeatureMatrix(rowCount: images.count, columnCount: count, values: features)
  }
}
