import NeuronShapley

/// Why an estimator was chosen, in words with the figures that decided.
package enum EstimatorChoiceText {
  /// For the user who has named none: `racing is chosen because …`.
  ///
  /// - Parameters:
  ///   - choice: nil where an earlier sitting was told which one to take.
  ///   - kind: the estimator.
  package static func remark(_ choice: ChosenEstimator?, kind: EstimatorChoice.Kind) -> String {
    choice.map(sentence) ?? "going on with the estimator of the run: \(kind.rawValue)"
  }

  /// One sentence without its full stop.
  package static func sentence(_ choice: ChosenEstimator) -> String {
    "\(choice.kind.rawValue) is chosen because \(reason(choice.ground))"
  }

  private static func reason(_ ground: ChosenEstimator.Ground) -> String {
    switch ground {
    case .fewCoalitions(let players, let evaluations):
      "all coalitions of \(counted(players, "player")) take \(NumberText.grouped(evaluations)) evaluations, no more than samples "
        + "would: the values are exact"
    case .topToDecide(let count):
      "a top \(count) is to be decided by limits: most toggles go to the players at its boundary"
    case .limits:
      "limits are to hold for its values: it is unbiased, and its units of work are independent observations"
    case .target: "its standard errors are the whole error: it is unbiased"
    case .clock(let step):
      "the clock ends the run: it is unbiased from its first unit of work on, and a step of its walks costs \(share(step))"
    case .settings: "the other settings are settings of it"
    case .fewWalks(let walks, let fewest):
      "the budget pays for \(NumberText.significant(walks, 2)) orders with their reverses, fewer than \(fewest): slopes tell "
        + "something about every player after one pass"
    case .foretold(let advantage, let least, let walks, let takesSlopes):
      "the metric counts right answers, which the probability of the right class foretells with less noise: guided by it, toggles "
        + "are reckoned to go \(NumberText.significant(advantage, 2)) times as far as walks (at least \(NumberText.plain(least)) are "
        + "asked for) where the budget pays for \(NumberText.significant(walks, 2)) orders with their reverses"
        + slopes(takesSlopes)
    case .unevenToggles(let advantage, let least, let spread, let walks, let takesSlopes):
      "its guided toggles are reckoned to go \(NumberText.significant(advantage, 2)) times as far as walks (at least "
        + "\(NumberText.plain(least)) are asked for): toggles of different layers differ in cost (spread "
        + "\(NumberText.significant(spread, 2))), and the budget pays for \(NumberText.significant(walks, 2)) orders with their reverses"
        + slopes(takesSlopes)
    case .evenToggles(let advantage, let least, let step):
      "a step of its walks costs \(share(step)), and a race's guided toggles are reckoned to go only "
        + "\(NumberText.significant(advantage, 2)) times as far (\(NumberText.plain(least)) would be asked for)"
    case .shortRace(let starts, let fewest):
      "the budget is only \(NumberText.significant(starts, 2)) times what a race begins with, less than \(NumberText.plain(fewest)) "
        + "times"
    }
  }

  private static func slopes(_ areTaken: Bool) -> String {
    areTaken ? ", and for slopes beside" : ", but not for slopes beside"
  }

  private static func share(_ step: Double) -> String { "\(NumberText.significant(step, 2)) of a forward pass" }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(NumberText.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }
}
