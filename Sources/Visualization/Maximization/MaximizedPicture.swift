import Images

/// A picture that was made to maximise something.
public struct MaximizedPicture: Sendable, Hashable {
  public var objective: MaximizationObjective
  /// Its number among the pictures of the same objective.
  public var number: Int
  /// Grey or red, green, blue, rounded to 8 bits.
  public var image: Image
  /// The objective at the rounded picture, without views.
  public var value: Double
  /// The objective at the picture before the first step.
  public var firstValue: Double
  /// The largest value of the unit's map, before the activation function; nil where the objective is not one unit.
  public var peak: Double?
}
