import CooperativeGames
import Images
import Inference
import InputErrors
import NeuronShapley
import Reports
import Statistics

/// Removes filters in several orders and measures what clean and attacked images are taken for.
struct RemovalTrials: Sendable {
  /// The order that players are removed in.
  struct Sequence: Sendable {
    var order: AdversarialDocument.Order
    /// Indices of players, one list an order: several for random ones.
    var players: [[Int]]
  }

  let plan: ExecutionPlan
  let players: FilterPlayers
  let ablation: CalibratedAblation
  let network: AttackedNetwork
  let images: LabeledImages
  let attacked: AdversarialImages
  let workers: Int
  let seed: UInt64

  /// Random orders; the first filters of one are part of any longer removal by it.
  static func randomOrders(_ count: Int, playerCount: Int, seed: UInt64) -> [[Int]] {
    (0..<count).map { index in
      var stream = RandomStream(seed: seed, purpose: .baseline, index: index)
      return stream.permutation(of: playerCount)
    }
  }

  /// One entry for the whole network, then one for each number and sequence.
  ///
  /// - Parameter progress: called with the number of removals done and of all.
  /// - Throws: ``InputErrors/InputError``; `CancellationError`.
  func measured(
    _ sequences: [Sequence], counts: [Int], progress: @escaping @Sendable (ProgressLine) -> Void
  ) async throws -> [AdversarialDocument.Removal] {
    let bootstraps = (
      all: PairedBootstrap(count: images.count, seed: seed),
      attacked: PairedBootstrap(count: attacked.outcomes.count, seed: seed), seed: seed
    )
    let whole = try await trial(removing: []) { _ in }
    func removal(
      _ order: AdversarialDocument.Order, _ count: Int, _ trials: [AttackTrial]
    ) -> AdversarialDocument.Removal {
      AdversarialDocument.Removal(
        order, count: count, trials: trials, whole: whole, attack: attacked.attack, labels: images.labels,
        attacked: attacked.clean.labels, bootstraps: bootstraps)
    }
    var removals = [removal(.attack, 0, [whole])]
    let total = counts.count * sequences.reduce(0) { $0 + $1.players.count }
    var done = 0
    for sequence in sequences {
      for count in counts {
        var trials: [AttackTrial] = []
        for order in sequence.players {
          let details = ["removal \(done + 1) of \(total)"]
          let imageCount = attacked.outcomes.count
          trials.append(
            try await trial(removing: Array(order.prefix(count))) {
              progress(ProgressLine("attacking anew", done: $0, total: imageCount, unit: "images", details: details))
            })
          done += 1
        }
        if !trials.isEmpty { removals.append(removal(sequence.order, count, trials)) }
      }
    }
    return removals
  }

  private func trial(
    removing removed: [Int], progress: @escaping @Sendable (Int) -> Void
  ) async throws -> AttackTrial {
    try await AttackTrial.measured(
      plan, removing: removed, of: players, ablation: ablation, attacking: network, images: images, attacked: attacked,
      workers: workers, progress: progress)
  }
}
