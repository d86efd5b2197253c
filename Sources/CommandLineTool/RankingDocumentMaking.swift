import CooperativeGames
import NeuronShapley
import Reports

extension RankingDocument {
  /// A finished estimation as a document.
  init(
    _ outcome: RankingSession.Outcome, model: ModelFile, question: Question, images: ImagesSummary,
    calibration: ImagesSummary, settings: JSONValue, choice: ChosenEstimator?, commandLine: [String], workers: Int,
    responses: FilterResponses?
  ) {
    let result = outcome.result, estimate = result.estimate, configuration = result.provenance.configuration
    let (claim, delta) = Self.claim(estimate.confidence)
    self.init(
      toolVersion: Tool.version, commandLine: commandLine, question: question,
      network: .init(
        file: model.path, digest: model.digest, inputShape: model.network.inputShape.extents,
        classes: model.network.classCount, parameters: model.network.parameterCount,
        multiplyAdds: model.network.multiplyAdds),
      images: images, calibration: calibration,
      estimation: .init(
        estimator: estimate.estimator, seed: configuration.seed, ending: outcome.ending,
        isEndedByClock: outcome.isEndedByClock && !outcome.isRepeatableByEvaluations,
        grandValue: estimate.grandValue, emptyValue: estimate.emptyValue,
        efficiency: Self.efficiency(estimate.efficiency.claim), residual: estimate.efficiency.residual,
        confidence: claim, confidenceDelta: delta, truncatedShare: estimate.truncatedShare,
        truncation: Self.truncation(configuration.estimator), bias: estimate.bias,
        imagesCounted: result.effort.imageCount,
        imagesDrawn: result.effort.drawnImageCount, choice: choice.map(EstimatorChoiceText.sentence)),
      cost: .init(
        evaluations: result.effort.evaluations, units: estimate.units, multiplyAdds: result.effort.multiplyAdds,
        seconds: outcome.seconds, workers: workers, peakMemory: PeakMemory.bytes),
      players: result.ranking.entries.map(Player.init), settings: settings, responses: responses)
  }

  private static func claim(_ confidence: ConfidenceStatement) -> (Estimation.Claim, Double?) {
    switch confidence {
    case .none: (.none, nil)
    case .fixedSample(let delta): (.fixedSample, delta)
    case .timeUniform(let delta): (.timeUniform, delta)
    case .asymptotic(let delta): (.asymptotic, delta)
    case .asPublished(let delta): (.asPublished, delta)
    }
  }

  private static func efficiency(_ claim: Efficiency.Claim) -> Estimation.Efficiency {
    switch claim {
    case .exact: .exact
    case .inExpectation: .inExpectation
    case .notClaimed: .notClaimed
    }
  }

  private static func truncation(_ estimator: EstimatorChoice) -> String {
    switch estimator {
    case .permutation(let settings): sentence(settings.truncation, settings.rest)
    case .msr, .svarm, .leverage, .regressionAdjusted:
      "nothing is truncated: coalitions of every size are evaluated whole, with their complements"
    case .stratified: "nothing is truncated: every player's marginal is evaluated at coalitions of every size"
    case .stars, .racing: "nothing is cut short: players are toggled one at a time"
    case .gradient: "nothing is walked: slopes are taken at coalitions of every size"
    case .tmab(let settings): sentence(settings.truncation, .recordZero)
    case .exact: "nothing is sampled: every coalition is evaluated"
    case .leaveOneOut: "nothing is sampled: every player is removed alone"
    }
  }

  private static func sentence(_ truncation: Truncation, _ rest: TruncatedRest) -> String {
    let rule: String
    switch truncation {
    case .none: return "every order is walked to its end"
    case .towardsEmpty(let tolerance):
      rule = "an order ends once |v(S) − v(∅)| ≤ \(NumberText.plain(tolerance)) · |v(N) − v(∅)|"
    case .consecutive(let evaluations, let chance, let threshold):
      rule =
        "an order ends after \(evaluations) evaluations in a row at most \(NumberText.plain(threshold)) above chance "
        + "(\(NumberText.plain(chance)))"
    }
    switch rest {
    case .recordZero: return "\(rule); the players after it count as 0, which is biased"
    case .spread(let continuation):
      return "\(rule); the players after it share what is left, corrected by a roulette that walks on with probability "
        + "\(NumberText.plain(continuation)), which is unbiased"
    }
  }
}

extension RankingDocument.Player {
  fileprivate init(_ entry: NeuronRanking.Entry) {
    let estimate = entry.estimate
    let status: Status =
      switch estimate.status {
      case .in: .in
      case .out: .out
      case .undecided: .undecided
      case .estimated: .estimated
      }
    self.init(
      player: entry.name, layer: entry.layer ?? "", channel: entry.channel, value: estimate.value,
      standardError: estimate.standardError, lower: estimate.lower, upper: estimate.upper, samples: estimate.samples,
      status: status, rank: entry.rank)
  }
}
