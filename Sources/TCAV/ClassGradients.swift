import Inference
import InputErrors
import Networks
import Probing
import Tensors

/// Gradients of class logits by the features of layers: what all directional derivatives of an image are made of.
///
/// Computed once for each image, for all layers in one backward pass, whatever the number of concepts. A feature that
/// stands for a channel at all positions (mean or maximum) is moved by the same amount at each of them, so its gradient is
/// the sum of those at the positions.
public struct ClassGradients: Sendable {
  /// A row for each image, one matrix a layer.
  public let layers: [FeatureMatrix]
  /// The logit of each image's class.
  public let logits: [Double]
  /// Whether no other logit of the image is larger.
  public let areRight: [Bool]

  /// - Parameters:
  ///   - plan: of the purpose `differentiation`.
  ///   - pooling: mean, max or flatten.
  ///   - labels: for each image the class whose logit is differentiated.
  /// - Throws: ``InputErrors/InputError`` (data) when images do not fit the network or a gradient is not finite, naming
  ///   layer and image; `CancellationError`. Complexity: a forward and a backward pass an image.
  public static func collected(
    _ plan: ExecutionPlan, layers: [ActivationLayer], pooling: ActivationPooling, images: InputImages, labels: [Int],
    workers: Int = 1, progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> ClassGradients {
    precondition(labels.count == images.count, "a class for each image")
    precondition(pooling != .positions, "cells share positions, so that they cannot be moved one by one")
    let gradientPlan = GradientPlan(plan, towards: layers.map(\.node))
    let inference = try BlockwiseInference(plan, images: images, workers: workers)
    let classes = plan.network.classCount, total = images.count
    struct Block: Sendable {
      var features: [[Float]]
      var logits: [Double] = []
      var areRight: [Bool] = []
    }
    let blocks = try await inference.mapBlocks(
      gradients: gradientPlan, progress: { progress?(min(total, $0 * ExecutionPlan.laneCount)) }
    ) { forward, backward, range in
      forward.run()
      backward.begin(forward)
      var block = Block(features: layers.map { _ in [] })
      var logits = [Float](repeating: 0, count: classes), seed = logits
      for (lane, image) in range.enumerated() {
        logits.withUnsafeMutableBufferPointer { forward.copyLogits(lane: lane, into: $0) }
        let label = labels[image], own = logits[label]
        block.logits.append(Double(own))
        block.areRight.append(logits.indices.allSatisfy { $0 == label || logits[$0] < own })
        seed[label] = 1
        backward.seed(node: plan.network.logits, lane: lane, seed)
        seed[label] = 0
      }
      backward.run()
      for (place, layer) in layers.enumerated() {
        var map = [Float](repeating: 0, count: layer.shape.count)
        for (lane, image) in range.enumerated() {
          map.withUnsafeMutableBufferPointer { backward.copyGradient(ofNode: layer.node, lane: lane, into: $0) }
          guard map.allSatisfy(\.isFinite) else {
            throw InputError(
              .data, "the layer '\(layer.name)' has gradients that are not finite", found: "image \(image)",
              hint: "the model's weights or the preprocessing are likely wrong")
          }
          block.features[place] += pooled(map, layer.shape, pooling)
        }
      }
      return block
    }
    let matrices = layers.indices.map { place in
      FeatureMatrix(
        rowCount: total, columnCount: pooling.featureCount(layers[place].shape),
        values: blocks.flatMap { $0.features[place] })
    }
    return ClassGradients(
      layers: matrices, logits: blocks.flatMap(\.logits), areRight: blocks.flatMap(\.areRight))
  }

  private static func pooled(_ map: [Float], _ shape: Shape, _ pooling: ActivationPooling) -> [Float] {
    switch pooling {
    case .flatten, .positions: return map
    case .mean, .max:
      let area = shape.area
      return (0..<shape.channels).map { channel in
        var sum = 0.0
        for place in channel * area..<(channel + 1) * area { sum += Double(map[place]) }
        return Float(sum)
      }
    }
  }
}
