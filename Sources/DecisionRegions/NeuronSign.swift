/// On which side of its threshold a neuron's output lies.
public enum NeuronSign: Int8, Sendable, Hashable, CaseIterable {
  case negative = -1
  /// Exactly at the threshold: on the neuron's boundary, or everywhere when all weights are 0 and the bias is the
  /// threshold.
  case zero = 0
  case positive = 1

  /// The sign on the other side of the boundary.
  public var flipped: NeuronSign {
    switch self {
    case .negative: .positive
    case .zero: .zero
    case .positive: .negative
    }
  }

  /// `+`, `-` or `0`.
  public var symbol: Character {
    switch self {
    case .negative: "-"
    case .zero: "0"
    case .positive: "+"
    }
  }

  init(signOf value: Int) { self = value > 0 ? .positive : value < 0 ? .negative : .zero }
}

/// The signs of all neurons at a point or throughout a region, in the neurons' order.
public struct SignVector: Sendable, Hashable {
  public internal(set) var signs: [NeuronSign]

  public init(_ signs: [NeuronSign]) { self.signs = signs }

  /// Reads `+-0`; nil when the text holds another character.
  public init?(_ text: String) {
    var signs: [NeuronSign] = []
    for character in text {
      guard let sign = NeuronSign.allCases.first(where: { $0.symbol == character }) else { return nil }
      signs.append(sign)
    }
    self.signs = signs
  }

  public var count: Int { signs.count }
  public subscript(neuron: Int) -> NeuronSign { signs[neuron] }

  /// How many neurons are positive.
  public var positiveCount: Int { signs.reduce(0) { $0 + ($1 == .positive ? 1 : 0) } }

  /// The neurons whose signs differ, increasing.
  ///
  /// - Precondition: both speak of the same neurons.
  public func flips(to other: SignVector) -> [Int] {
    precondition(count == other.count, "sign vectors of the same neurons")
    return signs.indices.filter { signs[$0] != other.signs[$0] }
  }
}

extension SignVector: CustomStringConvertible {
  /// One character a neuron: `++-0`.
  public var description: String { String(signs.map(\.symbol)) }
}

extension SignVector: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = SignVector(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a sign is '+', '-' or '0'")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
