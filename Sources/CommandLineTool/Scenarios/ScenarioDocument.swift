import Reports
import ScenarioRunner

/// What a run of a scenario has found: `result.json`.
struct ScenarioDocument: Sendable, Encodable {
  struct Step: Sendable, Encodable {
    var name: String
    /// The command line that does the same.
    var commandLine: [String]
    var seconds: Double
    /// The command's own document.
    var document: JSONValue
  }

  /// How the model or the images came about.
  struct Origin: Sendable, Encodable {
    var name: String
    var path: String
    /// A clause: `trained in 58 s`, `from the cache`.
    var origin: String
  }

  var format = "neuron-shapley.scenario-result"
  var version = 1
  var toolVersion = Tool.version
  var scenario: String
  var question: String
  var model: Origin?
  var images: [Origin]
  var steps: [Step]
  /// Empty when nothing is expected, or when the scenario ran on other files than its own.
  var checks: [Agreement]
  /// Why nothing was compared; nil when it was.
  var notCompared: String?

  var disagreements: [Agreement] { checks.filter { !$0.agrees } }

  /// How what was found compares with what was expected.
  var agreementText: String {
    if let notCompared { return "  \(notCompared)\n" }
    let wrong = disagreements.count
    let head =
      wrong == 0
      ? "as expected, in all \(checks.count) points:"
      : "NOT as expected, in \(wrong) of \(checks.count) points:"
    var table = TextTable([("", .left), ("step", .left), ("", .left), ("found", .right), ("expected", .left)])
    for check in checks {
      table.add([
        check.agrees ? "✓" : "✗", steps.count > 1 ? check.step : "", check.says, Self.text(check.found), check.expected,
      ])
    }
    return (["  \(head)"] + table.lines.map { "  " + $0 }).joined(separator: "\n") + "\n"
  }

  private static func text(_ value: JSONValue?) -> String {
    switch value {
    case nil: "nothing"
    case .number(let number): NumberText.significant(number, 4)
    case .integer(let integer): NumberText.grouped(integer)
    case .string(let text): text
    case .null, .bool, .array, .object: value?.compact ?? ""
    }
  }
}

/// A scenario did not find what it expects.
struct ScenarioDisagreement: Error, Sendable {
  let file: String
  let checks: [Agreement]
  let count: Int

  /// One line.
  var text: String {
    let first = checks.first.map { check in
      ": \(check.says) (expected \(check.expected), found \(check.found?.compact ?? "nothing"))"
    }
    let what = "what was found is not what is expected in \(checks.count) of \(count) points"
    return "\(file): \(what)\(first ?? "")"
  }
}
