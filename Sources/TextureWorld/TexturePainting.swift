extension ObjectTexture {
  /// How much ink lies on a point of the object, 0…1, with edges one pixel wide.
  ///
  /// - Parameters:
  ///   - point: in pixels, along the object's own axes.
  ///   - period: in pixels; the lattice of dots and checks is a little wider.
  ///   - phase: where the pattern begins, as shares of the period.
  func ink(at point: SIMD2<Double>, period: Double, phase: SIMD2<Double>, isVertical: Bool) -> Double {
    switch self {
    case .plain: return 0
    case .stripes:
      let band = Self.band(isVertical ? point.x : point.y, period, phase.x)
      return Self.covered(band)
    case .dots:
      let pitch = period * 1.25
      // A lattice of which every other row is moved by half a pitch.
      let row = point.y / pitch + phase.y
      let shift = Int(row.rounded(.down)).isMultiple(of: 2) ? 0 : 0.5
      let x = point.x / pitch + phase.x + shift
      let offset = SIMD2(x - x.rounded(.down) - 0.5, row - row.rounded(.down) - 0.5) * pitch
      return Self.covered((offset * offset).sum().squareRoot() - pitch * 0.31)
    case .checks:
      let pitch = period * 1.3
      let bands = (Self.covered(Self.band(point.x, pitch, phase.x)), Self.covered(Self.band(point.y, pitch, phase.y)))
      return bands.0 * (1 - bands.1) + bands.1 * (1 - bands.0)
    }
  }

  /// The distance of a coordinate from the edge of bands that fill half of each period; negative inside, in pixels.
  private static func band(_ coordinate: Double, _ period: Double, _ phase: Double) -> Double {
    let place = coordinate / period + phase
    return (abs(place - place.rounded(.down) - 0.5) - 0.25) * period
  }

  private static func covered(_ distance: Double) -> Double { min(max(0.5 - distance, 0), 1) }
}
