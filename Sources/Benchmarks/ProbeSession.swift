import Foundation
import InputErrors
import Probing

/// Features and targets, ready for probes to be fitted on one thread; commands come from the standard input, a line each,
/// and every answer is a line of JSON.
struct ProbeSession {
  private let x: FeatureMatrix
  private let target: ProbeTarget

  private struct Fit: Encodable {
    var milliseconds: Double
    var objective: Double
    var gap: Double
    var iterations: Int
    var weights: [Double]
    var intercepts: [Double]
  }

  private struct Path: Encodable {
    var milliseconds: Double
    var strengths: [Double]
    var losses: [Double]
    var chosen: Double
  }

  /// - Parameters:
  ///   - features: a file of 32-bit floats, `[rows][columns]`.
  ///   - targets: a file of 64-bit floats, one a row: labels, or numbers where `classes` is 0.
  init(features: String, targets: String, columns: Int, classes: Int) throws {
    func bytes(_ path: String) throws -> Data {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw InputError(.noInput, "the file cannot be read", at: .init(file: path))
      }
      return data
    }
    let values = try bytes(features).withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: 4).map { raw.loadUnaligned(fromByteOffset: $0, as: Float.self) }
    }
    let numbers = try bytes(targets).withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: 8).map { raw.loadUnaligned(fromByteOffset: $0, as: Double.self) }
    }
    guard columns > 0, values.count == numbers.count * columns else {
      throw InputError(.usage, "features and targets do not fit", found: "\(values.count) and \(numbers.count)")
    }
    x = FeatureMatrix(rowCount: numbers.count, columnCount: columns, values: values)
    target = classes == 0 ? .values(numbers) : .classes(numbers.map { Int($0) }, count: classes)
  }

  /// Answers commands until the input ends: `fit STRENGTH L1-RATIO TOLERANCE`;
  /// `path L1-RATIO TOLERANCE FOLDS STRENGTH,STRENGTH,…`, cross-validated, with the final fit.
  func serve() throws {
    let clock = ContinuousClock()
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      switch (words.first, words.count) {
      case ("fit", 4):
        let penalty = try ElasticNetPenalty(strength: try number(words[1]), l1Ratio: try number(words[2]))
        let tolerance = try number(words[3]), start = clock.now
        let fit = try LinearSolver.fit(x, target, penalty: penalty, isBalanced: false, tolerance: tolerance)
        answer(
          Fit(
            milliseconds: (clock.now - start) / .milliseconds(1), objective: fit.objective, gap: fit.optimalityGap,
            iterations: fit.iterations, weights: fit.probe.weights, intercepts: fit.probe.intercepts))
      case ("path", 5):
        let ratio = try number(words[1])
        let isRegression = if case .values = target { true } else { false }
        let configuration = ProbeConfiguration(
          kind: isRegression ? ratio > 0 ? .lasso(l1Ratio: ratio) : .ridge : .logistic(l1Ratio: ratio),
          path: .strengths(try words[4].split(separator: ",").map { try number(String($0)) }),
          foldCount: Int(try number(words[3])), tolerance: try number(words[2]))
        let start = clock.now
        let trained = try ProbeTrainer(configuration).train(x, target, seed: 1)
        answer(
          Path(
            milliseconds: (clock.now - start) / .milliseconds(1), strengths: trained.path.map(\.strength),
            losses: trained.path.map(\.meanLoss), chosen: trained.chosenStrength))
      default: throw InputError(.usage, "unknown command", found: line)
      }
    }
  }

  private func number(_ word: String) throws -> Double {
    guard let value = Double(word), value.isFinite else { throw InputError(.usage, "no number", found: word) }
    return value
  }

  private func answer(_ value: some Encodable) {
    let data = (try? JSONEncoder().encode(value)) ?? Data()
    FileHandle.standardOutput.write(data + Data("\n".utf8))
  }
}
