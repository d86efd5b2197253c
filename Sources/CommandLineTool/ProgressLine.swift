import Reports

/// How far a piece of work is, and the line that says so.
package struct ProgressLine: Sendable, Hashable {
  /// What is being done: `estimating`.
  package var phase: String
  package var done: Int
  /// Units in all; nil when the end is not known.
  package var total: Int?
  /// What is counted: `evaluations`.
  package var unit: String
  /// More facts, in order: `212 active`.
  package var details: [String]
  /// Seconds until a limit of time ends the work, when there is one.
  package var secondsLeft: Double?

  package init(
    _ phase: String, done: Int, total: Int? = nil, unit: String, details: [String] = [], secondsLeft: Double? = nil
  ) {
    self.phase = phase
    self.done = done
    self.total = total
    self.unit = unit
    self.details = details
    self.secondsLeft = secondsLeft
  }

  /// The line, at most `columns` long: first the bar is left out, then the last facts.
  ///
  /// - Parameters:
  ///   - rate: units a second, nil while it is not known.
  ///   - elapsed: seconds since the phase began.
  package func text(rate: Double?, elapsed: Double, columns: Int) -> String {
    var facts: [String] = []
    var heads = [phase]
    if let total, total > 0 {
      let share = min(1, max(0, Double(done) / Double(total)))
      let width = 20
      let filled = Int(share * Double(width))
      let bar = String(repeating: "━", count: filled) + String(repeating: "╌", count: width - filled)
      heads = ["\(phase) \(bar) \(Int(share * 100)) %", "\(phase) \(Int(share * 100)) %"]
      facts.append("\(NumberText.grouped(done)) of \(NumberText.grouped(total)) \(unit)")
    } else {
      facts.append("\(NumberText.grouped(done)) \(unit)")
    }
    if let rate, rate > 0 { facts.append("\(Format.rate(rate))/s") }
    if let total, let rate, rate > 0, done < total {
      facts.append("\(Format.clock(Double(total - done) / rate)) left")
    } else if let secondsLeft {
      facts.append("\(Format.clock(secondsLeft)) left")
    } else {
      facts.append(Format.clock(elapsed))
    }
    facts += details
    while true {
      for head in heads {
        let line = ([head] + facts).joined(separator: " · ")
        if line.count <= columns { return line }
      }
      if facts.count == 1 { return String("\(phase) · \(facts[0])".prefix(columns)) }
      facts.removeLast()
    }
  }
}

/// Times and rates as progress shows them.
package enum Format {
  /// `0:34`, `12:05`, `3:00:00`
  package static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 3.6e7 else { return "long" }
    let whole = Int(max(0, seconds).rounded())
    let (minutes, second) = whole.quotientAndRemainder(dividingBy: 60)
    let (hours, minute) = minutes.quotientAndRemainder(dividingBy: 60)
    return hours > 0 ? "\(hours):\(twoDigits(minute)):\(twoDigits(second))" : "\(minute):\(twoDigits(second))"
  }

  /// Two or three digits: `0.42`, `8.1`, `52,310`.
  static func rate(_ value: Double) -> String {
    if value >= 100 { return NumberText.grouped(Int(min(value, 9e15).rounded())) }
    let scaled = Int((value * (value >= 10 ? 10 : 100)).rounded())
    let (whole, part) = scaled.quotientAndRemainder(dividingBy: value >= 10 ? 10 : 100)
    return value >= 10 ? "\(whole).\(part)" : "\(whole).\(twoDigits(part))"
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
