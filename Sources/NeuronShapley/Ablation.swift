import InputErrors

/// What removing a filter puts in the place of its output.
///
/// The output is read and replaced at the filter's activation site: after its batch normalization and activation, before
/// anything that mixes tensors (see ``Networks/ActivationSite``).
public enum Ablation: String, Sendable, Hashable, Codable, CaseIterable {
  /// Its mean over calibration images and positions: one constant a filter.
  case mean
  /// Its mean over calibration images at each position.
  case meanMap
  /// Zero.
  case zero
  /// Its output on another calibration image, drawn for each image whenever images are loaded.
  case resample
  /// What the original code of Neuron Shapley leaves: weights 0, moving mean 0 and variance 1 make the batch
  /// normalization return its shift β, which the activation then maps; without batch normalization, the bias alone.
  case batchNormShift

  /// Reads the name used on the command line.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) with the closest name for any other text.
  public init(parsing text: String) throws(InputError) {
    let names = Self.allCases.map(\.rawValue)
    guard let ablation = Self(rawValue: text) else {
      throw InputError(
        .usage, "unknown ablation '\(text)'", at: .init(key: "ablation"), expected: names.joined(separator: ", "),
        hint: Suggestion.hint(for: text, among: names))
    }
    self = ablation
  }

  /// Whether it is measured on calibration images.
  public var needsCalibration: Bool {
    switch self {
    case .mean, .meanMap, .resample: true
    case .zero, .batchNormShift: false
    }
  }
}
