import Reports
import Training

/// What `config.json` of a training holds: all that decides its bits, and how it is run.
struct TrainingSettings: Encodable, Sendable {
  /// Not decisive: the same images may lie elsewhere on another day; their digests are in the identity.
  struct Files: Encodable, Sendable {
    var file: String
    var labels: String?
    var classes: String?
    var validation: String?
    var validationLabels: String?
  }

  /// How it is run; nothing here changes a bit of the result.
  struct Execution: Encodable, Sendable {
    var workers: Int
    var toolVersion: String
  }

  var format = "neuron-shapley.training-configuration"
  var version = 1
  var identity: TrainingIdentity
  var images: Files
  var execution: Execution

  /// The part that a resumed training must share with its beginning.
  static func decisive(_ settings: JSONValue) -> JSONValue {
    guard case .object(var members) = settings else { return settings }
    members["execution"] = nil
    members["images"] = nil
    return .object(members)
  }
}
