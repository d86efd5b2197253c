extension BlockwiseInference {
  /// Calls `body` for each block with its images loaded and buffers for forward and backward passes, and returns the
  /// results in block order.
  ///
  /// Every worker strides over the blocks with buffers of its own, so results do not depend on the number of workers.
  /// - Parameters:
  ///   - gradients: made for the plan that this runs.
  ///   - keepingReplaced: true where marginals of replaced units are wanted.
  /// - Throws: what `body` throws, and `CancellationError`.
  public func mapBlocks<Result: Sendable>(
    gradients: GradientPlan, keepingReplaced: Bool = false,
    progress: (@Sendable (_ blocksDone: Int) -> Void)? = nil,
    _ body: @escaping @Sendable (ForwardPass, BackwardPass, _ images: Range<Int>) throws -> Result
  ) async throws -> [Result] {
    let plan = plan
    return try await mapBlocks(
      buffers: {
        (forward: ForwardPass(plan, keepingReplaced: keepingReplaced), backward: BackwardPass(gradients))
      }, pass: { $0.forward }, progress: progress
    ) { buffers, range in try body(buffers.forward, buffers.backward, range) }
  }
}
