import CooperativeGames
import Images
import Inference
import InputErrors
import Networks
import Statistics
import Tensors

/// Computes what a ``RemovalBaseline`` says of every player.
///
/// What needs an objective takes the log-likelihood of the label, whatever the ranking's metric: it tells more per image
/// than accuracy, which makes the baselines strong.
public struct BaselineScores: Sendable {
  let network: Network
  let players: FilterPlayers
  let images: LabeledImages
  let ablation: CalibratedAblation
  let workers: Int
  let instructionSet: InstructionSet

  /// Steps on the way of ``RemovalBaseline/conductance``.
  static let conductanceSteps = 16

  /// - Parameters:
  ///   - images: what the baselines look at; never those that the curves are measured on.
  ///   - ablation: of the plan that the players were named by.
  /// - Throws: ``InputErrors/InputError`` when the images do not fit the network.
  public init(
    _ network: Network, players: FilterPlayers, images: LabeledImages,
    ablation: CalibratedAblation, workers: Int = 1, instructionSet: InstructionSet = .fastest
  ) throws {
    try images.requireFit(network)
    self.network = network
    self.players = players
    self.images = images
    self.ablation = ablation
    self.workers = max(1, workers)
    self.instructionSet = instructionSet
  }

  /// The players from the one that the baseline holds most important to the least; equal ones in network order.
  ///
  /// - Parameter seed: of the random baseline; the others do not depend on it.
  /// - Throws: ``InputErrors/InputError`` when an activation or a gradient is not a finite number; `CancellationError`.
  ///   Complexity: a forward pass an image for activations, a forward and a backward one for
  ///   ``RemovalBaseline/taylor``, sixteen of both for ``RemovalBaseline/conductance``, an incremental pass an image and
  ///   player for ``RemovalBaseline/leaveOneOut``.
  public func order(
    _ baseline: RemovalBaseline, seed: UInt64 = 0, progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> [Int] {
    if baseline == .random {
      var stream = RandomStream(seed: seed, purpose: .baseline)
      return stream.permutation(of: players.count)
    }
    let scores = try await scores(baseline, progress: progress)
    return scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
  }

  /// One number a player: the higher, the more important.
  package func scores(
    _ baseline: RemovalBaseline, progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> [Double] {
    let count = images.count
    let blocksDone: @Sendable (Int) -> Void = { progress?(min(count, $0 * ExecutionPlan.laneCount)) }
    let units: [Double]
    switch baseline {
    case .random: preconditionFailure("random orders have no scores")
    case .leaveOneOut: return try await leaveOneOut(progress)
    case .weightNorm: units = try weightNorms()
    case .meanActivation: units = try await activationMoments(blocksDone).map(\.absolute)
    case .activationVariance: units = try await activationMoments(blocksDone).map(\.variance)
    case .taylor: units = try await FirstOrderScores(self).taylor(blocksDone)
    case .conductance: units = try await FirstOrderScores(self).conductance(steps: Self.conductanceSteps, blocksDone)
    }
    let scores = players.units.map { $0.reduce(0) { $0 + units[$1] } }
    guard let broken = scores.firstIndex(where: { !$0.isFinite }) else { return scores }
    throw InputError(
      .data, "the baseline '\(baseline.rawValue)' is not a finite number",
      at: .init(node: players.players[broken].name))
  }

  func plan(_ purpose: PlanPurpose) throws -> ExecutionPlan {
    try ExecutionPlan(network, instructionSet: instructionSet, purpose: purpose)
  }

  private func leaveOneOut(_ progress: (@Sendable (_ imagesDone: Int) -> Void)?) async throws -> [Double] {
    let game = try AblationGame(
      plan(.incremental), players: players, images: images, metric: .logLikelihood(), ablation: ablation)
    let procedure = LeaveOneOut()
    let run = try await EstimationDriver(procedure, on: game, workerCount: workers).run(seed: 0) { event in
      progress?(event.checkpoint.evaluations / (players.count + 1))
      return .goOn
    }
    guard let scores = procedure.scores(run.state) else { throw CancellationError() }
    return scores.estimate(imageCount: images.count, units: run.checkpoint.units).players.map(\.value)
  }

  private func weightNorms() throws -> [Double] {
    let plan = try plan(.inference)
    return plan.sites.flatMap { site -> [Double] in
      let (weight, isTransposed, groups): (Tensor, Bool, Int)
      switch network.nodes[site.site.source].layer {
      case .convolution(let layer): (weight, isTransposed, groups) = (layer.weight, false, layer.groups)
      case .transposedConvolution(let layer): (weight, isTransposed, groups) = (layer.weight, true, layer.groups)
      case .linear(let layer): (weight, isTransposed, groups) = (layer.weight, false, 1)
      case .input, .constant, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate, .combine,
        .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
        preconditionFailure("a site begins at a convolution or a linear layer")
      }
      return Self.norms(weight, outputs: site.channelCount, isTransposed: isTransposed, groups: groups)
    }
  }
}
