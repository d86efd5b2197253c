import Images
import Inference
import InputErrors
import Networks
import Statistics

/// What removing the players that rank first for a class does to that class and to every other one, measured on images
/// of the caller's choice.
public struct ClassRemoval: Sendable, Hashable {
  /// The accuracy on each class after a removal.
  public struct Effect: Sendable, Hashable {
    /// The players that were removed together.
    public let removed: [Int]
    /// The images of each tested class that are recognised, in the order of ``ClassRemoval/labels``.
    public let correctCounts: [Int]
    /// The change of the accuracy on the images of the class whose players were removed; nil for a random set, and for a
    /// class without an image here.
    public let ownChange: MeanScore?
    /// The change of the accuracy on all other images; nil when there are none.
    public let otherChange: MeanScore?
  }

  /// The labels that have images here, increasing.
  public let labels: [Int]
  /// How many images each of them has.
  public let imageCounts: [Int]
  /// The images of each that the whole network recognises.
  public let correctBefore: [Int]
  /// After removing a class's players, one entry a class that was asked for.
  public let effects: [Effect]
  /// After removing as many players drawn at random, one entry a draw.
  public let random: [Effect]

  /// Measures the removals.
  ///
  /// - Parameters:
  ///   - sets: the players to remove for a class, with the class's label.
  ///   - seeds: one a random set, of as many players as the first of `sets` has.
  ///   - progress: called with the number of removals done, of 1 + sets + seeds.
  /// - Throws: ``InputErrors/InputError`` when images or labels do not fit the network, or a logit is not finite;
  ///   `CancellationError`. Complexity: one forward pass an image for each of 1 + sets + seeds.
  /// - Precondition: at least one set; all removed are players.
  public static func measured(
    _ plan: ExecutionPlan, players: FilterPlayers, sets: [(label: Int, players: [Int])], seeds: [UInt64],
    ablation: CalibratedAblation, on images: LabeledImages, workers: Int = 1,
    progress: (@Sendable (_ removalsDone: Int) -> Void)? = nil
  ) async throws -> ClassRemoval {
    precondition(!sets.isEmpty, "a set of players to remove")
    let inference = try AblatedInference(plan, on: images, workers: workers)
    func outcomes(_ removed: [Int]) async throws -> [Double] {
      try await inference.mapLogits(removing: removed.flatMap { players.units[$0] }, ablation: ablation) {
        Objective.accuracy.score(logits: $0, label: $1)
      }
    }
    let labels = Set(images.labels).sorted()
    func correctCounts(_ outcomes: [Double]) -> [Int] {
      var counts = [Int: Int]()
      for (label, outcome) in zip(images.labels, outcomes) where outcome == 1 { counts[label, default: 0] += 1 }
      return labels.map { counts[$0] ?? 0 }
    }
    let before = try await outcomes([])
    var done = 1
    progress?(done)
    func effect(_ removed: [Int], of label: Int?) async throws -> Effect {
      let after = try await outcomes(removed)
      done += 1
      progress?(done)
      func change(_ isWanted: (Int) -> Bool) -> MeanScore? {
        let changes = images.labels.indices.filter { isWanted(images.labels[$0]) }.map { after[$0] - before[$0] }
        return changes.isEmpty ? nil : MeanScore(changes)
      }
      return Effect(
        removed: removed, correctCounts: correctCounts(after),
        ownChange: label.flatMap { own in change { $0 == own } }, otherChange: change { $0 != label })
    }
    var effects: [Effect] = [], random: [Effect] = []
    for set in sets { effects.append(try await effect(set.players, of: set.label)) }
    for seed in seeds {
      var stream = RandomStream(seed: seed, purpose: .baseline)
      random.append(try await effect(stream.sample(sets[0].players.count, of: players.count), of: nil))
    }
    let counts = Dictionary(grouping: images.labels) { $0 }
    return ClassRemoval(
      labels: labels, imageCounts: labels.map { counts[$0]?.count ?? 0 }, correctBefore: correctCounts(before),
      effects: effects, random: random)
  }
}
