import Images
import InputErrors
import ModelFormats
import Networks

/// The networks that a training wrote on its way, in order: what `checkpoints.csv` lists.
///
/// The index has the columns `file,epoch,step,training_loss,training_accuracy,validation_loss,validation_accuracy,
/// learning_rate`; a field is empty where nothing was measured. Files are named relative to the index.
public struct CheckpointSeries: Sendable, Hashable {
  /// The index within the folder of a training.
  public static let indexName = "checkpoints.csv"
  /// The folder of the files within it.
  public static let folderName = "checkpoints"

  /// The folder that holds the index.
  public let folder: String
  /// In the order of training.
  public let checkpoints: [CheckpointRecord]

  public init(folder: String, checkpoints: [CheckpointRecord]) {
    self.folder = folder
    self.checkpoints = checkpoints
  }

  /// Reads the index of a training.
  ///
  /// - Parameter path: the training's folder, or the index itself.
  /// - Throws: ``InputErrors/InputError``: noInput when there is none; data naming the line when it is damaged or names a
  ///   file outside its folder.
  public init(reading path: String) throws {
    let index = path.hasSuffix(".csv") ? path : path + "/" + Self.indexName
    let table = try CommaSeparatedValues(FileBytes.read(index), file: index)
    guard table.header == Self.columns else {
      throw InputError(
        .data, "the file is no index of checkpoints", at: .init(file: index, line: 1),
        expected: Self.columns.joined(separator: ","), found: table.header.joined(separator: ","))
    }
    folder = index.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    checkpoints = try zip(table.rows, table.lines).map { row, line in
      guard let record = Self.record(row) else {
        throw InputError(
          .data, "the checkpoint cannot be read", at: .init(file: index, line: line),
          expected: Self.columns.joined(separator: ","), found: row.joined(separator: ","))
      }
      return record
    }
  }

  /// The path of a checkpoint's file.
  public func path(of checkpoint: CheckpointRecord) -> String {
    folder.isEmpty ? checkpoint.file : folder + "/" + checkpoint.file
  }

  /// Reads the network of a checkpoint.
  ///
  /// - Throws: as ``ModelFormats/ONNXReader/read(file:)``.
  public func network(of checkpoint: CheckpointRecord) throws -> Network {
    try ONNXReader().read(file: path(of: checkpoint))
  }

  /// The index as it is written.
  public var index: String {
    CommaSeparatedText.text(
      Self.columns,
      checkpoints.map { checkpoint in
        [
          checkpoint.file, "\(checkpoint.epoch)", "\(checkpoint.step)", checkpoint.trainingLoss.text,
          checkpoint.trainingAccuracy.text, checkpoint.validationLoss.text, checkpoint.validationAccuracy.text,
          checkpoint.learningRate.text,
        ]
      })
  }

  /// `checkpoints/epoch-003.onnx`, or `checkpoints/step-000120.onnx` within an epoch; numbers are padded so that names
  /// sort in order.
  ///
  /// - Parameters:
  ///   - epoch: nil within an epoch.
  ///   - epochs: of the whole training.
  ///   - steps: of the whole training.
  static func fileName(epoch: Int?, step: Int, epochs: Int, steps: Int) -> String {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = "\(number)"
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let name =
      epoch.map { "epoch-" + padded($0, max(3, "\(epochs)".count)) } ?? "step-" + padded(step, max(6, "\(steps)".count))
    return "\(folderName)/\(name).onnx"
  }

  private static let columns = [
    "file", "epoch", "step", "training_loss", "training_accuracy", "validation_loss", "validation_accuracy",
    "learning_rate",
  ]

  private static func record(_ row: [String]) -> CheckpointRecord? {
    guard row.count == columns.count, !row[0].isEmpty, !row[0].hasPrefix("/"),
      !row[0].split(separator: "/").contains(".."), let epoch = Int(row[1]), epoch >= 0, let step = Int(row[2]),
      step >= 0
    else { return nil }
    let numbers = row[3...].map { $0.isEmpty ? nil : Double($0) }
    guard zip(row[3...], numbers).allSatisfy({ $0.isEmpty || $1?.isFinite == true }) else { return nil }
    return CheckpointRecord(
      file: row[0], epoch: epoch, step: step, trainingLoss: numbers[0], trainingAccuracy: numbers[1],
      validationLoss: numbers[2], validationAccuracy: numbers[3], learningRate: numbers[4])
  }
}
