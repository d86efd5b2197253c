/// Players that do not interact: v(S) = base + Σ_{i ∈ S} worth_i, so that φ_i = worth_i.
public struct AdditiveGame: ClosedFormGame {
  /// v(∅).
  public let base: Double
  /// What each player adds to any coalition.
  public let worths: [Double]

  public init(worths: [Double], base: Double = 0) {
    self.worths = worths
    self.base = base
  }

  public var playerCount: Int { worths.count }

  public func value(of coalition: Coalition, component: Int) -> Double {
    coalition.reduce(base) { $0 + worths[$1] }
  }

  public var shapleyValues: [Double] { worths }
}
