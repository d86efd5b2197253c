import NeuronShapley
import Reports

/// The estimator of the run that a folder holds: what is gone on with is never chosen anew.
struct EarlierChoice: Decodable, Sendable {
  private struct Ranking: Decodable, Sendable {
    struct Estimator: Decodable, Sendable { var name: EstimatorChoice.Kind }
    var estimator: Estimator
  }

  private var ranking: Ranking
  /// What decided for it; nil where it was named.
  var choice: ChosenEstimator?

  var kind: EstimatorChoice.Kind { ranking.estimator.name }

  /// Reads it from `config.json`; nil in a folder without a run.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) when the file is damaged; (noInput) when it cannot be read.
  static func read(from folder: RunFolder) throws -> EarlierChoice? {
    guard folder.exists(.configuration) else { return nil }
    return try JSONValue.decode(
      EarlierChoice.self, from: try folder.read(.configuration), file: folder.file(.configuration))
  }
}
