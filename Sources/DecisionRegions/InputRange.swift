import InputErrors

/// The values that one free input runs over: an interval with a length.
public struct InputRange: Sendable, Hashable, Codable {
  public let lower: Double
  public let upper: Double

  /// - Throws: ``InputErrors/InputError`` (usage) when a bound is not finite or the interval has no length.
  public init(_ lower: Double, _ upper: Double) throws(InputError) {
    guard lower.isFinite, upper.isFinite else {
      throw InputError(.usage, "a bound of the inputs is no finite number", found: "\(lower) … \(upper)")
    }
    guard lower < upper, (upper - lower).isFinite else {
      throw InputError(
        .usage, "the range of the inputs is empty or too long", expected: "a lower bound below the upper one",
        found: "\(lower) … \(upper)")
    }
    self.lower = lower
    self.upper = upper
  }

  public var length: Double { upper - lower }
  public var middle: Double { lower + (upper - lower) / 2 }
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  /// The range that covers values and `share` of their spread beyond them on both sides; a unit around a single value.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when there is no value or one is not finite.
  public static func covering(_ values: [Double], padding share: Double = 0) throws(InputError) -> InputRange {
    guard let lowest = values.min(), let highest = values.max() else {
      throw InputError(.usage, "there are no values that a range could cover")
    }
    let spread = highest - lowest
    let margin = spread > 0 ? spread * share : 0.5
    return try InputRange(lowest - margin, highest + margin)
  }

  private enum CodingKeys: String, CodingKey { case lower, upper }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(values.decode(Double.self, forKey: .lower), values.decode(Double.self, forKey: .upper))
  }
}
