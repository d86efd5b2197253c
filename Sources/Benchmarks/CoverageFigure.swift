import Foundation
import InputErrors
import Reports

/// The figure of ``CoverageSimulation``: on the left how many runs have been wrong by now, on the right what honesty costs.
struct CoverageFigure {
  private static let (left, right, top, bottom, width) = (58.0, 508.0, 40.0, 300.0, 380.0)

  /// Simulates, prints a table, and writes the picture.
  static func write(to file: String, runs: Int, orders: Int) throws {
    let simulation = try CoverageSimulation(runs: runs, orders: orders)
    let curves = CoverageSimulation.Kind.allCases.map { ($0, simulation.curve($0)) }
    for (kind, points) in curves {
      guard let last = points.last else { continue }
      let width = last.width.map { NumberText.significant($0, 3) } ?? "none"
      print(
        "\(kind.rawValue): wrong in \(NumberText.percent(last.missedShare)) of \(runs) runs by order \(last.orders); "
          + "length of the largest state's limits \(width)")
    }
    let data = Data(drawing(curves, runs: runs).document.utf8)
    do { try data.write(to: URL(fileURLWithPath: file)) } catch {
      throw InputError(.cannotWrite, "the figure cannot be written", at: .init(file: file))
    }
  }

  private static func drawing(
    _ curves: [(CoverageSimulation.Kind, [CoverageSimulation.Point])], runs: Int
  ) -> SVGDrawing {
    let orders = curves.first?.1.map(\.orders) ?? []
    let horizontal = log10(Double(orders.first ?? 1))...log10(Double(orders.last ?? 10))
    let widths = curves.flatMap { $0.1.compactMap(\.width) }.map { log10($0) }
    let heights = (widths.min() ?? -2)...(widths.max() ?? 0)
    var drawing = SVGDrawing(
      width: 900, height: 420, title: "Confidence limits over time",
      summary:
        "The published bound is wrong in most runs sooner or later; confidence sequences in fewer than one in twenty",
      rules: """
        .figure .published { stroke: var(--harms); } .figure .strict { stroke: var(--harms); stroke-dasharray: 6 4; }
        .figure .asymptotic { stroke: var(--soft); } .figure .bernstein { stroke: var(--helps); stroke-dasharray: 6 4; }
        .figure .betting { stroke: var(--helps); }

        """)
    drawing.text(left, top - 18, "share of \(runs) runs with a wrong limit so far", "heading")
    drawing.text(right, top - 18, "length of the limits of the largest state (φ = 0.088)", "heading")
    for x in [left, right] {
      for power in Int(horizontal.lowerBound.rounded(.up))...Int(horizontal.upperBound) {
        let place = x + width * share(Double(power), of: horizontal)
        drawing.line(place, top, place, bottom, "grid")
        drawing.text(
          place, bottom + 18, NumberText.grouped(Int(pow(10, Double(power)))), "soft number", anchor: .middle)
      }
      drawing.text(x + width / 2, bottom + 38, "random orders", "soft", anchor: .middle)
    }
    for percent in stride(from: 0, through: 100, by: 20) {
      let y = bottom - (bottom - top) * Double(percent) / 100
      drawing.line(left, y, left + width, y, percent == 0 ? "zero" : "grid")
      drawing.text(left - 8, y + 4, "\(percent) %", "soft number", anchor: .end)
    }
    let allowed = bottom - (bottom - top) * 0.05
    drawing.line(left, allowed, left + width, allowed, "limit")
    drawing.text(left + 6, allowed - 5, "5 % allowed", "soft")
    for power in Int(heights.lowerBound.rounded(.up))...Int(heights.upperBound.rounded(.down)) {
      let y = bottom - (bottom - top) * share(Double(power), of: heights)
      drawing.line(right, y, right + width, y, "grid")
      drawing.text(right - 8, y + 4, NumberText.plain(pow(10, Double(power))), "soft number", anchor: .end)
    }
    for (index, (kind, points)) in curves.enumerated() {
      let style = "curve \(style(kind))"
      let missed = points.map {
        (left + width * share(log10(Double($0.orders)), of: horizontal), bottom - (bottom - top) * $0.missedShare)
      }
      let lengths = points.compactMap { point in
        point.width.map { length in
          (
            right + width * share(log10(Double(point.orders)), of: horizontal),
            bottom - (bottom - top) * share(log10(length), of: heights)
          )
        }
      }
      drawing.path(path(missed), style)
      if !lengths.isEmpty { drawing.path(path(lengths), style) }
      let x = left + Double(index % 3) * 290, y = bottom + 70 + Double(index / 3) * 22
      drawing.path("M\(x) \(y)h26", style)
      drawing.text(x + 34, y + 4, kind.rawValue, "soft")
    }
    return drawing
  }

  private static func style(_ kind: CoverageSimulation.Kind) -> String {
    switch kind {
    case .published: "published"
    case .publishedStrict: "strict"
    case .asymptotic: "asymptotic"
    case .bernstein: "bernstein"
    case .betting: "betting"
    }
  }

  private static func share(_ value: Double, of range: ClosedRange<Double>) -> Double {
    (value - range.lowerBound) / max(1e-9, range.upperBound - range.lowerBound)
  }

  private static func path(_ points: [(Double, Double)]) -> String {
    func tenths(_ value: Double) -> String { NumberText.plain((value * 10).rounded() / 10) }
    return points.enumerated().map { "\($0 == 0 ? "M" : "L")\(tenths($1.0)) \(tenths($1.1))" }.joined()
  }
}
