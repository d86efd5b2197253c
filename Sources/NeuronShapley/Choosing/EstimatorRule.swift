import CooperativeGames

/// Chooses the estimator for a request: from counts alone, so that the same question is always answered in the same way.
///
/// 1. Few players: all coalitions are enumerated where that costs no more than the sampling would.
/// 2. What is to be claimed rules out estimates with a bias that no limit and no error knows of: a top to decide goes to
///    stars, other limits and target errors to permutation sampling. So does a run that a clock ends.
/// 3. A budget too small for a few walks goes to slopes, which tell something about everyone after one pass.
/// 4. A race is chosen where it is reckoned to go further than walks: because toggles differ so much in cost that toggling
///    everyone equally often is a waste, because walks are few and its guidance takes much from their noise, or because the
///    metric counts right answers, which another output of the same evaluations foretells. It takes slopes
///    where the budget is large enough for them.
/// 5. Everything else goes to permutation sampling.
///
/// The thresholds were measured; the guide *Estimators* of `CooperativeGames` has the table.
public struct EstimatorRule: Sendable, Hashable {
  /// The kinds that may be chosen.
  public static let candidates: Set<EstimatorChoice.Kind> = [.exact, .stars, .permutation, .racing, .gradient]

  /// Orders with their reverses that a budget must pay for before walks are worth more than slopes.
  static let fewestWalks = 8
  /// How many times a race's beginning with slopes the budget must be for them to pay, and where another output foretells
  /// the metric already.
  static let fewestStarts = 1.5
  static let fewestForetoldStarts = 2.5
  /// How many times its beginning without slopes.
  static let fewestPlainStarts = 2.5
  /// How many times as far as walks a race must be reckoned to go.
  static let leastAdvantage = 1.65
  /// How much further it goes where another output foretells the metric.
  private static let foretelling = 2.0
  /// With so many walks guidance is worth as much again as the choice of toggles, with twice as many a quarter of that.
  private static let walksOfEqualNoise = 16.0
  /// The share of what toggling everyone costs that a race spends on a unit, and the bases' share of it at most:
  /// `RacingChoice`.
  private static let unitShare = 0.25
  /// Units in which a race toggles everyone before it chooses.
  private static let initialStars = 8.0
  /// Walks after which a target error is first looked at.
  private static let targetWalks = 64

  public let request: EstimatorRequest
  public let costs: EvaluationCosts
  /// How many images the metric looks at, and how many of them are evaluated together.
  public let imageCount: Int
  public let groupSize: Int

  /// - Precondition: at least one player and one image.
  public init(_ request: EstimatorRequest, costs: EvaluationCosts, imageCount: Int, laneCount: Int = 8) {
    precondition(costs.playerCount > 0 && imageCount > 0 && laneCount > 0, "a game of players on images")
    self.request = request
    self.costs = costs
    self.imageCount = imageCount
    groupSize = min(laneCount, imageCount)
  }

  /// The choice. Complexity: O(layers).
  public var choice: ChosenEstimator {
    if let exact = enumeration { return exact }
    if let confidence = request.confidence { return claiming(confidence) }
    if request.standardError != nil { return among(.permutation, because: .target) }
    guard !isUnlimited else { return among(.permutation, because: .clock(step: stepShare)) }
    // Slopes say next to nothing of counted right answers: on ResNet-8 their means are off by more than values differ.
    if walks < Double(Self.fewestWalks), hasSlopes, !isForetold, request.candidates.contains(.gradient) {
      return ChosenEstimator(.gradient, because: .fewWalks(walks: walks, fewest: Self.fewestWalks))
    }
    guard request.candidates.contains(.racing) else { return among(.permutation, because: .settings) }
    let slopedStarts = isForetold ? Self.fewestForetoldStarts : Self.fewestStarts
    let takesSlopes = hasSlopes && starts(takingSlopes: true) >= slopedStarts
    let plainStarts = starts(takingSlopes: false)
    guard takesSlopes || plainStarts >= Self.fewestPlainStarts,
      initialEvaluations <= request.evaluations ?? .max
    else { return among(.permutation, because: .shortRace(starts: plainStarts, fewest: Self.fewestPlainStarts)) }
    guard advantage >= Self.leastAdvantage else {
      return among(
        .permutation, because: .evenToggles(advantage: advantage, least: Self.leastAdvantage, step: stepShare))
    }
    return ChosenEstimator(
      .racing,
      because: isForetold
        ? .foretold(advantage: advantage, least: Self.leastAdvantage, walks: walks, takesSlopes: takesSlopes)
        : .unevenToggles(
          advantage: advantage, least: Self.leastAdvantage, spread: costs.spread, walks: walks,
          takesSlopes: takesSlopes))
  }

