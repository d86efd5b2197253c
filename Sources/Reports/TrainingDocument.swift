import Training

/// What a training was and came to: `training.json`, written with sorted keys.
public struct TrainingDocument: Sendable, Hashable, Codable {
  public static let formatName = "neuron-shapley.training"
  public static let currentVersion = 1

  public struct ImageSet: Sendable, Hashable, Codable {
    public var path: String
    public var count: Int
    /// SHA-256 of samples, labels and preprocessing.
    public var digest: String

    public init(path: String, count: Int, digest: String) {
      self.path = path
      self.count = count
      self.digest = digest
    }
  }

  public struct Model: Sendable, Hashable, Codable {
    /// Nil when no model was written.
    public var file: String?
    /// SHA-256 of graph and parameters.
    public var digest: String
    public var parameters: Int
    /// Multiplications with an addition of a forward pass of one image.
    public var multiplyAdds: Int
    /// The epoch that the parameters come from, from 1.
    public var epoch: Int?

    public init(file: String?, digest: String, parameters: Int, multiplyAdds: Int, epoch: Int?) {
      self.file = file
      self.digest = digest
      self.parameters = parameters
      self.multiplyAdds = multiplyAdds
      self.epoch = epoch
    }
  }

  public enum Ending: String, Sendable, Hashable, Codable {
    case finished, stoppedEarly, interrupted, diverged
  }

  public struct Execution: Sendable, Hashable, Codable {
    public var commandLine: [String]
    public var toolVersion: String
    public var workers: Int
    /// Wall-clock seconds of training over all sittings.
    public var seconds: Double
    /// Of the last sitting.
    public var imagesPerSecond: Double?

    public init(commandLine: [String], toolVersion: String, workers: Int, seconds: Double, imagesPerSecond: Double?) {
      self.commandLine = commandLine
      self.toolVersion = toolVersion
      self.workers = workers
      self.seconds = seconds
      self.imagesPerSecond = imagesPerSecond
    }
  }

  public var format = formatName
  public var version = currentVersion
  /// Recipe, resolved architecture, seed and the images' digests: equal identities give equal results.
  public var identity: TrainingIdentity
  public var training: ImageSet
  public var validation: ImageSet?
  public var classNames: [String]
  public var model: Model
  public var ending: Ending
  public var divergence: TrainingDivergence?
  public var epochs: [EpochRecord]
  public var checkpoints: [CheckpointRecord]
  public var execution: Execution

  public init(
    identity: TrainingIdentity, training: ImageSet, validation: ImageSet?, classNames: [String], model: Model,
    result: TrainingResult, execution: Execution
  ) {
    self.identity = identity
    self.training = training
    self.validation = validation
    self.classNames = classNames
    self.model = model
    switch result.ending {
    case .finished: ending = .finished
    case .stoppedEarly: ending = .stoppedEarly
    case .interrupted: ending = .interrupted
    case .diverged(let divergence):
      ending = .diverged
      self.divergence = divergence
    }
    epochs = result.records
    checkpoints = result.state.checkpoints
    self.execution = execution
  }
}
