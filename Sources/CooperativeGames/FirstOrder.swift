/// The values of loaded components at a coalition and their slopes towards every player, from one forward and one
/// backward pass.
public struct FirstOrder: Sendable, Hashable {
  /// m of each loaded component: v_x(S) = h(m) under the output's ``GameDescription/Output/link``.
  public var arguments: [Double]
  /// ∂m/∂z of each component and player, `[component][player]`; z fades the player between absent (0) and present (1).
  public var slopes: [Double]

  /// What one component costs in evaluations: a forward pass, and a backward pass that counts as two.
  public static let evaluations = 3

  public init() {
    arguments = []
    slopes = []
  }

  /// Makes room for `components` and `players`; contents are undefined.
  public mutating func resize(components: Int, players: Int) {
    if arguments.count != components { arguments = [Double](repeating: 0, count: components) }
    if slopes.count != components * players { slopes = [Double](repeating: 0, count: components * players) }
  }
}
