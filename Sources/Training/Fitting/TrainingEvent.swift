import InputErrors
import Networks

/// What a training tells its observer, in order.
public enum TrainingEvent: Sendable {
  /// A step is done.
  case step
  /// A checkpoint is due: the network as it is now, to be written before the state that lists it.
  case checkpoint(CheckpointRecord, Network)
  /// An epoch is complete, validation included.
  case epoch(EpochRecord)
}

/// What the observer wants.
public enum TrainingDirective: Sendable, Hashable {
  case goOn
  /// Stop here; the state goes on from this very place.
  case stop
}

/// Why a training ended.
public enum TrainingEnding: Sendable, Hashable {
  /// All epochs are complete.
  case finished
  /// The patience of early stopping is over.
  case stoppedEarly
  /// The observer asked for it.
  case interrupted
  case diverged(TrainingDivergence)
}

/// A training whose loss left all bounds.
public struct TrainingDivergence: Error, Sendable, Hashable, Codable {
  public enum Symptom: String, Sendable, Hashable, Codable {
    /// The loss, a parameter or the loss on the validation images is no finite number.
    case notFinite
    /// The moving mean of the loss is far above where it began.
    case rising
  }

  public var symptom: Symptom
  /// The step at which it showed, from 1.
  public var step: Int
  /// The epoch of that step, from 1.
  public var epoch: Int
  /// The loss; nil when it is no finite number.
  public var loss: Double?

  /// The divergence as the command reports it.
  public var inputError: InputError {
    let what =
      switch symptom {
      case .notFinite: "the training diverged at step \(step) (epoch \(epoch)): the loss is no finite number"
      case .rising: "the training diverged at step \(step) (epoch \(epoch)): the loss has risen to \(loss ?? .nan)"
      }
    return InputError(
      .data, what, at: .init(key: "learningRate"),
      hint: "lower the learning rate, warm it up, or limit gradientNorm; what was written before stays")
  }
}

/// What a training came to.
public struct TrainingResult: Sendable {
  public let ending: TrainingEnding
  /// The selected parameters: the best epoch's or the last ones, as the recipe says.
  public let network: Network
  /// The epoch that ``network`` comes from, from 1; 0 for the untrained network, nil when it is none's end.
  public let networkEpoch: Int?
  /// Where the training stands.
  public let state: TrainingState

  public var records: [EpochRecord] { state.records }
}
