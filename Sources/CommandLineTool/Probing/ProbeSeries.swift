import Foundation
import InputErrors
import ModelFormats
import Probing
import Training

/// The checkpoints that `--checkpoints` names.
struct ProbeSeries: Sendable {
  /// Steps and files, in the order of training.
  let checkpoints: [(step: Double, file: String)]

  /// - Parameters:
  ///   - words: nothing, the folder of a training, or files.
  ///   - steps: of files; nil reads them from the files' names.
  ///   - stepsOption: what gives them, for errors.
  /// - Throws: ``InputErrors/InputError`` when a folder has no index, steps do not fit or do not rise, or a file is missing.
  init(_ words: [String], steps: [Double]?, stepsOption: String = "--steps") throws {
    var isFolder: ObjCBool = false
    if words.count == 1, FileManager.default.fileExists(atPath: words[0], isDirectory: &isFolder), isFolder.boolValue {
      let series = try CheckpointSeries(reading: words[0])
      guard !series.checkpoints.isEmpty else {
        throw InputError(.data, "the training has no checkpoints yet", at: .init(file: words[0], key: "--checkpoints"))
      }
      guard steps == nil else {
        throw InputError(
          .usage, "the folder of a training says its steps itself", at: .init(key: stepsOption),
          hint: "leave \(stepsOption) out"
        )
      }
      checkpoints = series.checkpoints.map { (Double($0.step), series.path(of: $0)) }
      return
    }
    for file in words where !FileManager.default.fileExists(atPath: file) {
      throw InputError(.noInput, "the checkpoint does not exist", at: .init(file: file, key: "--checkpoints"))
    }
    let numbers: [Double]
    if let steps {
      guard steps.count == words.count else {
        throw InputError(
          .usage, "every checkpoint needs its step", at: .init(key: stepsOption), expected: "\(words.count) numbers",
          found: "\(steps.count)")
      }
      numbers = steps
    } else {
      let named = words.compactMap(Self.number)
      numbers = named.count == words.count && Self.isRising(named) ? named : words.indices.map { Double($0 + 1) }
    }
    guard Self.isRising(numbers) else {
      throw InputError(
        .usage, "steps must rise", at: .init(key: stepsOption), found: numbers.map { "\($0)" }.joined(separator: ", "))
    }
    checkpoints = zip(numbers, words).map { ($0, $1) }
  }

  /// Reads a checkpoint's network.
  func checkpoint(_ index: Int) throws -> ProbedCheckpoint {
    let (step, file) = checkpoints[index]
    let name = file.split(separator: "/").last.map(String.init) ?? file
    return ProbedCheckpoint(step: step, name: name, network: try ONNXReader().read(file: file))
  }

  /// The digits that the name ends with, before its extension.
  private static func number(_ file: String) -> Double? {
    let name = file.split(separator: "/").last ?? ""
    let stem = name.hasSuffix(".onnx") ? name.dropLast(5) : name
    let digits = String(stem.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
    return Double(digits)
  }

  private static func isRising(_ numbers: [Double]) -> Bool {
    zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
  }
}
