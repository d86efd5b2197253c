import Images
import Inference
import InputErrors
import NeuronShapley

/// Reads what images make a layer see: the elements of a ``LayerView`` for each image.
public struct LayerInputs: Sendable {
  public let view: LayerView
  private let inference: BlockwiseInference

  /// - Throws: ``InputErrors/InputError`` (data) when the images do not fit the network.
  public init(_ view: LayerView, plan: ExecutionPlan, images: LabeledImages, workers: Int) throws {
    try images.requireFit(view.network)
    precondition(plan.isStored(node: view.inputNode), "what a step reads is stored")
    self.view = view
    inference = try BlockwiseInference(plan, images: images.inputImages, workers: workers)
  }

  /// What one image makes the layer see.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when there is no such image.
  public func input(ofImage index: Int) async throws -> [Double] {
    guard (0..<inference.images.count).contains(index) else {
      throw InputError(
        .usage, "there is no such image", expected: "0 to \(inference.images.count - 1)", found: "\(index)")
    }
    let one = try BlockwiseInference(inference.plan, images: inference.images.selecting([index]))
    let inputs = try await one.mapBlocks { [view] pass, _ in
      pass.run()
      return Self.read(view, pass, lane: 0)
    }
    return inputs[0]
  }

  /// The mean of what all images make the layer see, in one pass; the same bits for any number of workers.
  public func mean(progress: (@Sendable (_ images: Int) -> Void)? = nil) async throws -> [Double] {
    let sums = try await map(progress) { inputs in
      inputs.dropFirst().reduce(into: inputs[0]) { sum, input in
        for index in sum.indices { sum[index] += input[index] }
      }
    }
    var total = sums[0]
    for sum in sums.dropFirst() { for index in total.indices { total[index] += sum[index] } }
    return total.map { $0 / Double(inference.images.count) }
  }

  /// For every image its coordinates on the slice and the true outputs of neurons of the layer, with all inputs free.
  ///
  /// - Throws: ``InputErrors/InputError`` as ``LayerView/weights(of:)``.
  public func readings(
    on slice: NeuronSlice, neurons: [Int], progress: (@Sendable (_ images: Int) -> Void)? = nil
  ) async throws -> [(coordinates: [Double], outputs: [Double])] {
    let rows = try neurons.map { try view.weights(of: $0) }
    return try await map(progress) { inputs in
      inputs.map { input in
        (slice.coordinates(of: input), rows.map { NeuronSlice.dot($0.weights, input) + $0.bias })
      }
    }.flatMap { $0 }
  }

  private func map<Result: Sendable>(
    _ progress: (@Sendable (Int) -> Void)?, _ body: @escaping @Sendable ([[Double]]) -> Result
  ) async throws -> [Result] {
    let count = inference.images.count
    return try await inference.mapBlocks(
      progress: { done in progress?(min(done * ExecutionPlan.laneCount, count)) },
      { [view] pass, images in
        pass.run()
        return body((0..<images.count).map { Self.read(view, pass, lane: $0) })
      })
  }

  private static func read(_ view: LayerView, _ pass: ForwardPass, lane: Int) -> [Double] {
    var values = [Float](repeating: 0, count: view.inputShape.count)
    values.withUnsafeMutableBufferPointer { pass.copyActivations(ofNode: view.inputNode, lane: lane, into: $0) }
    return view.elements.map { Double(values[$0]) }
  }
}
