/// A game that is a function from a coalition to a number, without anything to gain from evaluating incrementally.
///
/// Give it ``playerCount`` and ``value(of:component:)``; the rest follows. Closed-form games conform to it, and so can
/// your own.
public protocol PlainGame: CooperativeGame where Evaluator == PlainGameEvaluator<Self> {
  /// n, the number of players.
  var playerCount: Int { get }
  /// The number of components; 1 unless you say otherwise.
  var componentCount: Int { get }
  /// The interval that holds every v_x(S), which confidence limits need; nil unless you say otherwise.
  var valueRange: ClosedRange<Double>? { get }
  /// True to offer slopes under the identity link: those of the multilinear extension, which are the marginal
  /// contributions themselves. False unless you say otherwise, for they cost an evaluation a player.
  var hasSlopes: Bool { get }
  /// v_x(S), for x in `0..<componentCount`.
  func value(of coalition: Coalition, component: Int) -> Double
}

extension PlainGame {
  public var componentCount: Int { 1 }

  public var valueRange: ClosedRange<Double>? { nil }
  public var hasSlopes: Bool { false }

  public var description: GameDescription {
    GameDescription(
      playerCount: playerCount, componentCount: componentCount,
      outputs: [.init(name: "value", range: valueRange, link: hasSlopes ? .identity : nil)])
  }

  public func makeEvaluator() -> PlainGameEvaluator<Self> { PlainGameEvaluator(game: self) }

  /// v(S), the mean over the components.
  public func value(of coalition: Coalition) -> Double {
    var sum = 0.0
    for component in 0..<componentCount { sum += value(of: coalition, component: component) }
    return sum / Double(componentCount)
  }
}

/// Evaluates a ``PlainGame`` by asking it for every coalition anew.
public struct PlainGameEvaluator<Game: PlainGame>: CoalitionEvaluator {
  private let game: Game
  private var components: [Int] = []
  private var base: Coalitions?

  init(game: Game) { self.game = game }

  public mutating func load(_ components: [Int]) {
    self.components = components
    base = nil
  }

  public mutating func values(_ coalitions: Coalitions, into values: inout [Double]) {
    values.removeAll(keepingCapacity: true)
    for (place, component) in components.enumerated() {
      values.append(game.value(of: coalitions.coalition(at: place), component: component))
    }
    base = coalitions
  }

  public mutating func values(toggling players: [Int], into values: inout [Double]) {
    guard let base else { preconditionFailure("toggling needs a base: evaluate a coalition first") }
    values.removeAll(keepingCapacity: true)
    for player in players {
      for (place, component) in components.enumerated() {
        var coalition = base.coalition(at: place)
        coalition.toggle(player)
        values.append(game.value(of: coalition, component: component))
      }
    }
  }

  public mutating func firstOrder(of output: Int, at coalitions: Coalitions, into result: inout FirstOrder) {
    result.resize(components: components.count, players: game.playerCount)
    for (place, component) in components.enumerated() {
      var coalition = coalitions.coalition(at: place)
      let value = game.value(of: coalition, component: component)
      result.arguments[place] = value
      for player in 0..<game.playerCount {
        coalition.toggle(player)
        let other = game.value(of: coalition, component: component)
        result.slopes[place * game.playerCount + player] = coalition.contains(player) ? other - value : value - other
        coalition.toggle(player)
      }
    }
  }

  /// Plain games do not count their arithmetic.
  public var multiplyAdds: UInt64 { 0 }
}

/// A ``PlainGame`` given by a closure, for games of your own and for tests.
public struct FunctionGame: PlainGame {
  public let playerCount: Int
  public let componentCount: Int
  public var valueRange: ClosedRange<Double>?
  public let hasSlopes: Bool
  private let worth: @Sendable (Coalition, Int) -> Double

  /// The game of `playerCount` players that is worth `worth(S)`.
  public init(playerCount: Int, hasSlopes: Bool = false, worth: @escaping @Sendable (Coalition) -> Double) {
    self.init(playerCount: playerCount, componentCount: 1, hasSlopes: hasSlopes) { coalition, _ in worth(coalition) }
  }

  /// The game that is the mean of `componentCount` games; `worth` receives the coalition and the component.
  public init(
    playerCount: Int, componentCount: Int, hasSlopes: Bool = false,
    worth: @escaping @Sendable (Coalition, Int) -> Double
  ) {
    self.playerCount = playerCount
    self.componentCount = componentCount
    self.hasSlopes = hasSlopes
    self.worth = worth
  }

  public func value(of coalition: Coalition, component: Int) -> Double { worth(coalition, component) }
}
