import NeuronShapley

/// Where along a unit's activations an image was taken.
public enum ExampleGroup: String, Sendable, Hashable, Codable, CaseIterable {
  /// The images with the largest activation anywhere, the largest first.
  case maximum
  /// Places whose activation is nearest to half the mean of all positive ones, at most one an image.
  case slightlyPositive
  /// Places whose activation is nearest to half the mean of all negative ones, at most one an image.
  case slightlyNegative
  /// The images with the smallest activation anywhere, the smallest first.
  case minimum
  /// Images spread evenly over all images in the order of their largest activation, the largest first.
  case spread

  /// True for the groups that are about values below zero.
  public var isBelowZero: Bool {
    switch self {
    case .minimum, .slightlyNegative: true
    case .maximum, .slightlyPositive, .spread: false
    }
  }
}

/// A place in an image at which a unit has a value worth seeing.
///
/// Values are those before the activation function, so that they tell apart what a rectifier makes zero.
public struct UnitExample: Sendable, Hashable {
  /// The number of the image.
  public var image: Int
  public var value: Float
  /// The position in the unit's map.
  public var row: Int
  public var column: Int
  /// What the unit sees there; nil where that is padding alone.
  public var field: ReceptiveField?
  /// The unit's values at all positions of the image, `[height][width]` of its layer.
  public var map: [Float]
}

/// How a unit's values before the activation function are distributed over all positions of all images.
public struct ActivationDistribution: Sendable, Hashable, Codable {
  public var minimum: Double
  public var maximum: Double
  public var mean: Double
  /// Over all positions, divided by their number.
  public var standardDeviation: Double
  /// The share of positions with a value above zero, 0…1.
  public var positiveShare: Double
  /// The share of images with a value above zero anywhere, 0…1.
  public var firingShare: Double
}

/// The examples of one unit.
public struct UnitExamples: Sendable, Hashable {
  public var unit: Filter
  public var distribution: ActivationDistribution
  /// True when the unit never fires: behind the activation function its output is the function's lowest value at every
  /// position of every image. False for units without such a function.
  public var isSilent: Bool
  /// A list for every group that was asked for; empty where no image has such a value.
  public var groups: [ExampleGroup: [UnitExample]]
}
