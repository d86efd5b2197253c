import Foundation

/// Colours of the pictures of regions, for figures and the page.
enum RegionsStyle {
  /// Steps of the ramp from all neurons negative to all positive.
  static let steps = 10
  /// Colours that tell neurons apart, chosen so that people with any colour vision can (after Okabe and Ito).
  static let lineColours = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a5195", "#8a6d00", "#2f9ec4", "#444c56", "#b3446c", "#4f7942",
  ]

  static func colours(_ palette: RegionsPalette) -> (negative: String, middle: String, positive: String) {
    switch palette {
    case .greenRed: ("#d2453d", "#f8f5ec", "#2f9652")
    case .colourBlind: ("#d9741f", "#f7f4ef", "#2a6db5")
    }
  }

  /// The neuron's class of colour.
  static func line(_ neuron: Int) -> Int { neuron % lineColours.count }

  static func rules(_ palette: RegionsPalette) -> String {
    let (negative, middle, positive) = colours(palette)
    var css = ""
    for step in 0...steps {
      // Not quite to the ends, so that lines and points stay visible on every step.
      let share = 0.5 + 0.8 * (Double(step) / Double(steps) - 0.5)
      let colour = share < 0.5 ? mixed(negative, middle, 2 * share) : mixed(middle, positive, 2 * share - 1)
      css += ".figure .level\(step) { fill: \(colour); }\n"
    }
    for (index, colour) in lineColours.enumerated() {
      css += ".figure .n\(index) { stroke: \(colour); } .figure .k\(index) { fill: \(colour); }\n"
    }
    return css + """
      .figure .region { stroke: #ffffff; stroke-width: 0.6; stroke-linejoin: round; }
      .figure .boundary { fill: none; stroke-width: 2; stroke-linecap: round; }
      .figure .thin { stroke-width: 1.3; } .figure .dashed { stroke-dasharray: 4 3; }
      .figure .guide { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
      .figure .frame { fill: none; stroke: #59626e; stroke-width: 1; }
      .figure .face { stroke-width: 1.4; stroke-linejoin: round; fill-opacity: 0.13; }
      .figure .positive { fill: \(positive); } .figure .negative { fill: \(negative); } .figure .still { fill: var(--line); }
      .figure .datum { fill: #10151c; fill-opacity: 0.3; }
      .figure .mark { fill: #10151c; stroke: #ffffff; stroke-width: 1.5; }
      .figure text.onmap { fill: #10151c; paint-order: stroke; stroke: #ffffff; stroke-width: 3px; stroke-linejoin: round; }

      """
  }

  /// A colour between two, in sRGB.
  static func mixed(_ first: String, _ second: String, _ share: Double) -> String {
    let parts = zip(channels(first), channels(second)).map { Int((Double($0) + share * Double($1 - $0)).rounded()) }
    return String(format: "#%02x%02x%02x", parts[0], parts[1], parts[2])
  }

  private static func channels(_ colour: String) -> [Int] {
    let value = Int(colour.dropFirst(), radix: 16) ?? 0
    return [value >> 16 & 255, value >> 8 & 255, value & 255]
  }
}

/// Maps a range of an input onto pixels, end to end.
struct RegionsScale {
  let lower: Double
  let upper: Double
  let start: Double
  let end: Double
  let axis: AxisScale

  init(_ lower: Double, _ upper: Double, start: Double, end: Double) {
    (self.lower, self.upper, self.start, self.end) = (lower, upper, start, end)
    axis = AxisScale(lower...max(lower, upper), pixels: min(start, end)...max(start, end))
  }

  func callAsFunction(_ value: Double) -> Double { start + (value - lower) / (upper - lower) * (end - start) }

  var ticks: [(position: Double, label: String)] {
    let slack = (upper - lower) * 1e-9
    return axis.ticks.filter { $0 >= lower - slack && $0 <= upper + slack }.map { (self($0), axis.label($0)) }
  }
}
