import InputErrors
import Reports

/// What one place of a step's document should hold.
public struct Expectation: Sendable, Hashable {
  /// What is demanded of the value.
  public enum Demand: Sendable, Hashable {
    case equals(JSONValue)
    case near(Double, within: Double)
    /// A number that is not below the first and not above the second.
    case range(atLeast: Double?, atMost: Double?)
  }

  /// The name of the step whose document it is.
  public var step: String
  public var path: DocumentPath
  public var demand: Demand
  /// What it means, for people.
  public var says: String

  public init(step: String, path: DocumentPath, demand: Demand, says: String) {
    self.step = step
    self.path = path
    self.demand = demand
    self.says = says
  }
}

/// The expectations of a scenario: its `expected.json`.
public struct Expectations: Sendable, Hashable {
  public var checks: [Expectation]

  public init(checks: [Expectation]) { self.checks = checks }

  /// Reads the JSON form.
  ///
  /// - Parameters:
  ///   - file: the name for errors.
  ///   - steps: the names that checks may speak of.
  /// - Throws: ``InputErrors/InputError`` (data) naming the file and the key.
  public init(json bytes: [UInt8], file: String, steps: [String]) throws {
    self = try ConfigurationFile.decode(Expectations.self, json: bytes, file: file, what: "the expectations")
    for (index, check) in checks.enumerated() where !steps.contains(check.step) {
      throw InputError(
        .data, "the scenario has no such step", at: .init(file: file, key: "checks[\(index)].step"),
        expected: steps.joined(separator: ", "), found: "'\(check.step)'",
        hint: Suggestion.hint(for: check.step, among: steps))
    }
  }
}

extension Expectations: Decodable {
  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(["checks"], of: "a file of expectations")
    checks = try object.value([Expectation].self, "checks", expected: "a list of objects") ?? []
    guard !checks.isEmpty else { throw object.error("checks", expected: "at least one check") }
  }
}

extension Expectation: Decodable {
  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(
      ["step", "path", "says", "equals", "near", "within", "atLeast", "atMost"], of: "a check")
    let step = try object.text("step", expected: "the name of a step")
    let text = try object.text("path", expected: "a path such as players[rank=1].player")
    let path: DocumentPath
    do { path = try DocumentPath(text) } catch {
      var error = error
      error.place.key = object.keyPath("path")
      throw error
    }
    let number = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    let demand: Demand
    if object.has("near") {
      try object.refuse(["equals", "atLeast", "atMost"], "a check demands one thing")
      guard let near = try object.real("near", in: number), let within = try object.real("within", in: 0...1e300) else {
        throw object.error("within", expected: "the tolerance, a number from 0")
      }
      demand = .near(near, within: within)
    } else if object.has("equals") {
      try object.refuse(["within", "atLeast", "atMost"], "a check demands one thing")
      demand = .equals(try object.value(JSONValue.self, "equals", expected: "a value") ?? .null)
    } else {
      try object.refuse(["within"], "only 'near' has a tolerance")
      let (least, most) = (try object.real("atLeast", in: number), try object.real("atMost", in: number))
      guard least != nil || most != nil else {
        throw object.error("path", expected: "one of equals, near with within, atLeast and atMost beside it")
      }
      demand = .range(atLeast: least, atMost: most)
    }
    self.init(step: step, path: path, demand: demand, says: try object.optionalText("says", expected: "a text") ?? text)
  }
}
