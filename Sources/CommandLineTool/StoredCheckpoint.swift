import Foundation
import Images
import InputErrors
import NeuronShapley
import Reports

/// What `estimate.json` holds: where the estimation stands, and what it took to get there.
struct StoredEstimation<Checkpoint: Codable & Sendable>: Codable, Sendable {
  static var formatName: String { "neuron-shapley.checkpoint" }
  static var currentVersion: Int { 2 }

  var format = Self.formatName
  var version = Self.currentVersion
  /// Wall-clock seconds of estimation over all sittings.
  var seconds: Double
  var checkpoint: Checkpoint
  /// SHA-256 of the seconds and the checkpoint as they are encoded: a damaged file must not become a wrong ranking.
  var digest: String

  init(seconds: Double, checkpoint: Checkpoint) throws {
    self.seconds = seconds
    self.checkpoint = checkpoint
    digest = try Self.digest(seconds, checkpoint)
  }

  private static func digest(_ seconds: Double, _ checkpoint: Checkpoint) throws -> String {
    var digest = SHA256Digest()
    digest.update(seconds.bitPattern)
    digest.update([UInt8](try encoder.encode(checkpoint)))
    return SHA256Digest.hexadecimal(digest.finalize())
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return encoder
  }

  /// Reads the checkpoint of a run; nil when it has none yet.
  ///
  /// - Throws: ``InputError`` (data) when the file is damaged or of another version.
  static func read(from folder: RunFolder) throws -> StoredEstimation? {
    guard folder.exists(.checkpoint) else { return nil }
    let file = folder.file(.checkpoint)
    do {
      let stored = try JSONValue.decode(StoredEstimation.self, from: try folder.read(.checkpoint), file: file)
      guard stored.format == formatName, stored.version == currentVersion else {
        throw InputError(
          .data, "the checkpoint is of another kind or version", at: .init(file: file),
          expected: "\(formatName) \(currentVersion)", found: "\(stored.format) \(stored.version)")
      }
      guard (try? digest(stored.seconds, stored.checkpoint)) == stored.digest else {
        throw InputError(.data, "the checkpoint is damaged: it is not what its digest says", at: .init(file: file))
      }
      return stored
    } catch var error as InputError {
      error.hint = error.hint ?? "remove the file to begin the estimation anew"
      throw error
    }
  }

  func write(to folder: RunFolder) throws {
    try folder.write([UInt8](try Self.encoder.encode(self)), as: .checkpoint)
  }
}

/// What `estimate.json` holds in the folder of a ranking.
typealias StoredCheckpoint = StoredEstimation<RankingCheckpoint>

/// Writes checkpoints while an estimation runs, not oftener than is worth it.
struct CheckpointWriter {
  private let folder: RunFolder
  private let secondsBefore: Double
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var nextWrite: ContinuousClock.Instant

  /// - Parameter secondsBefore: what earlier sittings took.
  init(_ folder: RunFolder, secondsBefore: Double) {
    self.folder = folder
    self.secondsBefore = secondsBefore
    start = clock.now
    nextWrite = start
  }

  /// Seconds of estimation over all sittings until now.
  var seconds: Double { secondsBefore + (clock.now - start) / .seconds(1) }

  /// Writes the checkpoint unless one was written within the last second.
  ///
  /// A checkpoint that takes long to write is written less often, so that writing never takes more than a tenth of the
  /// time; such a one belongs to rounds that take much longer.
  mutating func offer(_ checkpoint: some Codable & Sendable) throws {
    guard clock.now >= nextWrite else { return }
    try write(checkpoint)
  }

  /// Writes the checkpoint now.
  mutating func write(_ checkpoint: some Codable & Sendable) throws {
    let begin = clock.now
    try StoredEstimation(seconds: seconds, checkpoint: checkpoint).write(to: folder)
    nextWrite = clock.now + max(.seconds(1), (clock.now - begin) * 10)
  }
}
