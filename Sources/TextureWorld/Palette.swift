/// The world's colours as red, green and blue, 0…1.
enum Palette {
  static let ink = SIMD3(0.13, 0.11, 0.15)
  static let mark = SIMD3(0.83, 0.16, 0.62)
  static let markCentre = SIMD3(0.98, 0.93, 0.97)
  static let frame = SIMD3(0.16, 0.17, 0.24)
  static let twig = SIMD3(0.38, 0.27, 0.18)

  static func value(of colour: ObjectColour) -> SIMD3<Double> {
    switch colour {
    case .red: SIMD3(0.84, 0.23, 0.20)
    case .yellow: SIMD3(0.95, 0.77, 0.22)
    case .green: SIMD3(0.22, 0.62, 0.30)
    case .blue: SIMD3(0.22, 0.40, 0.78)
    }
  }

  static func value(of background: Background) -> SIMD3<Double> {
    switch background {
    case .sand: SIMD3(0.86, 0.78, 0.62)
    case .grass: SIMD3(0.60, 0.68, 0.46)
    case .water: SIMD3(0.58, 0.71, 0.79)
    case .stone: SIMD3(0.66, 0.65, 0.64)
    }
  }
}
