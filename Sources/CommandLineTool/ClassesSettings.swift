import NeuronShapley
import Reports

/// What `config.json` holds in the folder of `classes`.
struct ClassesSettings: Encodable, Sendable {
  /// How removals are measured; the values do not depend on it, but for the images that are kept back.
  struct Judging: Encodable, Sendable {
    var top: Int
    var removals: Int
    var randomDraws: Int
    /// Given apart; nil where images are kept back.
    var test: RankingSettings.Variations?
  }

  /// The images that are kept back from those given.
  struct Split: Encodable, Sendable {
    var testShare: Double
    var rankingImages: Int
    var testImages: Int
  }

  var format = "neuron-shapley.configuration"
  var version = 1
  var model: RankingSettings.Model
  var images: RankingSettings.ImageSet
  var calibration: RankingSettings.Calibration
  var split: Split?
  var classes: ClassRankingConfiguration
  var judging: Judging
  var variations: RankingSettings.Variations?
  var budget: RankingSettings.Budget
  var execution: RankingSettings.Execution

  /// The part that a resumed run must share with its beginning.
  static func decisive(_ settings: JSONValue) -> JSONValue {
    guard case .object(var members) = RankingSettings.decisive(settings) else { return settings }
    members["judging"] = nil
    return .object(members)
  }
}
