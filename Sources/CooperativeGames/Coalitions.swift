/// What the loaded components are evaluated with: the same coalition for all, or one each.
public enum Coalitions: Sendable, Hashable {
  /// Every loaded component is evaluated with this coalition.
  case shared(Coalition)
  /// The loaded component at place i is evaluated with the coalition at place i.
  case perComponent([Coalition])

  /// The coalition of the loaded component at `place`.
  ///
  /// - Precondition: `place` is one of the loaded components'.
  public func coalition(at place: Int) -> Coalition {
    switch self {
    case .shared(let coalition): coalition
    case .perComponent(let coalitions): coalitions[place]
    }
  }
}
