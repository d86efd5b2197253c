/// At how many removed players a curve is measured.
public enum RemovalGrid {
  /// Round numbers where papers look, whatever the spacing of the rest.
  private static let always = [1, 2, 5, 10, 20, 50, 100]

  /// From 0 to `most`, `steps` intervals wide: close together at the beginning, where a good ranking does its work, and the
  /// round numbers 1, 2, 5, 10, 20, 50 and 100 besides.
  ///
  /// - Precondition: both are at least 1.
  public static func counts(most: Int, steps: Int) -> [Int] {
    precondition(most >= 1 && steps >= 1, "a grid of at least one step")
    let spaced = (0...steps).map { step -> Int in
      let share = Double(step) / Double(steps)
      return Int((Double(most) * share * share).rounded())
    }
    return Set(spaced + always.filter { $0 <= most }).sorted()
  }
}
