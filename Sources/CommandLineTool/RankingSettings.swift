import Images
import InputErrors
import Networks
import NeuronShapley
import Reports

/// What `config.json` holds: every setting of a run, with the content digests of what it read.
struct RankingSettings: Encodable, Sendable {
  struct Model: Encodable, Sendable {
    /// Not decisive: the same model may lie elsewhere on another day.
    var file: String
    var fileDigest: String
    /// Of graph and parameters, external data included.
    var digest: String
  }

  struct ImageSet: Encodable, Sendable {
    var file: String
    var labels: String?
    var classes: String?
    var labelOffset: Int
    var limit: Int?
    var sample: Int?
    var skipCorrupt: Bool
    var preprocessing: Preprocessing
    var count: Int
    var digest: String
  }

  struct Calibration: Encodable, Sendable {
    var file: String
    var count: Int
    var digest: String
  }

  /// Images that the result does not depend on.
  struct Variations: Encodable, Sendable {
    var file: String
    var count: Int
    var digest: String
  }

  struct Budget: Encodable, Sendable {
    var multiplyAdds: Int?
    var seconds: Double?
  }

  /// How it is run; nothing here changes a bit of the result.
  struct Execution: Encodable, Sendable {
    var workers: Int
    var memory: Int?
    var toolVersion: String
  }

  var format = "neuron-shapley.configuration"
  var version = 1
  var model: Model
  var images: ImageSet
  var calibration: Calibration
  var variations: Variations?
  var ranking: RankingConfiguration
  /// What decided for the estimator where none was named; nil where one was.
  var choice: ChosenEstimator?
  var budget: Budget
  var execution: Execution

  /// The part that a resumed run must share with its beginning: all but paths, the execution and limits that only say
  /// when to look at the result.
  static func decisive(_ settings: JSONValue) -> JSONValue {
    guard case .object(var members) = settings else { return settings }
    for key in ["execution", "budget", "variations", "choice"] { members[key] = nil }
    for (key, paths) in [
      ("model", ["file", "fileDigest"]), ("images", ["file", "labels", "classes"]), ("calibration", ["file"]),
    ] {
      guard case .object(var part)? = members[key] else { continue }
      for path in paths { part[path] = nil }
      members[key] = .object(part)
    }
    return .object(members)
  }
}
