import Foundation
import InputErrors
import ModelFormats
import TCAV
import Workloads

/// What `scripts/bench` runs. One process stays alive for a network and answers commands, so that it can take turns with
/// its competitors without paying for the start each time.
let usage = """
  networks | write NETWORK FILE [IMAGE-SIZE] | serve MODEL.onnx IMAGES.f32 | coverage FIGURE.svg [RUNS ORDERS] \
  | estimators MODEL.onnx IMAGES PREPROCESSING COUNT METRIC | probes FEATURES.f32 TARGETS.f64 COLUMNS CLASSES \
  | null-concepts RUNS | concepts LAYER IMAGES standardized|normal MODEL.onnx...
  """

do {
  let arguments = Array(CommandLine.arguments.dropFirst())
  switch (arguments.first, arguments.count) {
  case ("networks", 1):
    for network in ShapedNetwork.allCases { print(network.rawValue, network.imageSize) }
  case ("write", 3), ("write", 4):
    guard let shaped = ShapedNetwork(rawValue: arguments[1]) else {
      let names = ShapedNetwork.allCases.map(\.rawValue)
      throw InputError(
        .usage, "unknown network '\(arguments[1])'", expected: names.joined(separator: ", "),
        hint: Suggestion.hint(for: arguments[1], among: names))
    }
    let size = arguments.count > 3 ? Int(arguments[3]) : shaped.imageSize
    guard let size, size > 0 else {
      throw InputError(.usage, "the image size is no number of pixels", found: arguments[3])
    }
    try ONNXWriter().write(try shaped.network(imageSize: size), to: arguments[2])
  case ("estimators", 6):
    guard let count = Int(arguments[4]), count > 0 else {
      throw InputError(.usage, "the number of images is no number", found: arguments[4])
    }
    try await EstimatorSession(
      model: arguments[1], images: arguments[2], preprocessing: arguments[3], count: count, metric: arguments[5]
    ).serve()
  case ("probes", 5):
    guard let columns = Int(arguments[3]), let classes = Int(arguments[4]) else {
      throw InputError(.usage, "columns and classes are numbers", found: arguments[3...].joined(separator: " "))
    }
    try ProbeSession(features: arguments[1], targets: arguments[2], columns: columns, classes: classes).serve()
  case ("null-concepts", 2):
    guard let runs = Int(arguments[1]), runs >= 5 else {
      throw InputError(.usage, "runs are a number of at least 5", found: arguments[1])
    }
    try await NullSimulation(runs: runs).run()
  case ("concepts", 5...):
    guard let size = Int(arguments[2]), size >= TCAVConfiguration.fewestImages,
      let direction = ConceptDirection(rawValue: arguments[3])
    else {
      throw InputError(.usage, "images of a concept and a direction", found: arguments[2...3].joined(separator: " "))
    }
    try await ConceptTruthTable(
      layer: arguments[1], conceptSize: size, models: Array(arguments[4...]), direction: direction
    ).run()
  case ("serve", 3):
    try await BenchmarkSession(model: arguments[1], images: arguments[2]).serve()
  case ("coverage", 2), ("coverage", 4):
    let numbers = arguments.dropFirst(2).map { Int($0) ?? 0 }
    guard numbers.allSatisfy({ $0 >= 1 }) else {
      throw InputError(
        .usage, "runs and orders are numbers of at least 1", found: arguments[2...].joined(separator: " "))
    }
    try CoverageFigure.write(to: arguments[1], runs: numbers.first ?? 200, orders: numbers.last ?? 10_000)
  default: throw InputError(.usage, "the arguments are wrong", expected: usage)
  }
} catch {
  FileHandle.standardError.write(Data("Benchmarks: \(error)\n".utf8))
  exit(64)
}
