import InputErrors
import Tensors

/// Runs a network over many images, eight at a time, with one task a worker.
public struct BlockwiseInference: Sendable {
  public let plan: ExecutionPlan
  public let images: InputImages
  public let workers: Int

  /// - Throws: ``InputError`` (data) when the images do not fit the network's input or there are none.
  public init(_ plan: ExecutionPlan, images: InputImages, workers: Int = 1) throws {
    guard images.count > 0 else { throw InputError(.data, "there are no images") }
    guard images.shape == plan.network.inputShape else {
      throw InputError(
        .data, "the images do not fit the model's input '\(plan.network.nodes[0].name)'",
        expected: "\(plan.network.inputShape)", found: "\(images.shape)",
        hint: "the preprocessing decides the images' size and channels")
    }
    self.plan = plan
    self.images = images
    self.workers = max(1, workers)
  }

  public var blockCount: Int { (images.count + ExecutionPlan.laneCount - 1) / ExecutionPlan.laneCount }

  /// Calls `body` for each block with its images loaded, and returns the results in block order.
  ///
  /// Every worker strides over the blocks with buffers of its own, so results do not depend on the number of workers.
  /// - Throws: what `body` throws, and `CancellationError`.
  public func mapBlocks<Result: Sendable>(
    progress: (@Sendable (_ blocksDone: Int) -> Void)? = nil,
    _ body: @escaping @Sendable (ForwardPass, _ images: Range<Int>) throws -> Result
  ) async throws -> [Result] {
    try await mapBlocks(buffers: { [plan] in ForwardPass(plan) }, pass: { $0 }, progress: progress, body)
  }

  /// The same for any buffers that a worker needs beside the forward pass.
  ///
  /// - Parameters:
  ///   - buffers: makes one worker's; called once a worker.
  ///   - pass: the forward pass among them, into which the images are loaded.
  package func mapBlocks<Buffers, Result: Sendable>(
    buffers makeBuffers: @escaping @Sendable () -> Buffers, pass: @escaping @Sendable (Buffers) -> ForwardPass,
    progress: (@Sendable (_ blocksDone: Int) -> Void)?,
    _ body: @escaping @Sendable (Buffers, _ images: Range<Int>) throws -> Result
  ) async throws -> [Result] {
    let count = blockCount, step = min(workers, count)
    var results = [Result?](repeating: nil, count: count)
    var done = 0
    try await withThrowingTaskGroup(of: (worker: Int, part: [Result]).self) { group in
      for worker in 0..<step {
        group.addTask {
          let buffers = makeBuffers()
          let pass = pass(buffers)
          var part: [Result] = []
          for block in stride(from: worker, to: count, by: step) {
            try Task.checkCancellation()
            let range = block * ExecutionPlan.laneCount..<min((block + 1) * ExecutionPlan.laneCount, images.count)
            pass.load(count: range.count) { lane, buffer in images.copy(range.lowerBound + lane, into: buffer) }
            part.append(try body(buffers, range))
            if worker == 0 { progress?(min(count, part.count * step)) }
          }
          return (worker, part)
        }
      }
      for try await (worker, part) in group {
        for (index, result) in part.enumerated() { results[worker + index * step] = result }
        done += part.count
      }
    }
    precondition(done == count, "every block has a result")
    return results.compactMap { $0 }
  }

  /// The logits of all images, `[image][class]`, with some units removed the same way for every image.
  public func logits(
    removing masks: [UInt8]? = nil, replacement: Replacement = .constants([]),
    progress: (@Sendable (_ blocksDone: Int) -> Void)? = nil
  ) async throws -> [Float] {
    let classes = plan.network.classCount
    let blocks = try await mapBlocks(progress: progress) { pass, range in
      pass.run(removing: masks, replacement: replacement)
      var block = [Float](repeating: 0, count: range.count * classes)
      block.withUnsafeMutableBufferPointer { buffer in
        for lane in 0..<range.count {
          pass.copyLogits(lane: lane, into: .init(rebasing: buffer[lane * classes..<(lane + 1) * classes]))
        }
      }
      return block
    }
    return Array(blocks.joined())
  }
}
