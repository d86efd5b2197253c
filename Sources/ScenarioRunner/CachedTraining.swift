import AtomicFiles
import Images
import InputErrors
import Reports
import Training

/// A training whose network is kept in the cache: the same recipe, images and seed are trained once.
///
/// The key is the training's ``Training/TrainingIdentity``. A killed training goes on from its last state.
public struct CachedTraining: Sendable {
  /// A trained network in its folder.
  public struct Result: Sendable, Hashable {
    public let folder: TrainingFolder
    public let origin: ContentCache.Entry.Origin
  }

  public let trainer: Trainer
  public let cache: ContentCache

  public init(_ trainer: Trainer, in cache: ContentCache) {
    self.trainer = trainer
    self.cache = cache
  }

  /// The digest of all that decides the network.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) when a setting is not finite.
  public func digest() throws -> String {
    let text = "trained network, version 1\n" + (try JSONValue(trainer.identity)).compact
    return SHA256Digest.hexadecimal(SHA256Digest.of(Array(text.utf8)))
  }

  /// Trains, goes on, or takes what is kept.
  ///
  /// - Parameters:
  ///   - check: called after each step and while another process trains the same network; throws to end, and the state
  ///     is kept.
  ///   - observe: called as ``Training/Trainer/run(from:observe:)`` does.
  /// - Throws: ``InputErrors/InputError`` when the training diverges or something cannot be written; what `check`
  ///   throws.
  public func result(
    check: () throws -> Void, observe: (TrainingEvent, TrainingState) throws -> Void
  ) async throws -> Result {
    let entry = try await cache.entry(.networks, digest: digest(), check: check) { folder in
      try train(in: TrainingFolder(folder), check, observe)
    }
    return Result(folder: TrainingFolder(entry.folder), origin: entry.origin)
  }

  private func train(
    in folder: TrainingFolder, _ check: () throws -> Void, _ observe: (TrainingEvent, TrainingState) throws -> Void
  ) throws {
    // A state that a killed process damaged is of no use: what stands there is made anew.
    if (try? folder.state(of: trainer)) == nil { try ContentCache.clear(folder.path) }
    try folder.writeDescription(of: trainer.data, splitting: nil)
    let outcome = try TrainingRun(trainer, in: folder).run { event, state in
      try observe(event, state)
      do { try check() } catch { return .stop }
      return .goOn
    }
    switch outcome.result.ending {
    case .finished, .stoppedEarly:
      let chart = LearningCurveChart.drawing(outcome.result.records, selected: outcome.result.networkEpoch)
      try AtomicFile.write(chart.document, to: folder.path + "/learning-curve.svg")
    case .interrupted: try check()
    case .diverged(let divergence): throw divergence.inputError
    }
  }
}
