import Images
import Inference
import InputErrors
import Statistics

/// Makes a network fairer to a group of images by removing filters that harm it: chosen on some images, judged on others.
///
/// Candidates are the filters whose Shapley value for the group is negative (Ghorbani and Zou 2020, section 4.4). Values
/// are averages over coalitions; what a removal does to the network as it stands may differ. So every step tries the most
/// negative ones that are left and takes the one that raises the group's metric most, as long as all images
/// together, and every other group, do not lose more than allowed. It ends when the target is met, nothing helps any more, or enough filters are gone.
public struct GroupRepair: Sendable, Hashable, Codable {
  /// What is wanted.
  public struct Configuration: Sendable, Hashable, Codable {
    /// What a removal has to raise, on the group's images.
    public var metric: PerformanceMetric
    /// The group's accuracy, on the images to choose by, at which the repair ends; nil for as far as it goes.
    public var target: Double?
    /// How much accuracy all images together, on those to choose by, may lose.
    public var allowance: Double
    /// How much accuracy any other group, on its images to choose by, may lose; nil for no limit of its own.
    public var groupAllowance: Double?
    /// How many candidates a step tries.
    public var candidates: Int
    /// How many filters are removed at most.
    public var most: Int
    /// Decides the resamples of the intervals.
    public var seed: UInt64

    public init(
      metric: PerformanceMetric = .accuracy, target: Double? = nil, allowance: Double = 0.01,
      groupAllowance: Double? = nil, candidates: Int = 20, most: Int = 20, seed: UInt64 = 0
    ) {
      self.metric = metric
      self.target = target
      self.allowance = allowance
      self.groupAllowance = groupAllowance
      self.candidates = candidates
      self.most = most
      self.seed = seed
    }
  }

  /// Images with their groups.
  public struct Part: Sendable {
    public var images: LabeledImages
    public var groups: ImageGroups

    public init(images: LabeledImages, groups: ImageGroups) {
      precondition(groups.members.count == images.count, "a group for each image")
      self.images = images
      self.groups = groups
    }
  }

  /// The network after so many removals.
  public struct Step: Sendable, Hashable, Codable {
    /// The filter that this step has removed; nil before the first.
    public let removed: String?
    /// Its Shapley value for the group.
    public let value: Double?
    /// On the images that the choice was made by.
    public let chosenBy: GroupScores
    /// On the others.
    public let judgedBy: GroupScores
  }

  /// Why the repair ended.
  public enum Ending: String, Sendable, Hashable, Codable, CaseIterable {
    case targetMet, nothingHelps, allowanceSpent, noCandidates, mostRemoved
  }

  /// A change of accuracy with its 95 % interval from the bootstrap over the images.
  public struct Change: Sendable, Hashable, Codable {
    public let value: Double
    public let lower: Double
    public let upper: Double
  }

  public let configuration: Configuration
  public let groupNames: [String]
  /// The place of the repaired group among the names.
  public let targetGroup: Int
  /// How many filters have a negative value for the group.
  public let negativeCount: Int
  public let steps: [Step]
  public let ending: Ending
  /// The change of each group's accuracy from the first step to the last, on the images that judge.
  public let changes: [Change]
  public let overallChange: Change

  public var removed: [String] { steps.compactMap(\.removed) }

  /// - Parameters:
  ///   - values: the Shapley value of each player for the group.
  ///   - progress: called with the filters removed and the candidates tried so far.
  /// - Throws: ``InputErrors/InputError`` when images do not fit the network or the group has no image in a part;
  ///   `CancellationError`. Complexity: an incremental pass an image for each candidate of each step.
  public static func measured(
    _ configuration: Configuration, plan: ExecutionPlan, players: FilterPlayers, values: [Double], targetGroup: Int,
    ablation: CalibratedAblation, choosing: Part, judging: Part, workers: Int = 1,
    progress: (@Sendable (_ removed: Int, _ tried: Int) -> Void)? = nil
  ) async throws -> GroupRepair {
    precondition(values.count == players.count, "a value for each player")
    precondition(choosing.groups.names == judging.groups.names, "the same groups")
    for (part, name) in [(choosing, "to choose by"), (judging, "to judge by")]
    where part.groups.counts[targetGroup] == 0 {
      throw InputError(
        .data, "the group '\(choosing.groups.names[targetGroup])' has no image among those \(name)",
        found: zip(part.groups.names, part.groups.counts).map { "\($0): \($1)" }.joined(separator: ", "))
    }
    let search = RepairSearch(
      configuration: configuration, plan: plan, players: players, targetGroup: targetGroup, ablation: ablation,
      part: choosing, workers: workers)
    let negative = values.indices.filter { values[$0] < 0 }.sorted { (values[$0], $0) < (values[$1], $1) }
    let found = try await search.run(candidates: negative, progress: progress)
    let judged = try await RemovalScores.measured(
      plan, players: players, orders: [found.removed], counts: Array(0...found.removed.count), ablation: ablation,
      metrics: [.accuracy, .logLikelihood()], on: judging.images, workers: workers)
    let (correct, logLikelihoods) = (judged[0][0], judged[1][0])
    let steps = found.scores.enumerated().map { index, scores in
      let player = index == 0 ? nil : found.removed[index - 1]
      return Step(
        removed: player.map { players.players[$0].name }, value: player.map { values[$0] }, chosenBy: scores,
        judgedBy: GroupScores(
          judging.groups, correct: correct.scores[index], logLikelihoods: logLikelihoods.scores[index]))
    }
    let last = found.removed.count
    func change(_ places: [Int]) -> Change {
      guard !places.isEmpty else { return Change(value: 0, lower: 0, upper: 0) }
      let differences = places.map { correct.scores[last][$0] - correct.scores[0][$0] }
      let interval = PairedBootstrap(count: places.count, seed: configuration.seed).interval(differences)
      return Change(
        value: differences.reduce(0, +) / Double(places.count), lower: interval.lowerBound, upper: interval.upperBound)
    }
    return GroupRepair(
      configuration: configuration, groupNames: choosing.groups.names, targetGroup: targetGroup,
      negativeCount: negative.count, steps: steps, ending: found.ending,
      changes: choosing.groups.names.indices.map { change(judging.groups.places(of: $0)) },
      overallChange: change(Array(0..<judging.images.count)))
  }
}
