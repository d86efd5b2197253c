import CommandLineTool
import Testing

@Suite struct TerminalTests {
  @Test func namesFromFilesCannotSteerTheTerminal() {
    #expect(Terminal.harmless("conv\u{1B}[31m1\u{7}\u{85}:3\ttwo\n") == "conv\u{FFFD}[31m1\u{FFFD}\u{FFFD}:3\ttwo\n")
    #expect(Terminal.harmless("Schicht 1 – größer\n") == "Schicht 1 – größer\n")
  }
}
