import InputErrors
import Reports
import Testing

@Suite struct JSONValueTests {
  private struct Sample: Codable, Equatable {
    var name: String
    var values: [Double]
    var missing: Int?
  }

  @Test func doublesReadBackToTheSameBits() throws {
    let values = [
      0, -0.0, 1, -1, 0.1, 1.0 / 3, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 1e300,
      123456789012345680,
      9_007_199_254_740_992, 1e16, -2.5e-7, 4.35,
    ]
    let text = try JSONValue(Sample(name: "x", values: values)).pretty
    let back = try JSONValue.decode(Sample.self, from: Array(text.utf8), file: "f")
    #expect(back.values.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func aNaNBecomesNull() throws {
    let text = try JSONValue(Sample(name: "x", values: [.nan, .infinity, 1.5])).compact
    #expect(text == #"{"name": "x", "values": [null, null, 1.5]}"#)
  }

  @Test func keysAreSortedAndTextIsEscaped() throws {
    let value = JSONValue.object(["b": .integer(1), "a": .string("\"\\\n\u{1}é"), "c": .array([])])
    #expect(value.compact == #"{"a": "\"\\\n\u0001é", "b": 1, "c": []}"#)
    #expect(try JSONValue(parsing: Array(value.pretty.utf8), file: nil) == value)
  }

  @Test func errorsNameFileAndKey() {
    func failure(_ text: String) -> InputError? {
      do {
        _ = try JSONValue.decode(Sample.self, from: Array(text.utf8), file: "r.json")
        return nil
      } catch { return error }
    }
    #expect(failure(#"{"name": "x"}"#)?.place.key == "values")
    #expect(failure(#"{"name": "x", "values": [1, "a"]}"#)?.place.key == "values.1")
    #expect(failure("{")?.place.file == "r.json")
    #expect(failure("")?.kind == .data)
    #expect(failure(String(repeating: "[", count: 100_000))?.kind == .data)
  }
}
