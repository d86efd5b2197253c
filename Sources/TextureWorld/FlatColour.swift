/// The colours of the style `flat`, each of one exact value that no other has.
enum FlatColour: Sendable, Hashable, CaseIterable {
  case surface(ObjectColour)
  case ground(Background)
  case ink
  case mark
  case frame

  static let allCases: [FlatColour] =
    ObjectColour.allCases.map(FlatColour.surface) + Background.allCases.map(FlatColour.ground) + [.ink, .mark, .frame]

  /// Red, green and blue, 0…255.
  var samples: SIMD3<UInt8> {
    let value =
      switch self {
      case .surface(let colour): Palette.value(of: colour)
      case .ground(let background): Palette.value(of: background)
      case .ink: Palette.ink
      case .mark: Palette.mark
      case .frame: Palette.frame
      }
    return SIMD3<UInt8>(truncatingIfNeeded: SIMD3<Int>((value * 255).rounded(.toNearestOrEven)))
  }
}
