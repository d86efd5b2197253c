import InputErrors

/// A training whose course is kept in a folder: killed at any moment, it goes on to the same bits.
///
/// The state is stored after every epoch and after a number of seconds within one, so that a killed training loses no
/// more than that.
public struct TrainingRun: Sendable {
  public let trainer: Trainer
  public let folder: TrainingFolder
  /// The longest time between two stored states, in seconds, up to a step.
  public let secondsBetweenStates: Double

  public init(_ trainer: Trainer, in folder: TrainingFolder, secondsBetweenStates: Double = 30) {
    self.trainer = trainer
    self.folder = folder
    self.secondsBetweenStates = secondsBetweenStates
  }

  /// A result with the time that it took.
  public struct Outcome: Sendable {
    public let result: TrainingResult
    /// Wall-clock seconds of training over all sittings.
    public let seconds: Double
    /// Of the last sitting.
    public let secondsOfSitting: Double
    /// Steps done in the last sitting.
    public let stepCount: Int

    /// The pace of the last sitting, validation and files included; nil when it did no step.
    public func imagesPerSecond(of trainer: Trainer) -> Double? {
      guard stepCount > 0, secondsOfSitting > 0 else { return nil }
      // The last batch of an epoch may be smaller.
      let imagesPerStep = Double(trainer.data.training.count) / Double(trainer.stepsPerEpoch)
      return Double(stepCount) * imagesPerStep / secondsOfSitting
    }
  }

  /// Begins the training, or goes on from the stored state, and writes all files but the pictures.
  ///
  /// A diverged training leaves the state before, the checkpoints and, where an epoch was best so far, the model of that
  /// epoch. An interrupted one stores its state.
  /// - Parameter observe: as ``Trainer/run(from:observe:)``, after the files of the event are written.
  /// - Throws: ``InputErrors/InputError`` when a file cannot be written, or the stored state is damaged or another
  ///   training's; what the observer throws.
  public func run(
    observe: (TrainingEvent, TrainingState) throws -> TrainingDirective = { _, _ in .goOn }
  ) throws -> Outcome {
    let stored = try folder.state(of: trainer)
    let clock = ContinuousClock()
    let start = clock.now
    let before = stored?.seconds ?? 0
    func seconds() -> Double { before + (clock.now - start) / .seconds(1) }
    var lastStore = start
    func store(_ state: TrainingState) throws {
      try folder.write(TrainingStateFile(identity: trainer.identity, state: state, seconds: seconds()))
      lastStore = clock.now
    }
    if let stored { try folder.writeTables(stored.state) }
    let result = try trainer.run(from: stored?.state) { event, state in
      switch event {
      case .checkpoint(let checkpoint, let network): try folder.write(network, as: checkpoint)
      case .epoch:
        try store(state)
        try folder.writeTables(state)
      case .step:
        if (clock.now - lastStore) / .seconds(1) >= secondsBetweenStates {
          try store(state)
          try folder.writeTables(state)
        }
      }
      return try observe(event, state)
    }
    switch result.ending {
    case .finished, .stoppedEarly:
      try folder.writeTables(result.state)
      try folder.writeModel(result.network)
    case .interrupted:
      try store(result.state)
      try folder.writeTables(result.state)
    case .diverged:
      try folder.writeTables(result.state)
      if result.state.best != nil { try folder.writeModel(result.network) }
    }
    return Outcome(
      result: result, seconds: seconds(), secondsOfSitting: seconds() - before,
      stepCount: result.state.step - (stored?.state.step ?? 0))
  }
}
