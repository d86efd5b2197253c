import AtomicFiles
import Images
import InputErrors
import ModelFormats
import Networks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder that a training writes into; every file is replaced as a whole or not at all.
///
/// `training.state` is what a killed training goes on from. `checkpoints/*.onnx` with `checkpoints.csv` is the
/// ``CheckpointSeries``, `learning-curve.csv` one row an epoch, `model.onnx` the selected network; `preprocessing.json`,
/// `classes.json` say how images become its input and what its outputs are called; `split.csv` says which images were
/// kept for validation.
public struct TrainingFolder: Sendable, Hashable {
  public enum File: String, Sendable, CaseIterable {
    case state = "training.state"
    case checkpoints = "checkpoints.csv"
    case learningCurve = "learning-curve.csv"
    case model = "model.onnx"
    case preprocessing = "preprocessing.json"
    case classes = "classes.json"
    case split = "split.csv"
  }

  public let path: String

  public init(_ path: String) { self.path = path }

  public func file(_ file: File) -> String { path + "/" + file.rawValue }

  // MARK: State

  /// The stored state of a training, or nil when there is none.
  ///
  /// - Throws: ``InputErrors/InputError``: data when the file is damaged; usage naming what differs when another
  ///   training has written it.
  public func state(of trainer: Trainer) throws -> TrainingStateFile? {
    let file = file(.state)
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    let stored = try TrainingStateFile(bytes: try FileBytes.read(file), file: file)
    try trainer.identity.requireSame(as: stored.identity, file: file)
    let parameters = ParameterLayout(trainer.network).count
    let moments = trainer.network.nodes.reduce(0) { count, node in
      if case .batchNormalization(let layer) = node.layer { count + 2 * layer.mean.count } else { count }
    }
    guard stored.fits(parameters, moments: moments) else {
      throw InputError(.data, "the state does not fit the network", at: .init(file: file))
    }
    return stored
  }

  public func write(_ state: TrainingStateFile) throws { try AtomicFile.write(state.bytes(), to: file(.state)) }

  // MARK: Results

  /// What does not change in the course of a training.
  public func writeDescription(of data: TrainingData, splitting images: LabeledImages?) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write([UInt8](try encoder.encode(data.training.preprocessing)), to: file(.preprocessing))
    try AtomicFile.write([UInt8](try encoder.encode(data.classNames)), to: file(.classes))
    guard let images, !data.validationIndices.isEmpty else { return }
    let kept = Set(data.validationIndices)
    try AtomicFile.write(
      CommaSeparatedText.text(
        ["index", "file", "label", "part"],
        images.names.indices.map {
          ["\($0)", images.names[$0], "\(images.labels[$0])", kept.contains($0) ? "validation" : "training"]
        }), to: file(.split))
  }

  /// Writes a checkpoint's network; the index follows with ``writeTables(_:)``.
  public func write(_ network: Network, as checkpoint: CheckpointRecord) throws {
    let folder = path + "/" + CheckpointSeries.folderName
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw InputError(.cannotWrite, "the folder cannot be made", at: .init(file: folder))
    }
    try AtomicFile.write([UInt8](try ONNXWriter().bytes(of: network)), to: path + "/" + checkpoint.file)
  }

  /// Writes the index of the checkpoints and the learning curve.
  public func writeTables(_ state: TrainingState) throws {
    try AtomicFile.write(
      CheckpointSeries(folder: path, checkpoints: state.checkpoints).index, to: file(.checkpoints))
    try AtomicFile.write(LearningCurveTable.text(state.records), to: file(.learningCurve))
  }

  public func writeModel(_ network: Network) throws {
    try AtomicFile.write([UInt8](try ONNXWriter().bytes(of: network)), to: file(.model))
  }
}
