import Inference
import InputErrors
import Networks
import NeuronShapley
import Tensors

/// One activation of one image, to be followed back to the pixels.
public struct KeptActivation: Sendable, Hashable {
  public var unit: Filter
  /// The number of the image.
  public var image: Int
  /// The position in the unit's map.
  public var row: Int
  public var column: Int

  public init(unit: Filter, image: Int, row: Int, column: Int) {
    self.unit = unit
    self.image = image
    self.row = row
    self.column = column
  }
}

/// Follows single activations back to the pixels that made them.
///
/// All other activations of the layer are set to zero, and what is left goes back through the network: maxima to where
/// they were found (the switches), convolutions with their filters transposed, rectifiers by the rule. With
/// ``Inference/BackwardRule/deconvolution`` that is the deconvnet of Zeiler and Fergus (2014), with
/// ``Inference/BackwardRule/guided`` the guided backpropagation of Springenberg et al. (2015), with
/// ``Inference/BackwardRule/gradient`` the gradient times the activation.
public struct ActivationReconstruction: Sendable {
  public var rules: [BackwardRule]

  public init(rules: [BackwardRule]) { self.rules = rules }

  /// - Returns: for each activation and rule the reconstruction, in the network's input: `[channels][height][width]`.
  ///   Zero everywhere where the unit's output is zero.
  /// - Throws: ``InputErrors/InputError`` when a unit is unknown or images do not fit; `CancellationError`. Complexity: a
  ///   forward pass an activation up to its layer, and a backward pass a rule.
  public func reconstructions(
    of activations: [KeptActivation], in network: Network, images: InputImages,
    instructionSet: InstructionSet = .fastest, workers: Int = 1,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> [[[Float]]] {
    let catalog = UnitCatalog(network)
    let layers = try activations.map { try catalog.layer(of: $0.unit) }
    for (activation, layer) in zip(activations, layers) {
      precondition(images.count > activation.image && activation.image >= 0, "one of the images")
      precondition(
        activation.row < layer.extent.height && activation.column < layer.extent.width, "a position of the map")
    }
    var results = [[[Float]]](repeating: [], count: activations.count)
    var done = 0
    for layer in catalog.layers {
      let own = activations.indices.filter { layers[$0] == layer }
      if own.isEmpty { continue }
      let before = done, total = activations.count
      let found = try await reconstructions(
        own.map { activations[$0] }, layer, network, images, instructionSet, workers
      ) { progress?(before + min(own.count, $0 * ExecutionPlan.laneCount), total) }
      for (place, maps) in zip(own, found) { results[place] = maps }
      done += own.count
    }
    return results
  }

  private func reconstructions(
    _ activations: [KeptActivation], _ layer: UnitLayer, _ network: Network, _ images: InputImages,
    _ instructionSet: InstructionSet, _ workers: Int, _ progress: @escaping @Sendable (Int) -> Void
  ) async throws -> [[[Float]]] {
    let part = try NetworkPart(of: network, computing: [layer.output])
    let plan = try ExecutionPlan(part.network, instructionSet: instructionSet, purpose: .differentiation)
    let gradients = rules.map { GradientPlan(plan, rule: $0) }
    let inference = try BlockwiseInference(
      plan, images: images.selecting(activations.map(\.image)), workers: workers)
    let node = part.node(layer.output), shape = layer.shape
    let blocks = try await inference.mapBlocks(
      buffers: { (forward: ForwardPass(plan), backward: gradients.map { BackwardPass($0) }) },
      pass: { $0.forward }, progress: progress
    ) { buffers, range in
      buffers.forward.run()
      var block = [[[Float]]](repeating: [], count: range.count)
      var values = [Float](repeating: 0, count: shape.count)
      for backward in buffers.backward {
        backward.begin(buffers.forward)
        for lane in 0..<range.count {
          let kept = activations[range.lowerBound + lane]
          values.withUnsafeMutableBufferPointer { buffers.forward.copyActivations(ofNode: node, lane: lane, into: $0) }
          let place = (kept.unit.channel * shape.height + kept.row) * shape.width + kept.column
          var seed = [Float](repeating: 0, count: shape.count)
          seed[place] = values[place]
          backward.seed(node: node, lane: lane, seed)
        }
        backward.run()
        for lane in 0..<range.count { block[lane].append(backward.gradient(ofNode: 0, lane: lane)) }
      }
      return block
    }
    return Array(blocks.joined())
  }
}
