import Synchronization

/// Live counters of a run, readable from any thread while units are under way.
///
/// A progress display polls it; nothing is ever decided by it, because it also counts units that are not finished.
public final class EstimationMeter: Sendable {
  private let evaluationCount = Atomic<Int>(0)

  public init() {}

  /// Evaluations of the run so far, those of unfinished units included.
  public var evaluations: Int { evaluationCount.load(ordering: .relaxed) }

  func set(_ evaluations: Int) { evaluationCount.store(evaluations, ordering: .relaxed) }

  func add(_ evaluations: Int) { evaluationCount.add(evaluations, ordering: .relaxed) }
}
