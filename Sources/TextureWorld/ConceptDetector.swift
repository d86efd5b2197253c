/// What one filter of a ``ConceptNetwork`` looks for.
public enum ConceptDetector: Sendable, Hashable {
  case colour(ObjectColour)
  case background(Background)
  case mark
  case frame
  case stripes(isVertical: Bool)
  case dots
  case checks
  case shape(ObjectShape)

  /// All of them, layer by layer in the order of the filters.
  public static let all: [ConceptDetector] = ConceptNetwork.Layer.allCases.flatMap(\.detectors)

  /// Whether the filter answers to the scene: the truth, known without looking at the picture.
  public func finds(_ scene: WorldScene) -> Bool {
    switch self {
    case .colour(let colour): scene.colour == colour
    case .background(let background): scene.background == background
    case .mark: scene.hasMark
    case .frame: scene.hasFrame
    case .stripes(let isVertical): scene.texture == .stripes && scene.hasVerticalStripes == isVertical
    case .dots: scene.texture == .dots
    case .checks: scene.texture == .checks
    case .shape(let shape): scene.shape == shape
    }
  }

  /// The layer of the convolution whose filter it is.
  var layer: ConceptNetwork.Layer {
    switch self {
    case .colour, .background, .mark, .frame: .colours
    case .stripes, .dots, .checks: .textures
    case .shape: .shapes
    }
  }
}
