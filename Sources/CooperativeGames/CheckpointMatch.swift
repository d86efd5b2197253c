import InputErrors

/// Refuses a checkpoint that belongs to another run.
enum CheckpointMatch {
  /// Throws unless `matches`; `what` names the thing that differs.
  static func require(_ matches: Bool, _ what: String) throws(InputError) {
    guard matches else {
      throw InputError(
        .data, "the checkpoint does not fit: \(what) differ from the run that wrote it",
        hint: "resume with the settings of the first run, or start a new one")
    }
  }
}
