import Statistics

/// A background as a function of place: its colour, made lighter and darker by its grain.
struct BackgroundPainting: Sendable {
  private let background: Background
  private let colour: SIMD3<Double>
  private let coarse: Grain
  private let fine: Grain
  private let wave: SIMD3<Double>
  private let unit: Double

  init(_ background: Background, side: Int, seed: UInt64, index: Int) {
    self.background = background
    colour = Palette.value(of: background)
    unit = Double(side) / 32
    // Each background has a stream of its own, so that another one in its place moves nothing else.
    let variant = Background.allCases.firstIndex(of: background) ?? 0
    var stream = WorldAspect.grain.stream(seed: seed, index: index, variant: variant)
    let cells: (SIMD2<Double>, SIMD2<Double>) =
      switch background {
      case .sand: (SIMD2(9, 9), SIMD2(1.3, 1.3))
      case .grass: (SIMD2(8, 8), SIMD2(1.4, 5))
      case .water: (SIMD2(10, 6), SIMD2(4, 1.6))
      case .stone: (SIMD2(7, 7), SIMD2(2.6, 2.6))
      }
    coarse = Grain(side: side, cell: cells.0 * unit, stream: &stream)
    fine = Grain(side: side, cell: cells.1 * unit, stream: &stream)
    wave = SIMD3(stream.uniform(), stream.uniform(), stream.uniform())
  }

  /// The colour at a point, in pixels.
  func colour(_ x: Double, _ y: Double) -> SIMD3<Double> {
    let (broad, narrow) = (coarse.value(x, y), fine.value(x, y))
    let brightness: Double
    switch background {
    case .sand: brightness = 0.05 * broad + 0.06 * narrow
    case .grass: brightness = 0.05 * broad + 0.11 * narrow
    case .stone: brightness = 0.08 * broad + 0.06 * narrow
    case .water:
      let swell = sine(2 * Double.pi * (x / (unit * (13 + 6 * wave.x)) + wave.y))
      let crest = sine(2 * Double.pi * ((y + 1.4 * unit * swell) / (unit * (6 + 2.5 * wave.z)) + wave.y))
      brightness = 0.05 * crest + 0.03 * broad + 0.04 * narrow
    }
    return colour + SIMD3(repeating: brightness)
  }
}
