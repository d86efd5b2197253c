import Inference
import Networks

/// Times of forward and backward passes of one block of eight images, in turn.
struct BackwardTiming: Encodable {
  /// Milliseconds of each forward pass.
  var forward: [Double] = []
  /// Milliseconds of each backward pass of the log-likelihood, to the input and all between.
  var backward: [Double] = []

  /// - Parameter images: at least one; the first eight are used.
  init(_ network: Network, images: InputImages, instructionSet: InstructionSet, times: Int) throws {
    let plan = try ExecutionPlan(network, instructionSet: instructionSet, purpose: .differentiation)
    let forward = ForwardPass(plan), backward = BackwardPass(GradientPlan(plan))
    forward.load(count: min(ExecutionPlan.laneCount, images.count)) { lane, buffer in images.copy(lane, into: buffer) }
    let clock = ContinuousClock()
    for _ in 0..<times {
      forward.invalidate()
      self.forward.append(clock.measure { forward.run() } / .milliseconds(1))
      backward.begin(forward)
      for lane in 0..<forward.imageCount { backward.seed(.logLikelihood, label: 0, lane: lane) }
      self.backward.append(clock.measure { backward.run() } / .milliseconds(1))
    }
  }
}
