import Inference
import Networks

/// A network as an attack meets it: whole, or with players removed.
public struct AttackedNetwork: Sendable {
  let gradients: GradientPlan
  /// For each unit of the plan, all eight lanes where it is removed; nil for the whole network.
  let removed: [UInt8]?
  let ablation: CalibratedAblation?

  /// The whole network.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) when the activations do not fit in memory.
  public init(_ network: Network, instructionSet: InstructionSet = .fastest) throws {
    let plan = try ExecutionPlan(network, instructionSet: instructionSet, purpose: .differentiation)
    self.init(gradients: GradientPlan(plan), removed: nil, ablation: nil)
  }

  private init(gradients: GradientPlan, removed: [UInt8]?, ablation: CalibratedAblation?) {
    self.gradients = gradients
    self.removed = removed
    self.ablation = ablation
  }

  /// The network without some players; without any, the whole one.
  ///
  /// - Precondition: the players are units of the same network, as are the ablation's.
  public func removing(_ removed: [Int], of players: FilterPlayers, ablation: CalibratedAblation) -> AttackedNetwork {
    precondition(players.unitCount == gradients.plan.unitCount, "players of the same network")
    return AttackedNetwork(
      gradients: gradients, removed: removed.isEmpty ? nil : players.masks(removing: removed),
      ablation: removed.isEmpty ? nil : ablation)
  }

  /// Runs a pass over what is loaded.
  func run(_ forward: ForwardPass, donor: ForwardPass?) {
    guard let removed, let ablation else { return forward.run() }
    forward.run(removing: removed, replacement: ablation.replacement, donor: donor)
  }
}
