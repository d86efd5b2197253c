/// What may be concluded from a ranking, in sentences that every renderer shares.
public enum Statements {
  /// What the limits promise.
  public static func confidence(_ estimation: RankingDocument.Estimation) -> String {
    let probability =
      estimation.confidenceDelta.map { "\(NumberText.plain((1 - $0) * 100)) %" } ?? "the stated probability"
    return switch estimation.confidence {
    case .none where estimation.estimator == "exact":
      "Values are exact for the game on these images; the error of drawing other images is not in them."
    case .none where estimation.estimator == "leave-one-out":
      "Losses are exact on these images; they are no Shapley values, and the error of drawing other images is not in them."
    case .none: "No confidence limits are claimed: values are point estimates with standard errors."
    case .fixedSample:
      "Limits hold together with probability \(probability), for a sample size fixed in advance (fixed-sample); they are about the game on these images."
    case .timeUniform:
      "Limits hold together with probability \(probability) at all times, whenever one looks (time-uniform); they are about the game on these images."
    case .asymptotic:
      "Limits hold together with probability near \(probability) when samples are many (asymptotic); for these samples nothing is guaranteed."
    case .asPublished:
      "Limits are those of the published bandit at δ = \(NumberText.plain(estimation.confidenceDelta ?? .nan)); "
        + "they are too narrow to promise anything (no union over players, half the range, no correction for peeking)."
    }
  }

  /// On how many images v(N) and v(∅) are measured, as a clause.
  public static func imagesDrawn(_ document: RankingDocument) -> String {
    let estimation = document.estimation
    guard let drawn = estimation.imagesDrawn, let all = estimation.imagesCounted else { return "on the images drawn" }
    return drawn == all
      ? "on all \(NumberText.grouped(all)) images"
      : "on the \(NumberText.grouped(drawn)) of \(NumberText.grouped(all)) images that were drawn"
  }

  /// Whether the values sum to what they must.
  public static func efficiency(_ document: RankingDocument) -> String {
    switch document.estimation.efficiency {
    case .exact where !isRounding(document):
      "The method makes the sum exact, but here it is not: this estimate is broken."
    case .exact: "The method makes the sum exact in every run, up to rounding."
    case .inExpectation: "The method makes the sum right on average over runs, not in each."
    case .notClaimed: "The method does not make the values sum to this difference."
    }
  }

  /// Whether the residual is no larger than the rounding of many sums can make it.
  private static func isRounding(_ document: RankingDocument) -> Bool {
    let estimation = document.estimation
    let scale = document.players.reduce(max(1, abs(estimation.grandValue))) { $0 + abs($1.value) }
    return abs(estimation.residual ?? 0) <= 1e-9 * scale
  }

  /// A warning where the tolerance is as large as the value at the boundary, so that being in says little.
  private static func wideness(_ document: RankingDocument) -> String {
    guard let top = document.question.top, let tolerance = document.question.tolerance, top <= document.players.count
    else { return "" }
    let boundary = document.ranked[top - 1].value
    guard abs(boundary) <= tolerance else { return "" }
    return
      " That value itself is no larger (\(NumberText.significant(boundary))), so that players worth nothing may be in: choose a "
      + "smaller tolerance."
  }

  /// How many players are decided.
  public static func decisions(_ document: RankingDocument) -> String {
    let undecided = document.count(of: .undecided), inside = document.count(of: .in), outside = document.count(of: .out)
    guard undecided + inside + outside > 0 else {
      return
        "Nothing is claimed about which players belong to a top set: all \(NumberText.grouped(document.players.count)) are point estimates."
    }
    let top = document.question.top.map { "top \(NumberText.grouped($0))" } ?? "top"
    let basis = basis(of: document.estimation.confidence)
    let tolerance =
      document.question.tolerance.flatMap { $0 > 0 ? NumberText.plain($0) : nil }.map {
        " A player within \($0) of the value at the boundary may be called either way."
      }.map { $0 + wideness(document) } ?? ""
    if undecided == 0 {
      return
        "The \(top) is decided\(basis): \(NumberText.grouped(inside)) players are in, \(NumberText.grouped(outside)) are out."
        + tolerance
    }
    return
      "Of the \(top), \(NumberText.grouped(inside)) players are decided to be in and \(NumberText.grouped(outside)) to be out\(basis); "
      + "\(NumberText.grouped(undecided)) of \(NumberText.grouped(document.players.count)) remain undecided: the samples so far do not tell."
      + tolerance
  }

  /// What decisions rest on.
  private static func basis(of claim: RankingDocument.Estimation.Claim) -> String {
    switch claim {
    case .timeUniform, .fixedSample: ", right together whenever the limits hold"
    case .asymptotic: ", as far as asymptotic limits tell"
    case .asPublished: " by the published rule, which promises nothing"
    case .none: ""
    }
  }

  /// A warning when the standard errors are missing or rough; nil when they are neither.
  public static func caution(_ document: RankingDocument) -> String? {
    guard let fewest = document.players.map(\.samples).min() else { return nil }
    if document.players.contains(where: { $0.standardError == nil }) {
      return
        "Some values have no standard error, because they rest on fewer than two observations: the order is provisional."
    }
    let isSampled = document.players.contains { ($0.standardError ?? 0) > 0 }
    guard isSampled, fewest < 20 else { return nil }
    let zeros =
      document.players.contains { $0.standardError == 0 }
      ? " An error of 0 means that no observation differed yet, not that the value is known." : ""
    return "Values rest on as few as \(fewest) observations: their standard errors are rough." + zeros
  }

  /// How concentrated the values are.
  public static func concentration(_ document: RankingDocument, first count: Int = 10) -> String? {
    let mass = document.positiveMass
    guard mass > 0, document.players.count > count else { return nil }
    let head = document.ranked.prefix(count).reduce(0) { $0 + max(0, $1.value) }
    let harmful = document.players.count { $0.value < 0 }
    let isSampled = document.players.contains { ($0.standardError ?? 0) > 0 }
    let surely = document.players.count { player in player.standardError.map { player.value < -2 * $0 } ?? false }
    let beyond =
      harmful == 0 || !isSampled
      ? ""
      : ", \(surely == harmful ? "all" : surely == 0 ? "none" : NumberText.grouped(surely)) of them by more than two standard errors"
    return
      "The first \(count) of \(NumberText.grouped(document.players.count)) players hold \(NumberText.percent(head / mass)) of all positive value; "
      + "\(NumberText.grouped(harmful)) have a negative estimate\(beyond)."
  }
}
