import InputErrors

/// Ranges of settings that several estimators have.
enum SettingChecks {
  static func standardError(_ target: Double?, minimumUnits: Int) throws(InputError) {
    if let target, !(target > 0 && target.isFinite) {
      throw InputError(
        .usage, "the target standard error is out of range", at: .init(key: "standard-error"),
        expected: "a number above 0", found: "\(target)")
    }
    guard minimumUnits >= 2 else {
      throw InputError(
        .usage, "a standard error needs several units", at: .init(key: "minimumUnits"), expected: "at least 2",
        found: "\(minimumUnits)")
    }
  }

  static func componentsPerUnit(_ count: Int?) throws(InputError) {
    guard let count, count < 1 else { return }
    throw InputError(
      .usage, "a unit of work needs an image", at: .init(key: "componentsPerUnit"), expected: "at least 1",
      found: "\(count)")
  }

  static func guidingOutput(_ output: Int, of game: GameDescription) throws(InputError) {
    guard game.outputs.indices.contains(output) else {
      throw InputError(
        .usage, "the game has no output \(output)", at: .init(key: "guidingOutput"),
        expected: "0 to \(game.outputs.count - 1)", found: "\(output)")
    }
  }

  /// Refuses games of more players than an estimator keeps numbers for.
  static func playerCount(_ count: Int, atMost limit: Int, estimator: String) throws(InputError) {
    guard count > limit else { return }
    throw InputError(
      .usage, "the estimator '\(estimator)' keeps a number for every pair of players, too many here",
      at: .init(key: "estimator"), expected: "at most \(limit) players", found: "\(count)",
      hint: "use the estimator 'msr' or 'permutation', or groups of filters as players")
  }
}
