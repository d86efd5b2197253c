import CommandLineTool
import InputErrors
import Testing

@Suite struct ExitCodeTests {
  private struct Surprise: Error {}

  @Test func everyKindOfErrorHasItsCode() {
    #expect(ExitCode(InputError(.usage, "x")).rawValue == 64)
    #expect(ExitCode(InputError(.data, "x")).rawValue == 65)
    #expect(ExitCode(InputError(.noInput, "x")).rawValue == 66)
    #expect(ExitCode(Surprise()).rawValue == 70)
    #expect(ExitCode(InputError(.cannotWrite, "x")).rawValue == 73)
    #expect(ExitCode(Interruption(signal: .interrupt)).rawValue == 130)
    #expect(ExitCode(Interruption(signal: .terminate)).rawValue == 143)
  }

  @Test func anErrorIsOneLine() {
    let error = InputError(.data, "two\nlines", at: .init(file: "a.onnx"), expected: "b", found: "c", hint: "d")
    #expect(Tool.message(for: error) == "neuron-shapley: error: a.onnx: two lines (expected b, found c); d")
    #expect(!Tool.message(for: Surprise()).contains("\n"))
  }
}
