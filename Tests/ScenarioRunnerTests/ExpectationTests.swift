import InputErrors
import Reports
import ScenarioRunner
import Testing

@Suite struct ExpectationTests {
  private static let document = try? JSONValue(
    parsing: Array(
      """
      {"players": [{"player": "a.b:1", "rank": 2, "value": 0.25}, {"player": "c", "rank": 1, "value": -1, "deep": {"of": "z"}}],
       "signs": [1, -1], "flags": {"yes": true}, "nested": {"list": [[3, 4], [5]]}}
      """.utf8), file: nil)

  @Test(arguments: [
    ("players.#", JSONValue.integer(2)), ("players.0.value", .number(0.25)), ("players[rank=1].player", .string("c")),
    ("players[player=a.b:1].rank", .integer(2)), ("players[deep.of=z].player", .string("c")),
    ("nested.list.0.1", .integer(4)), ("nested.list.#", .integer(2)),
    ("flags.yes", .bool(true)), ("flags.#", .integer(1)), ("signs", .array([.integer(1), .integer(-1)])),
  ])
  func aPathFindsItsValue(text: String, value: JSONValue) throws {
    let document = try #require(Self.document)
    #expect(try DocumentPath(text).value(in: document) == value)
  }

  @Test(arguments: ["players.2", "players[rank=3].player", "nothing", "players.value", "flags.0", "players.-1"])
  func aPathToNothingFindsNothing(text: String) throws {
    let document = try #require(Self.document)
    #expect(try DocumentPath(text).value(in: document) == nil)
  }

  @Test(arguments: ["", ".", "a..b", "a.", "a[b", "a[b]", "[=", "a[b=c", "a[b.=c]"])
  func aPathThatCannotBeReadIsRefused(text: String) { #expect(throws: InputError.self) { try DocumentPath(text) } }

  private func expectations(_ check: String) throws -> Expectations {
    try Expectations(json: Array("{\"checks\": [\(check)]}".utf8), file: "expected.json", steps: ["rank"])
  }

  @Test(arguments: [
    ("\"players.0.value\", \"near\": 0.2, \"within\": 0.06", true),
    ("\"players.0.value\", \"near\": 0.2, \"within\": 0.04", false),
    ("\"players.0.value\", \"atLeast\": 0.25, \"atMost\": 0.25", true),
    ("\"players.0.value\", \"atLeast\": 0.26", false), ("\"players.0.value\", \"atMost\": 0.24", false),
    ("\"players.0.rank\", \"equals\": 2.0", true), ("\"players.0.player\", \"equals\": \"a.b:1\"", true),
    ("\"players.0.player\", \"near\": 1, \"within\": 9", false), ("\"flags.yes\", \"equals\": true", true),
    ("\"flags.no\", \"equals\": null", false), ("\"signs\", \"equals\": [1, -1]", true),
    ("\"signs\", \"equals\": [-1, 1]", false),
  ])
  func aDemandIsMetOrNot(check: String, isMet: Bool) throws {
    let document = try #require(Self.document)
    let checks = try expectations("{\"step\": \"rank\", \"path\": \(check)}").checks
    let agreement = Agreement(try #require(checks.first), document: document)
    #expect(agreement.agrees == isMet)
    #expect(!agreement.expected.isEmpty)
  }

  @Test(arguments: [
    ("{\"step\": \"rnak\", \"path\": \"a\", \"equals\": 1}", "checks[0].step"),
    ("{\"step\": \"rank\", \"path\": \"a..b\", \"equals\": 1}", "checks[0].path"),
    ("{\"step\": \"rank\", \"path\": \"a\", \"eqals\": 1}", "checks[0].eqals"),
    ("{\"step\": \"rank\", \"path\": \"a\"}", "checks[0].path"),
    ("{\"step\": \"rank\", \"path\": \"a\", \"near\": 1}", "checks[0].within"),
    ("{\"step\": \"rank\", \"path\": \"a\", \"near\": 1, \"within\": -1}", "checks[0].within"),
    ("{\"step\": \"rank\", \"path\": \"a\", \"equals\": 1, \"atMost\": 2}", "checks[0].atMost"),
    ("{\"path\": \"a\", \"equals\": 1}", "checks[0].step"),
  ])
  func aWrongCheckIsNamed(check: String, key: String) throws {
    do {
      _ = try expectations(check)
      Issue.record("it was accepted")
    } catch let error as InputError {
      #expect(error.place.file == "expected.json")
      #expect(error.place.key == key)
    }
  }
}
