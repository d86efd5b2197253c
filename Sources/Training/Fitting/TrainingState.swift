/// Where a training stands: all that its further course depends on, besides its ``TrainingIdentity``.
public struct TrainingState: Sendable, Hashable {
  /// Parameters worth keeping, and the epoch that they come from.
  public struct Kept: Sendable, Hashable {
    /// From 1.
    public var epoch: Int
    public var parameters: [Float]
    public var runningMoments: [Float]
  }

  /// Complete epochs.
  public var epoch = 0
  /// Steps done in the epoch under way.
  public var stepInEpoch = 0
  /// Steps done since the beginning.
  public var step = 0
  /// Of the epoch under way: the sum of the losses, recognised images, images.
  public var lossSum = 0.0
  public var correctCount = 0
  public var imageCount = 0
  /// The loss of the first step, and a moving mean of those since; nil before the first step.
  public var firstLoss: Double?
  public var smoothedLoss: Double?
  /// Complete epochs, in order.
  public var records: [EpochRecord] = []
  /// Checkpoints so far, in order.
  public var checkpoints: [CheckpointRecord] = []
  /// In the order of the network's parameter layout.
  public var parameters: [Float]
  public var runningMoments: [Float]
  public var optimizer: Optimizer.State
  /// The best epoch so far, where the recipe asks for the best.
  public var best: Kept?

  init(parameters: [Float], runningMoments: [Float], optimizer: Optimizer.State) {
    self.parameters = parameters
    self.runningMoments = runningMoments
    self.optimizer = optimizer
  }

  /// True when every parameter and moment is finite.
  var isFinite: Bool { parameters.allSatisfy(\.isFinite) && runningMoments.allSatisfy(\.isFinite) }
}
