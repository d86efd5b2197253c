/// Draws the players at the head of the ranking, and the most harmful ones, as bars with error bars.
public enum TopPlayersChart {
  private struct Row {
    var player: RankingDocument.Player
    var y: Double
  }

  /// Where the column of ranks ends.
  private static let rankEdge = 40.0

  /// - Parameters:
  ///   - head: how many of the highest values to show; nil for the top that was asked for, 50 at most.
  ///   - tail: how many of the lowest values to show at most; only negative ones are.
  public static func drawing(_ document: RankingDocument, head: Int? = nil, tail: Int = 5) -> SVGDrawing {
    let ranked = document.ranked
    let top = Array(ranked.prefix(head ?? document.shownCount))
    let bottom = Array(ranked.dropFirst(top.count).suffix(tail).filter { $0.value < 0 })
    let rowHeight = 22.0, upperEdge = 26.0, gap = bottom.isEmpty ? 0.0 : 22.0
    var rows = top.enumerated().map { Row(player: $1, y: upperEdge + Double($0) * rowHeight) }
    let bottomEdge = upperEdge + Double(top.count) * rowHeight + gap
    rows += bottom.enumerated().map { Row(player: $1, y: bottomEdge + Double($0) * rowHeight) }
    let plotBottom = bottomEdge + Double(bottom.count) * rowHeight + 4

    let longest = min(34, max(8, rows.map(\.player.player.count).max() ?? 0))
    let left = rankEdge + 24 + Double(longest) * 7.0, right = 130.0, width = 900.0
    let scale = AxisScale(domain(rows.map(\.player)), pixels: left...(width - right), ticks: 6)
    var drawing = SVGDrawing(
      width: width, height: plotBottom + 46, title: "Highest values",
      summary: top.first.map {
        "The first is \($0.player) with \(NumberText.estimate($0.value, error: $0.standardError))"
      } ?? "")

    drawing.text(rankEdge, 14, "rank", "soft", anchor: .end)
    drawing.text(left - 10, 14, "player", "soft", anchor: .end)
    drawing.text(width, 14, "value ± std. error", "soft", anchor: .end)
    for tick in scale.ticks {
      drawing.line(scale(tick), upperEdge - 4, scale(tick), plotBottom, tick == 0 ? "zero" : "grid")
      drawing.text(scale(tick), plotBottom + 16, scale.label(tick), "soft number", anchor: .middle)
    }
    drawing.text(
      (left + width - right) / 2, plotBottom + 38, "\(document.valueName): share of \(document.question.metric)",
      "soft",
      anchor: .middle)
    if !bottom.isEmpty { drawing.text(left - 10, bottomEdge - 6, "⋮", "soft", anchor: .end) }
    for row in rows { draw(row, on: &drawing, scale, left: left, width: width, rowHeight, longest) }
    return drawing
  }

  private static func draw(
    _ row: Row, on drawing: inout SVGDrawing, _ scale: AxisScale, left: Double, width: Double, _ height: Double,
    _ longest: Int
  ) {
    let player = row.player, middle = row.y + height / 2
    let sign = player.value < 0 ? "harms" : "helps"
    let open = player.status == .undecided ? " open" : ""
    let (zero, end) = (scale(0), scale(player.value))
    let value = NumberText.estimate(player.value, error: player.standardError)
    let error = player.standardError.map { " ± \(NumberText.significant($0, 2))" } ?? ""
    drawing.text(
      left - 10, middle + 4, Markup.shortened(player.player, to: longest), "name", anchor: .end, tip: player.player)
    drawing.text(rankEdge, middle + 4, NumberText.grouped(player.rank), "soft number", anchor: .end)
    drawing.rectangle(
      min(zero, end), row.y + 4, abs(end - zero), height - 8, sign + open,
      tip: "\(player.player): \(value)\(error), \(player.samples) samples, \(player.status.rawValue)")
    if let lower = player.lower, let upper = player.upper {
      let from = scale(max(lower, scale.domain.lowerBound)), to = scale(min(upper, scale.domain.upperBound))
      if from <= to { drawing.line(from, middle, to, middle, "limit") }
      cap(lower, at: from, of: scale, middle, on: &drawing, towards: -1)
      cap(upper, at: to, of: scale, middle, on: &drawing, towards: 1)
    }
    if let error = player.standardError, error > 0 {
      drawing.line(scale(player.value - error), middle, scale(player.value + error), middle, "error")
      for side in [-error, error] {
        let x = scale(player.value + side)
        drawing.line(x, middle - 3, x, middle + 3, "error")
      }
    }
    drawing.text(width, middle + 4, value + error, "number", anchor: .end)
  }

  /// The end of a limit: a stroke, or an arrow when it lies beyond the frame.
  private static func cap(
    _ limit: Double, at x: Double, of scale: AxisScale, _ middle: Double, on drawing: inout SVGDrawing,
    towards side: Double
  ) {
    let n = SVGDrawing.n
    if scale.domain.contains(limit) {
      drawing.line(x, middle - 4, x, middle + 4, "limit")
    } else {
      drawing.path(
        "M\(n(x - 4 * side)) \(n(middle - 4))L\(n(x)) \(n(middle))L\(n(x - 4 * side)) \(n(middle + 4))", "limit")
    }
  }

  /// Values and standard errors decide what is shown; limits widen it to twice that at most.
  private static func domain(_ players: [RankingDocument.Player]) -> ClosedRange<Double> {
    var lower = 0.0, upper = 0.0
    for player in players {
      let error = player.standardError ?? 0
      lower = min(lower, player.value - error)
      upper = max(upper, player.value + error)
    }
    let span = max(upper - lower, 1e-12)
    let limits = players.compactMap { player in player.lower.flatMap { lower in player.upper.map { (lower, $0) } } }
    let widest = (limits.map(\.0).min() ?? lower, limits.map(\.1).max() ?? upper)
    return max(
      min(lower, widest.0), lower - span / 2)...max(min(max(upper, widest.1), upper + span / 2), lower + span * 1e-3)
  }
}
