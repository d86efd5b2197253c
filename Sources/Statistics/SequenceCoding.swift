// The file form of confidence sequences: plain lists of numbers, range and δ first.

extension ObservationScale {
  init(from container: inout any UnkeyedDecodingContainer) throws {
    lower = try container.decode(Double.self)
    length = try container.decode(Double.self)
    guard lower.isFinite, length.isFinite, lower < lower + length else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a confidence sequence needs an interval that holds its observations")
    }
  }

  func encode(to container: inout any UnkeyedEncodingContainer) throws {
    try container.encode(lower)
    try container.encode(length)
  }
}

extension PredictablePlugIn {
  init(from container: inout any UnkeyedDecodingContainer) throws {
    let count = try container.decode(Int.self)
    let sum = try container.decode(Double.self)
    let squares = try container.decode(Double.self)
    guard let plugIn = PredictablePlugIn(count: count, sum: sum, squares: squares) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "the moments of a confidence sequence are out of range")
    }
    self = plugIn
  }

  func encode(to container: inout any UnkeyedEncodingContainer) throws {
    try container.encode(count)
    try container.encode(sum)
    try container.encode(squares)
  }
}

extension UnkeyedDecodingContainer {
  /// δ, strictly between 0 and 1.
  mutating func decodeDelta() throws -> Double {
    let delta = try decode(Double.self)
    guard delta > 0, delta < 1 else {
      throw DecodingError.dataCorruptedError(
        in: self, debugDescription: "a confidence level lies strictly between 0 and 1")
    }
    return delta
  }

  /// The next `count` numbers, all finite.
  mutating func decodeNumbers(_ count: Int) throws -> [Double] {
    let numbers = try (0..<count).map { _ in try decode(Double.self) }
    guard numbers.allSatisfy(\.isFinite) else {
      throw DecodingError.dataCorruptedError(in: self, debugDescription: "a confidence sequence holds finite numbers")
    }
    return numbers
  }
}
