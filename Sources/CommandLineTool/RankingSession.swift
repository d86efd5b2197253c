import CooperativeGames
import NeuronShapley
import Reports

/// One sitting of a ranking, and why it ended in words.
struct RankingSession: Sendable {
  /// What came out of a sitting that was not interrupted.
  struct Outcome: Sendable {
    let result: RankingResult
    /// Seconds of estimation over all sittings.
    let seconds: Double
    /// Why it ended, as a clause.
    let ending: String
    /// Whether the clock decided where it ended, so that the command line alone does not.
    let isEndedByClock: Bool

    /// Whether a budget of evaluations ends an estimation at the same unit of work.
    var isRepeatableByEvaluations: Bool {
      guard isEndedByClock else { return false }
      switch result.provenance.configuration.estimator {
      case .permutation(let settings):
        return settings.truncation == .none && settings.confidence?.method != .fixedSample
      case .msr, .stratified, .regressionAdjusted, .gradient: return true
      // What these begin with depends on the budget, or is refused for a small one.
      case .svarm, .leverage, .stars, .racing: return false
      case .tmab, .exact, .leaveOneOut: return false
      }
    }
  }

  let job: NeuronRankingJob
  let folder: RunFolder
  let budget: BudgetOptions
  let display: ProgressDisplay

  /// Runs until the estimator is finished, a budget is spent or a signal asks for an end.
  ///
  /// - Parameter stored: where an earlier sitting left off.
  /// - Throws: as ``EstimationSession/run(resuming:)``.
  func run(resuming stored: StoredCheckpoint?) async throws -> Outcome {
    let session = EstimationSession(estimation: job, folder: folder, budget: budget, display: display)
    let outcome = try await session.run(resuming: stored)
    return Outcome(
      result: outcome.result, seconds: outcome.seconds, ending: ending(of: outcome),
      isEndedByClock: outcome.isEndedByClock)
  }

  private func ending(of outcome: EstimationSession<NeuronRankingJob>.Outcome) -> String {
    guard outcome.isFinished else {
      return outcome.isEndedByClock ? "the time is over" : "the budget of multiply-adds is spent"
    }
    let result = outcome.result
    switch job.configuration.estimator {
    case .permutation(let settings):
      return ending(target: settings.standardError, confidence: settings.confidence, result)
    case .stars(let settings):
      return ending(target: settings.standardError, confidence: settings.confidence, result)
    case .gradient(let settings): return ending(target: settings.standardError, result)
    case .racing(let settings): return ending(target: nil, confidence: settings.confidence, result)
    case .msr(let settings): return ending(target: settings.standardError, result)
    case .stratified(let settings): return ending(target: settings.standardError, result)
    case .svarm(let settings):
      let isSpent = settings.evaluations.map { $0 - result.effort.evaluations <= 2 * (job.players.count + 1) } ?? false
      return isSpent ? "the budget of evaluations is spent" : "all coalitions are evaluated"
    case .leverage, .regressionAdjusted: return "the budget of evaluations is spent"
    case .tmab:
      let undecided = result.ranking.entries.count { $0.estimate.status == .undecided }
      return undecided <= 1 ? "at most one player is undecided by its rule" : "the budget of evaluations is spent"
    case .exact: return "all coalitions are evaluated"
    case .leaveOneOut: return "every player has been removed"
    }
  }

  private func ending(
    target: Double?, confidence: ConfidenceRequest? = nil, _ result: RankingResult
  ) -> String {
    let players = result.estimate.players
    if confidence?.topCount != nil, !players.contains(where: { $0.status == .undecided }) {
      return "every player is decided"
    }
    let largest = players.compactMap(\.standardError).max()
    guard let target, let largest, largest <= target else { return "the budget of evaluations is spent" }
    return "no standard error is larger than \(NumberText.plain(target))"
  }
}
