import CommandLineTool
import Synchronization
import Testing

@Suite struct ProgressTests {
  private final class Paper: Sendable {
    let text = Mutex("")
    var content: String { text.withLock { $0 } }
    func write(_ more: String) { text.withLock { $0 += more } }
  }

  @Test func theLineTellsShareRateAndTimeLeft() {
    let line = ProgressLine("estimating", done: 250_000, total: 1_000_000, unit: "evaluations", details: ["212 active"])
    let text = line.text(rate: 5000, elapsed: 50, columns: 200)
    #expect(
      text
        == "estimating ━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 25 % · 250,000 of 1,000,000 evaluations · 5,000/s · 2:30 left · 212 active")
  }

  @Test func withoutAnEndItTellsTheTimePassed() {
    let text = ProgressLine("reading", done: 12, unit: "images").text(rate: 4.25, elapsed: 65, columns: 200)
    #expect(text == "reading · 12 images · 4.25/s · 1:05")
  }

  @Test func aNarrowTerminalLosesTheBarBeforeTheTimeLeft() {
    let line = ProgressLine("estimating", done: 250_000, total: 1_000_000, unit: "evaluations", details: ["212 active"])
    let text = line.text(rate: 5000, elapsed: 50, columns: 80)
    #expect(text == "estimating 25 % · 250,000 of 1,000,000 evaluations · 5,000/s · 2:30 left")
    let timed = ProgressLine("estimating", done: 9, unit: "evaluations", secondsLeft: 61)
    #expect(timed.text(rate: 3, elapsed: 3, columns: 80) == "estimating · 9 evaluations · 3.00/s · 1:01 left")
  }

  @Test(arguments: [20, 40, 60, 80]) func itFitsTheTerminal(columns: Int) {
    let line = ProgressLine("estimating", done: 123_456, total: 7_000_000, unit: "evaluations", details: ["99 active"])
    #expect(line.text(rate: 1234, elapsed: 9, columns: columns).count <= columns)
  }

  @Test func timesAreReadable() {
    #expect(Format.clock(3725) == "1:02:05")
    #expect(Format.clock(.infinity) == "long")
  }

  @Test func aSilentDisplayWritesNothing() {
    let paper = Paper()
    let display = ProgressDisplay(style: .silent, columns: { 80 }, write: paper.write)
    display.report(ProgressLine("a", done: 1, total: 1, unit: "x"))
    display.end()
    #expect(paper.content.isEmpty)
  }

  @Test func aTerminalLineIsRewrittenAndEnded() {
    let paper = Paper()
    let display = ProgressDisplay(style: .rewritten, columns: { 80 }, write: paper.write)
    for done in 0...1000 { display.report(ProgressLine("a", done: done, total: 1000, unit: "x")) }
    display.report(ProgressLine("b", done: 1, unit: "y"))
    display.end()
    let lines = paper.content.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasPrefix("\r\u{1B}[2K") })
    #expect(lines.first?.contains("1,000 of 1,000 x") == true)
  }
}
