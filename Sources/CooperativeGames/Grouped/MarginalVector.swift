/// Numbers, one a player, of which many may be 0; kept and encoded as it takes less room.
struct MarginalVector: Sendable, Codable {
  private let count: Int
  /// The places of ``values``, increasing; nil when there is a value for every place.
  private let places: [Int]?
  private let values: [Double]

  init(_ numbers: some Collection<Double>) {
    count = numbers.count
    let nonzero = numbers.enumerated().filter { $0.element != 0 }
    if 2 * nonzero.count < count {
      places = nonzero.map(\.offset)
      values = nonzero.map(\.element)
    } else {
      places = nil
      values = Array(numbers)
    }
  }

  /// Writes all numbers, zeros included.
  ///
  /// - Precondition: there is room for as many.
  func expand(into numbers: inout [Double]) {
    precondition(numbers.count == count, "one number a player")
    guard let places else {
      numbers = values
      return
    }
    for place in numbers.indices { numbers[place] = 0 }
    for (place, value) in zip(places, values) { numbers[place] = value }
  }

  private enum Key: String, CodingKey { case count, places, values }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let count = try container.decode(Int.self, forKey: .count)
    let values = try container.decode(PackedNumbers.self, forKey: .values).numbers
    let places = try container.decodeIfPresent(PackedNumbers.self, forKey: .places)?.numbers.map {
      Int(exactly: $0) ?? -1
    }
    let isInOrder = places.map { places in
      zip(places, places.dropFirst()).allSatisfy { $0 < $1 } && places.allSatisfy { $0 >= 0 && $0 < count }
    }
    guard count >= 0, isInOrder ?? true, values.count == places?.count ?? count else {
      throw DecodingError.dataCorruptedError(
        forKey: .values, in: container, debugDescription: "the places of the numbers do not fit")
    }
    (self.count, self.places, self.values) = (count, places, values)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(count, forKey: .count)
    try container.encodeIfPresent(places.map { PackedNumbers($0.map(Double.init)) }, forKey: .places)
    try container.encode(PackedNumbers(values), forKey: .values)
  }
}
