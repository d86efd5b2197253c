import Synchronization

/// Shows progress on standard error: one line rewritten in place on a terminal.
///
/// Silent when standard error is no terminal, unless `--progress` asks for it: then one whole line every ten seconds.
/// Any thread may report; reports that come too fast are dropped.
package final class ProgressDisplay: Sendable {
  package enum Style: Sendable, Hashable { case silent, rewritten, lines }

  private struct State {
    var phase = ""
    var start = ContinuousClock.now
    var doneAtStart = 0
    var lastShown: ContinuousClock.Instant?
    var last: ProgressLine?
    var lineIsOpen = false
  }

  package let style: Style
  private let columns: @Sendable () -> Int
  private let write: @Sendable (String) -> Void
  private let state = Mutex(State())

  package convenience init(isQuiet: Bool, isForced: Bool) {
    let style: Style = isQuiet ? .silent : Terminal.errorIsTerminal ? .rewritten : isForced ? .lines : .silent
    self.init(style: style, columns: { Terminal.columns }, write: { Terminal.error($0) })
  }

  package init(style: Style, columns: @escaping @Sendable () -> Int, write: @escaping @Sendable (String) -> Void) {
    self.style = style
    self.columns = columns
    self.write = write
  }

  /// Shows the line, unless one was shown a moment ago; a new phase and the end of one are always shown.
  package func report(_ line: ProgressLine) {
    if style == .silent { return }
    state.withLock { state in
      let now = ContinuousClock.now
      if line.phase != state.phase {
        finish(&state)
        state = State(phase: line.phase, start: now, doneAtStart: line.done)
      }
      if let total = line.total, let last = state.last, last.done >= total { return }
      state.last = line
      let pause: Duration = style == .rewritten ? .milliseconds(100) : .seconds(10)
      let isEnd = line.total.map { line.done >= $0 } ?? false
      if let shown = state.lastShown, now - shown < pause, !isEnd { return }
      state.lastShown = now
      show(line, &state, now)
    }
  }

  /// Ends the line, so that other text can follow.
  package func end() {
    state.withLock { finish(&$0) }
  }

  private func show(_ line: ProgressLine, _ state: inout State, _ now: ContinuousClock.Instant) {
    let elapsed = (now - state.start) / .seconds(1)
    let rate = elapsed > 0.2 ? Double(line.done - state.doneAtStart) / elapsed : nil
    switch style {
    case .silent: break
    case .rewritten:
      write("\r\u{1B}[2K" + line.text(rate: rate, elapsed: elapsed, columns: max(20, columns() - 1)))
      state.lineIsOpen = true
    case .lines: write(line.text(rate: rate, elapsed: elapsed, columns: 200) + "\n")
    }
  }

  private func finish(_ state: inout State) {
    guard state.lineIsOpen else { return }
    write("\n")
    state.lineIsOpen = false
  }
}
