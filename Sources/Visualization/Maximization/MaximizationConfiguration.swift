import Networks

/// How pictures are maximised: what they are a function of, how they are looked at, what keeps them natural.
///
/// The defaults are those of lucid (Olah et al. 2017): a Fourier picture with decorrelated colours, seen padded, jittered,
/// scaled and turned, 512 steps of Adam at a rate of 0.05. The objective's gradient by the picture is brought to a root
/// mean square of 1 at each step, so that a penalty's weight means the same for every unit.
public struct MaximizationConfiguration: Sendable, Hashable {
  /// A filter that pictures go through every so many steps; of the pixel parametrisation alone.
  public struct Smoothing: Sendable, Hashable {
    public var filter: BilateralFilter
    public var period: Int

    public init(_ filter: BilateralFilter, period: Int) {
      self.filter = filter
      self.period = period
    }
  }

  public var parametrization: PictureParametrization = .fourier()
  public var transforms: ViewTransforms = .lucid
  public var penalties: [PicturePenalty] = []
  public var gradientFilter: GradientFilter = .none
  public var smoothing: Smoothing?
  /// The weight of the learned prior's pull; 0 for none.
  public var priorWeight: Float = 0
  /// Steps of Adam.
  public var steps = 512
  public var learningRate = 0.05
  /// At so many first steps a rectifier that is off lets through what turns it on.
  public var redirectedSteps = 16
  /// Views of each picture at each step, whose gradients are averaged: 1 to 8.
  public var viewsPerPicture = 1
  /// The weight of ``PictureDiversity`` beside the objective where several pictures are made of one.
  public var diversityWeight: Float = 1
  public var seed: UInt64 = 0

  public init() {}
}

/// The ways to keep a maximised picture natural, one by one and together: the columns of a comparison.
public enum PictureRegularization: String, Sendable, Hashable, Codable, CaseIterable {
  /// Pixels without anything: what gradient ascent finds by itself.
  case none
  case l2
  case totalVariation = "total-variation"
  case gradientBlur = "gradient-blur"
  case bilateral
  /// Gradients whose octaves have equal strength.
  case frequency
  case padding
  case jitter
  case scaling
  case rotation
  /// All of lucid's views, on pixels.
  case views
  /// The Fourier picture by itself.
  case fourier
  /// The Fourier picture and all views: the default.
  case lucid
  /// Phases alone, crops (Fel et al. 2023).
  case maco
  /// Pixels, all views, and a denoising autoencoder that was trained on the images.
  case prior

  /// True when it needs the magnitudes of real images' spectra.
  public var needsSpectrum: Bool { self == .maco }
  /// True when it needs a ``PicturePrior``.
  public var needsPrior: Bool { self == .prior }

  /// - Parameters:
  ///   - side: of the pictures, in pixels: paddings, jitters and blurs of small pictures are smaller.
  ///   - base: steps, rate and seed are taken from it.
  public func configuration(side: Int, base: MaximizationConfiguration = .init()) -> MaximizationConfiguration {
    var result = base
    result.parametrization = .pixel()
    result.transforms = .none
    result.penalties = []
    result.gradientFilter = .none
    result.smoothing = nil
    result.priorWeight = 0
    result.viewsPerPicture = 1
    let scale = Double(min(side, 128)) / 128
    switch self {
    case .none: break
    case .l2: result.penalties = [.squaredDistance()]
    case .totalVariation: result.penalties = [.totalVariation(weight: 0.1)]
    case .gradientBlur: result.gradientFilter = .blur(deviation: max(1, 3 * scale))
    case .bilateral: result.smoothing = .init(BilateralFilter(rangeDeviation: 0.08), period: 16)
    case .frequency: result.gradientFilter = .frequencyNormalized(octaves: 4)
    case .padding: result.transforms = .padding.scaled(toSide: side)
    case .jitter: result.transforms = .jitter.scaled(toSide: side)
    case .scaling: result.transforms = .scaling
    case .rotation: result.transforms = .rotation
    case .views: result.transforms = .lucid.scaled(toSide: side)
    case .fourier: result.parametrization = .fourier()
    case .lucid:
      result.parametrization = .fourier()
      result.transforms = .lucid.scaled(toSide: side)
    case .maco:
      result.parametrization = .phase
      // Larger parts than the paper's quarters: pictures here are as small as its crops.
      result.transforms = .crops(meanSize: 0.6, deviation: 0.15)
      result.viewsPerPicture = 4
      // Phases are angles: steps are in radians.
      result.learningRate = 20 * base.learningRate
    case .prior:
      result.transforms = .lucid.scaled(toSide: side)
      result.priorWeight = 1
    }
    return result
  }
}
