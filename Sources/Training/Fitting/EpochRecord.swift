/// What one epoch of training came to.
public struct EpochRecord: Sendable, Hashable, Codable {
  /// From 1.
  public var epoch: Int
  /// Steps done at its end, from the beginning of the training.
  public var step: Int
  /// The learning rate of its last step.
  public var learningRate: Double
  /// The mean loss of the epoch's images, each when it was trained on: augmented, smoothed, with the parameters of then.
  public var trainingLoss: Double
  /// The share of those images that were recognised then.
  public var trainingAccuracy: Double
  /// The mean negative log-likelihood of the validation images at the epoch's end; nil without such images.
  public var validationLoss: Double?
  public var validationAccuracy: Double?

  public init(
    epoch: Int, step: Int, learningRate: Double, trainingLoss: Double, trainingAccuracy: Double,
    validationLoss: Double? = nil, validationAccuracy: Double? = nil
  ) {
    self.epoch = epoch
    self.step = step
    self.learningRate = learningRate
    self.trainingLoss = trainingLoss
    self.trainingAccuracy = trainingAccuracy
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
  }
}

/// A network that was written as a file on the way.
public struct CheckpointRecord: Sendable, Hashable, Codable {
  /// The file within the run folder: `checkpoints/epoch-003.onnx`.
  public var file: String
  /// Complete epochs.
  public var epoch: Int
  /// Steps done.
  public var step: Int
  /// The mean loss of the epoch's images until then; nil before the first step.
  public var trainingLoss: Double?
  public var trainingAccuracy: Double?
  /// Nil without validation images.
  public var validationLoss: Double?
  public var validationAccuracy: Double?
  /// The learning rate of the step before; nil before the first.
  public var learningRate: Double?

  public init(
    file: String, epoch: Int, step: Int, trainingLoss: Double? = nil, trainingAccuracy: Double? = nil,
    validationLoss: Double? = nil, validationAccuracy: Double? = nil, learningRate: Double? = nil
  ) {
    self.file = file
    self.epoch = epoch
    self.step = step
    self.trainingLoss = trainingLoss
    self.trainingAccuracy = trainingAccuracy
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
    self.learningRate = learningRate
  }
}

extension [EpochRecord] {
  /// The position of the epoch that a selection means; nil when there is none.
  func selected(by selection: TrainingRecipe.Selection) -> Int? {
    switch selection {
    case .last: return indices.last
    case .bestLoss: return best { ($0.validationLoss ?? .infinity, 0) }
    case .bestAccuracy: return best { (-($0.validationAccuracy ?? -1), $0.validationLoss ?? .infinity) }
    }
  }

  /// Whether the last `patience` epochs brought no improvement.
  func isExhausted(_ rule: TrainingRecipe.EarlyStopping) -> Bool {
    let best =
      switch rule.measure {
      case .loss: self.best { ($0.validationLoss ?? .infinity, 0) }
      case .accuracy: self.best { (-($0.validationAccuracy ?? -1), 0) }
      }
    return best.map { count - 1 - $0 >= rule.patience } ?? false
  }

  /// The first of the records with the smallest key.
  private func best(_ key: (EpochRecord) -> (Double, Double)) -> Int? {
    indices.min { key(self[$0]) < key(self[$1]) }
  }
}
