import CooperativeGames
import InputErrors
import NeuronShapley

/// The options that say what is to be claimed about the values.
struct ConfidenceOptions: Sendable {
  /// The kinds of statement by their names on the command line.
  enum Kind: String, Sendable, CaseIterable {
    case timeUniform = "time-uniform"
    case asymptotic
    case fixedSample = "fixed-sample"
    case none

    fileprivate var method: ConfidenceRequest.Method? {
      switch self {
      case .timeUniform: .betting
      case .asymptotic: .asymptotic
      case .fixedSample: .fixedSample
      case .none: nil
      }
    }
  }

  static let confidence = CommandOption<Kind>.choice(
    "confidence", "KIND",
    "The limits to claim, for permutation, stars and racing: they hold whenever one looks, for metrics with bounds "
      + "(time-uniform); they hold when samples are many, for any metric (asymptotic); they hold at the end of a budget of "
      + "evaluations that is fixed in advance (fixed-sample). With --top K every player is then in, out or undecided, and "
      + "a run ends as soon as all are decided, except at a fixed sample. --delta and --tolerance alone ask for "
      + "time-uniform limits, or for asymptotic ones where the metric has no bounds.",
    default: Kind.none)
  static let delta = CommandOption<Double>.real(
    "delta", "D",
    "The risk that any of all limits is wrong, for all players together; for tmab δ of the published limits, which promise "
      + "nothing.", default: "0.05, for tmab 0.2", expected: "a number between 0 and 1"
  ) { $0 > 0 && $0 < 1 }
  static let tolerance = CommandOption<Double>.real(
    "tolerance", "T",
    "How far from the K-th largest value a player may be called in or out either way. Without another budget, a run with "
      + "time-uniform limits goes on until the top K is decided within it.", default: "0",
    expected: "a number of at least 0"
  ) { $0 >= 0 }

  private let kind: Kind?
  private let givenDelta: Double?
  private let givenTolerance: Double?
  private let top: Int?

  /// - Throws: ``InputError`` (usage) for values that are wrong or have no use.
  init(_ arguments: Arguments, top: Int?) throws {
    kind = try arguments.value(Self.confidence)
    givenDelta = try arguments.value(Self.delta)
    givenTolerance = try arguments.value(Self.tolerance)
    self.top = top
    if givenTolerance != nil, top == nil {
      throw InputError(
        .usage, "a tolerance is about who belongs to the top", at: .init(key: "--tolerance"), hint: "add --top K")
    }
    if kind == Kind.none, let option = givenTolerance != nil ? "--tolerance" : givenDelta != nil ? "--delta" : nil {
      throw InputError(
        .usage, "there is nothing to be sure of without confidence limits", at: .init(key: option),
        hint: "leave out --confidence none")
    }
  }

  /// Whether limits are asked for, by name or by a number that speaks of them.
  var isRequested: Bool { kind.map { $0 != .none } ?? (givenDelta != nil || givenTolerance != nil) }

  /// Whether a run without a budget goes on until the top is decided, which it will be: limits of the kind close in on
  /// any tolerance above 0.
  func endsByDecision(for metric: PerformanceMetric) -> Bool {
    guard let request = request(for: metric) else { return false }
    return request.method == .betting && request.tolerance > 0
  }

  /// What the estimator is asked to claim; nil for nothing. Without a named kind, time-uniform limits where the metric
  /// has the bounds that they need, else asymptotic ones.
  func request(for metric: PerformanceMetric) -> ConfidenceRequest? {
    guard isRequested else { return nil }
    let implied: ConfidenceRequest.Method = metric.range == nil ? .asymptotic : .betting
    return ConfidenceRequest(
      method: kind?.method ?? implied, delta: givenDelta ?? 0.05, topCount: top, tolerance: givenTolerance ?? 0)
  }
}
