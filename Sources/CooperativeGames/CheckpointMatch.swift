import InputErrors

/// What every estimator's state holds besides its tallies: what it was started with.
protocol StartedState {
  associatedtype Configuration: Equatable
  var configuration: Configuration { get }
  var game: GameDescription { get }
  var seed: UInt64 { get }
}

/// Refuses a checkpoint that belongs to another run.
enum CheckpointMatch {
  /// Throws unless `state` was started with these, naming the first that differs.
  static func require<State: StartedState>(
    _ state: State, of configuration: State.Configuration, _ game: GameDescription, _ seed: UInt64
  ) throws(InputError) {
    try require(state.configuration == configuration, "the estimator's settings")
    try require(state.game == game, "the game")
    try require(state.seed == seed, "the seed")
  }

  /// Throws unless `matches`; `what` names the thing that differs.
  static func require(_ matches: Bool, _ what: String) throws(InputError) {
    guard matches else {
      throw InputError(
        .data, "the checkpoint does not fit: \(what) differ from the run that wrote it",
        hint: "resume with the settings of the first run, or start a new one")
    }
  }
}
