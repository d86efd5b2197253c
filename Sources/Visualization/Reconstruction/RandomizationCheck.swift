import Inference
import InputErrors
import Networks
import Statistics
import Tensors

/// Asks whether explanations depend on what the network has learnt: weights are destroyed layer by layer from the last
/// one on, and the maps are compared with those of the trained network (Adebayo et al. 2018).
///
/// What is explained is the logit of each image's decision by the trained network. A method whose maps stay alike although
/// the upper layers are destroyed shows the image and the lower layers, not what the network decides by.
public struct RandomizationCheck: Sendable {
  public var rules: [BackwardRule] = [.gradient, .guided, .deconvolution]
  /// Stages at most, spread evenly over the layers with weights; the last destroys all of them.
  public var stageCount = 10
  public var seed: UInt64 = 0

  public init() {}

  /// - Throws: ``InputErrors/InputError`` (data) when images do not fit; `CancellationError`. Complexity: stages times a
  ///   forward pass and a backward pass a rule, an image.
  public func result(
    _ network: Network, images: InputImages, instructionSet: InstructionSet = .fastest, workers: Int = 1,
    progress: (@Sendable (_ stagesDone: Int, _ total: Int) -> Void)? = nil
  ) async throws -> RandomizationResult {
    precondition(stageCount > 0, "at least one stage")
    let weighted = network.weightedNodes
    let count = min(stageCount, weighted.count)
    // How many layers, from the last one on, each stage destroys.
    let depths = (1...max(1, count)).map { ($0 * weighted.count + count - 1) / max(1, count) }
    let trained = try await maps(network, decisions: nil, images, instructionSet, workers)
    progress?(1, count + 1)
    var stages: [RandomizationResult.Stage] = []
    for (place, depth) in depths.enumerated() {
      let destroyed = network.shufflingWeights(ofNodes: Set(weighted.suffix(depth)), seed: seed)
      let maps = try await maps(destroyed, decisions: trained.decisions, images, instructionSet, workers)
      stages.append(
        .init(
          layer: network.nodes[weighted[weighted.count - depth]].name, layerCount: depth,
          similarities: rules.indices.map { rule in
            .init(
              zip(trained.maps, maps.maps).map { RandomizationResult.Agreement(before: $0[rule], after: $1[rule]) })
          }))
      progress?(place + 2, count + 1)
    }
    return RandomizationResult(rules: rules, imageCount: images.count, stages: stages)
  }

  /// For each image and rule the gradient of the decision's logit, summed over colours, and the decisions.
  private func maps(
    _ network: Network, decisions: [Int]?, _ images: InputImages, _ instructionSet: InstructionSet, _ workers: Int
  ) async throws -> (maps: [[[Float]]], decisions: [Int]) {
    let plan = try ExecutionPlan(network, instructionSet: instructionSet, purpose: .differentiation)
    let gradients = rules.map { GradientPlan(plan, rule: $0) }
    let inference = try BlockwiseInference(plan, images: images, workers: workers)
    let classes = network.classCount, area = network.inputShape.area
    let blocks = try await inference.mapBlocks(
      buffers: { (forward: ForwardPass(plan), backward: gradients.map { BackwardPass($0) }) },
      pass: { $0.forward }, progress: nil
    ) { buffers, range in
      buffers.forward.run()
      var block = [(maps: [[Float]], decision: Int)](repeating: ([], 0), count: range.count)
      for lane in 0..<range.count {
        var logits = [Float](repeating: 0, count: classes)
        logits.withUnsafeMutableBufferPointer { buffers.forward.copyLogits(lane: lane, into: $0) }
        block[lane].decision =
          decisions?[range.lowerBound + lane]
          ?? logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
      }
      for backward in buffers.backward {
        backward.begin(buffers.forward)
        for lane in 0..<range.count {
          var seed = [Float](repeating: 0, count: classes)
          seed[block[lane].decision] = 1
          backward.seed(node: network.logits, lane: lane, seed)
        }
        backward.run()
        for lane in 0..<range.count {
          let gradient = backward.gradient(ofNode: 0, lane: lane)
          var map = [Float](repeating: 0, count: area)
          for (place, value) in gradient.enumerated() { map[place % area] += value }
          block[lane].maps.append(map)
        }
      }
      return block
    }
    return (blocks.flatMap { $0.map(\.maps) }, blocks.flatMap { $0.map(\.decision) })
  }
}
