/// What is known of one channel of a node once filters have been removed, for every image alike.
public enum ChannelValue: Sendable, Hashable {
  /// It depends on the image.
  case varying
  /// The same number at every position.
  case uniform(Double)
  /// One number a position in row-major order, not all of them equal.
  case map([Double])

  /// Takes one number a position.
  public init(_ elements: [Double]) {
    self = elements.dropFirst().allSatisfy { $0 == elements[0] } ? .uniform(elements.first ?? 0) : .map(elements)
  }

  var isVarying: Bool {
    switch self {
    case .varying: true
    case .uniform, .map: false
    }
  }

  /// The number that holds everywhere, if there is one.
  var uniformValue: Double? {
    switch self {
    case .uniform(let value): value
    case .varying, .map: nil
    }
  }

  var isZero: Bool { uniformValue == 0 }

  /// One number a position; nil when it depends on the image.
  func elements(_ area: Int) -> [Double]? {
    switch self {
    case .varying: nil
    case .uniform(let value): [Double](repeating: value, count: area)
    case .map(let elements): elements
    }
  }
}
