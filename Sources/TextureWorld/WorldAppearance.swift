/// A configuration's settings as numbers: those that are given, and the rest from the difficulty.
struct WorldAppearance: Sendable {
  let noise: Double
  let occlusion: Double
  let colourSpread: Double
  let textureContrast: Double
  /// In pixels.
  let radii: ClosedRange<Double>
  let lightSpread: Double
  let flecks: Int

  init(_ configuration: WorldConfiguration) {
    let difficulty = configuration.difficulty
    let side = Double(configuration.side)
    noise = configuration.noise ?? 0.01 + 0.08 * difficulty
    occlusion = configuration.occlusion ?? 0.9 * difficulty
    colourSpread = configuration.colourSpread ?? 0.02 + 0.15 * difficulty
    textureContrast = configuration.textureContrast ?? 1 - 0.5 * difficulty
    let smallest = configuration.smallestRadius ?? 0.30 - 0.12 * difficulty
    radii = side * min(smallest, WorldConfiguration.largestRadius)...side * WorldConfiguration.largestRadius
    lightSpread = configuration.lightSpread ?? 0.4 * difficulty
    flecks = configuration.flecks ?? Int((8 * difficulty).rounded())
  }
}
