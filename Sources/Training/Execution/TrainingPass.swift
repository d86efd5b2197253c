import Inference
import InputErrors
import Networks
import Tensors

/// A network with changing parameters, run over batches of images forwards and backwards.
///
/// Batch normalization uses the batch's own moments while training (biased variance to normalize with, unbiased for the
/// running one, as PyTorch does) and the running moments otherwise. The bits of every result depend on the parameters and
/// the batch alone, not on the number of workers. One owner: not `Sendable`.
public final class TrainingPass {
  public let layout: ParameterLayout
  /// Images of a batch at most.
  public let batchSize: Int
  /// The parameters as one flat vector, in the order of the layout; what is set takes effect at the next forward pass.
  public var parameters: [Float] {
    didSet { precondition(parameters.count == layout.count, "a value for each parameter") }
  }
  /// For each batch normalization in node order its running means, then its running variances.
  public var runningMoments: [Float] {
    didSet { precondition(runningMoments.count == oldValue.count, "two moments for each normalized channel") }
  }
  /// The share of a batch's moments in the running ones after it.
  public var momentum: Float = 0.1

  private let base: Network
  private let execution: BatchExecution
  private var lastCount = 0

  /// - Parameters:
  ///   - network: its parameters and moments are where training begins.
  ///   - batchSize: images of a batch at most; blocks of eight share a pass, and the last may hold fewer.
  ///   - workers: threads that share a batch.
  /// - Throws: ``InputError`` (data) when the batch's activations do not fit in memory.
  public init(
    _ network: Network, batchSize: Int, workers: Int = 1, instructionSet: InstructionSet = .fastest
  ) throws {
    guard batchSize > 0 else {
      throw InputError(.data, "a batch holds no image", expected: "1 or more", found: "\(batchSize)")
    }
    base = network
    self.batchSize = batchSize
    execution = try BatchExecution(
      network, batchSize: batchSize, workers: workers, instructionSet: instructionSet)
    layout = execution.layout
    parameters = layout.values(of: network)
    runningMoments = network.nodes.flatMap { node -> [Float] in
      if case .batchNormalization(let layer) = node.layer { return layer.mean + layer.variance }
      return []
    }
  }

  /// Runs a batch and returns its logits, `[count][classes]`.
  ///
  /// - Parameters:
  ///   - count: images of this batch, 1 to ``batchSize``.
  ///   - training: true to normalize by the batch's moments and move the running ones.
  ///   - fill: called once an image, in order, with a buffer of the input's `[channels, height, width]` elements.
  public func forward(
    count: Int, training: Bool, fill: (_ image: Int, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows -> [Float] {
    let logits = try execution.forward(
      count: count, parameters: parameters, running: training ? nil : runningMoments, fill: fill)
    lastCount = training ? count : 0
    if training {
      let moments = execution.batchMoments
      // Changed as a whole: an observed property is copied at each change.
      var running = runningMoments
      for index in moments.indices { running[index] += momentum * (moments[index] - running[index]) }
      runningMoments = running
    }
    return logits
  }

  /// The gradient of every parameter for the batch of the last training pass, in the order of the layout.
  ///
  /// - Parameter logitGradients: the loss's gradient at the logits, `[count][classes]`; nothing is averaged.
  public func backward(logitGradients: [Float]) -> [Float] {
    precondition(lastCount > 0, "a training pass comes first")
    precondition(logitGradients.count == lastCount * base.classCount, "a value for each image and class")
    return execution.backward(logitGradients)
  }

  /// The network with the present parameters and running moments.
  public func network() -> Network {
    var moment = 0
    let nodes = base.nodes.enumerated().map { index, node -> Node in
      var node = node
      node.layer = layout.layer(node.layer, ofNode: index, from: parameters)
      if case .batchNormalization(var layer) = node.layer {
        let channels = layer.mean.count
        layer.mean = Array(runningMoments[moment..<moment + channels])
        layer.variance = Array(runningMoments[moment + channels..<moment + 2 * channels])
        moment += 2 * channels
        node.layer = .batchNormalization(layer)
      }
      return node
    }
    return base.replacingNodes(nodes)
  }
}
