import Reports

/// What was found where something was expected.
public struct Agreement: Sendable, Hashable, Codable {
  public var step: String
  public var path: String
  public var says: String
  /// The demand in words: `0.95 ± 0.02`.
  public var expected: String
  /// What the document holds there; nil when it holds nothing.
  public var found: JSONValue?
  public var agrees: Bool

  /// Compares a step's document with an expectation.
  public init(_ expectation: Expectation, document: JSONValue) {
    let found = expectation.path.value(in: document)
    self.init(
      step: expectation.step, path: expectation.path.text, says: expectation.says,
      expected: expectation.demand.description, found: found,
      agrees: found.map(expectation.demand.isMet) ?? false)
  }

  init(step: String, path: String, says: String, expected: String, found: JSONValue?, agrees: Bool) {
    self.step = step
    self.path = path
    self.says = says
    self.expected = expected
    self.found = found
    self.agrees = agrees
  }
}

extension Expectation.Demand: CustomStringConvertible {
  public func isMet(by value: JSONValue) -> Bool {
    switch self {
    case .equals(let expected):
      if let expected = expected.number, let value = value.number { return expected == value }
      return value == expected
    case .near(let expected, let tolerance): return value.number.map { abs($0 - expected) <= tolerance } ?? false
    case .range(let least, let most):
      guard let number = value.number else { return false }
      return number >= least ?? -.infinity && number <= most ?? .infinity
    }
  }

  public var description: String {
    switch self {
    case .equals(.string(let text)): text
    case .equals(let value): value.compact
    case .near(let value, let tolerance): "\(Self.text(value)) ± \(Self.text(tolerance))"
    case .range(let least?, let most?): "\(Self.text(least)) to \(Self.text(most))"
    case .range(let least?, nil): "at least \(Self.text(least))"
    case .range(nil, let most?): "at most \(Self.text(most))"
    case .range(nil, nil): "a number"
    }
  }

  /// As the file has it.
  private static func text(_ value: Double) -> String { JSONValue.number(value).compact }
}

extension JSONValue {
  /// The number, whole or not; nil for anything else.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .null, .bool, .string, .array, .object: nil
    }
  }
}
