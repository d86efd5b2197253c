/// A game whose Shapley values are known exactly, to test estimators against.
public protocol ClosedFormGame: PlainGame {
  /// φ, one a player.
  var shapleyValues: [Double] { get }
}
