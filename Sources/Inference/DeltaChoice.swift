import Networks
import Tensors

/// Decides for which convolutions and linear layers keeping the sums before the activation pays, and when adding a
/// difference is cheaper than summing anew. Costs are in multiply-adds of one output value.
enum DeltaChoice {
  /// Differences drift by rounding; after so many the sums are made anew.
  static let refreshInterval = 64
  /// A difference is added only while no contribution since the sums were made anew was so many times larger than what
  /// the largest of the others contributes now: what is left of a large sum has a large sum's rounding.
  static let largestCancellation: Float = 64
  /// What loading and storing kept sums costs beside their products.
  private static let overhead = 10.0
  /// What storing kept sums costs in a full pass.
  private static let keeping = 5.0
  /// What Winograd's algorithm leaves of a sum's cost.
  private static let winogradShare = 0.55

  /// - Parameters:
  ///   - directUnits: input channels of one group, each of which may be removed alone.
  ///   - unitsBefore: units of all sites before the layer, whose removal changes its inputs in one way or the other.
  static func pays(
    inputs directUnits: Int, taps: Int, usesWinograd: Bool, keepsSums: Bool, unitsBefore: Int
  ) -> Bool {
    guard directUnits >= 8, unitsBefore > 0 else { return false }
    let share = min(1, Double(directUnits) / Double(unitsBefore))
    let saved = full(inputs: directUnits, taps: taps, usesWinograd: usesWinograd) - Double(taps) - overhead
    return share * saved > (1 - share) * (keepsSums ? keeping : 0)
  }

  /// True when adding the difference of so many inputs is cheaper than summing all live ones.
  static func isCheaper(changed: Int, live: Int, taps: Int, usesWinograd: Bool) -> Bool {
    Double(changed * taps) + overhead < full(inputs: live, taps: taps, usesWinograd: usesWinograd)
  }

  private static func full(inputs: Int, taps: Int, usesWinograd: Bool) -> Double {
    Double(inputs * taps) * (usesWinograd ? winogradShare : 1)
  }
}