  // MARK: What is asked

  /// `kind` where the settings allow it; else the one that they are settings of.
  private func among(_ kind: EstimatorChoice.Kind, because ground: ChosenEstimator.Ground) -> ChosenEstimator {
    if request.candidates.contains(kind) { return ChosenEstimator(kind, because: ground) }
    let order: [EstimatorChoice.Kind] = [.permutation, .stars, .racing, .gradient, .exact]
    return ChosenEstimator(order.first(where: request.candidates.contains) ?? .permutation, because: .settings)
  }

  private func claiming(_ confidence: ConfidenceRequest) -> ChosenEstimator {
    guard let top = confidence.topCount, confidence.method.allowsPeeking else {
      return among(.permutation, because: .limits)
    }
    // The ends of the game and one star are the least that stars can be given.
    let least = 2 * imageCount + 2 * groupSize * (costs.playerCount + 1)
    guard least <= request.evaluations ?? .max else { return among(.permutation, because: .limits) }
    return among(.stars, because: .topToDecide(count: top))
  }

  private var isUnlimited: Bool { request.evaluations == nil && request.multiplyAdds == nil }

  private var hasSlopes: Bool { costs.backward != nil }

  /// Whether another output of the same evaluations foretells the metric with less noise.
  private var isForetold: Bool {
    !EstimatorChoice.racing(RacingEstimator.Configuration()).companions(of: request.metric).isEmpty
  }

  // MARK: What it costs

  private var stepShare: Double { costs.step / costs.forward }

  /// The multiply-adds to spend: those given, and those of as many steps of a walk as there are evaluations; infinite
  /// without either. So a budget of evaluations does not buy an estimator whose evaluations are dearer.
  private var budget: Double {
    min(
      request.multiplyAdds.map(Double.init) ?? .infinity,
      request.evaluations.map { Double($0) * max(1, costs.step) } ?? .infinity)
  }

  /// Orders with their reverses that the budget pays for.
  private var walks: Double { budget / max(1, 2 * Double(costs.playerCount * groupSize) * costs.step) }

  /// The budget, in beginnings of a race: slopes on all images, if it takes any, and stars at which everyone is toggled.
  private func starts(takingSlopes takesSlopes: Bool) -> Double {
    let images = Double(imageCount), group = Double(groupSize), players = Double(costs.playerCount)
    let worths = costs.forward + costs.base
    let slopes = takesSlopes ? images * (2 * (costs.forward + (costs.backward ?? 0)) + worths) : 0
    let stars = Self.initialStars * group * (costs.base + players * costs.toggle + worths)
    return budget / max(1, slopes + stars)
  }

  /// The evaluations below which a race refuses to begin.
  private var initialEvaluations: Int { 2 * Int(Self.initialStars) * groupSize * (costs.playerCount + 3) }

  /// How much further a race's toggles go than walks: the saving by choosing whom to toggle, less its bases, and with few walks
  /// what guidance takes from the noise.
  private var advantage: Double {
    let everyone = Double(costs.playerCount) * costs.toggle
    let unit = max(Self.unitShare * everyone, 2 * costs.base)
    let saving = costs.spread / (1 + costs.base / max(unit, .leastNormalMagnitude))
    let noise = Self.walksOfEqualNoise / max(walks, 1)
    return saving * (1 + noise * noise) * (isForetold ? Self.foretelling : 1)
  }

  /// Enumeration, where it is allowed and no dearer than what would be spent on samples.
  private var enumeration: ChosenEstimator? {
    let players = costs.playerCount
    guard request.candidates.contains(.exact), request.confidence == nil,
      players <= ExactEnumeration.largestPlayerCount
    else { return nil }
    let evaluations = imageCount << players
    // Neighbours in the enumeration differ in one player, mostly of the first, dearest layer.
    let dearest = costs.strata.map(\.step).max() ?? costs.forward
    let fits: Bool
    if request.standardError != nil, isUnlimited, !request.isTimed {
      fits = evaluations <= Self.targetWalks * 2 * players * groupSize
    } else {
      fits =
        !isUnlimited && evaluations <= request.evaluations ?? .max
        && Double(evaluations) * dearest <= request.multiplyAdds.map(Double.init) ?? .infinity
    }
    guard fits else { return nil }
    return ChosenEstimator(.exact, because: .fewCoalitions(players: players, evaluations: evaluations))
  }
}
