/// What is optimised when a picture is: the numbers that a picture is a smooth function of.
///
/// Whatever the parameters, values lie between 0 and 1: a sigmoid comes last.
public enum PictureParametrization: Sendable, Hashable {
  /// Each pixel's value before the sigmoid, at first normal with this deviation.
  ///
  /// Gradients of networks are high in frequency, and so are the pictures.
  case pixel(deviation: Double = 0.01, decorrelatesColours: Bool = true)

  /// The coefficients of the spectrum, each divided by its frequency to the power of `decayPower`, at first normal with
  /// this deviation (Olah et al., Feature Visualization, 2017): a step moves all frequencies as natural images have them.
  ///
  /// As in lucid: coefficients are multiplied by √(width · height) / max(f, 1 / max(width, height))^decayPower, f in cycles
  /// a pixel, and the picture of the half spectrum is divided by 4.
  case fourier(deviation: Double = 0.01, decayPower: Double = 1, decorrelatesColours: Bool = true)

  /// The phases of the spectrum alone, at first uniform in −π…π; magnitudes are those of a ``PictureSpectrum``
  /// (MaCo; Fel et al., Unlocking Feature Visualization for Deeper Networks with MAgnitude Constrained Optimization, 2023).
  ///
  /// The picture of the spectrum is brought to mean 0 and deviation 1 over all its values; colours are always decorrelated.
  case phase

  /// Whether the parameters of colour pictures are in ``ColourBasis``. Grey pictures have no colours.
  public var decorrelatesColours: Bool {
    switch self {
    case .pixel(_, let decorrelates), .fourier(_, _, let decorrelates): decorrelates
    case .phase: true
    }
  }
}
