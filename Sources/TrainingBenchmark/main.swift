import Foundation
import Inference
import InputErrors
import Tensors
import Training

/// What `scripts/benchmarks/training.py` runs: a network of the zoo on one thread, on random images that stay the same.
/// `steps N` on the standard input does N steps of training and answers with the milliseconds of each, as JSON.
let usage = "TrainingBenchmark ARCHITECTURE CHANNELS SIDE CLASSES BATCH"

/// One network with one batch.
struct TrainingTiming {
  private let pass: TrainingPass
  private var optimizer: Optimizer
  private var parameters: [Float]
  private let pixels: [[Float]]
  private let classes: Int
  private let loss = CrossEntropyLoss()

  init(_ words: [String]) throws {
    let numbers = words.dropFirst().compactMap { Int($0) }
    guard words.count == 5, numbers.count == 4, numbers.allSatisfy({ $0 > 0 }) else {
      throw InputError(.usage, "the arguments are wrong", expected: usage)
    }
    let shape = Shape(numbers[0], numbers[1], numbers[1]), batch = numbers[3]
    classes = numbers[2]
    let set = try InstructionSet.named(ProcessInfo.processInfo.environment["NEURON_SHAPLEY_INSTRUCTIONS"])
    let recipe = try ArchitectureZoo.named(words[0], key: "ARCHITECTURE").recipe(for: shape)
    pass = try TrainingPass(
      recipe.network(input: shape, classes: classes, seed: 1), batchSize: batch, workers: 1, instructionSet: set)
    parameters = pass.parameters
    optimizer = Optimizer(
      OptimizerRecipe(weightDecay: 5e-4, decaysAll: true), decayed: [0..<parameters.count],
      parameterCount: parameters.count)
    var generator = SystemRandomNumberGenerator()
    pixels = (0..<batch).map { _ in (0..<shape.count).map { _ in Float.random(in: 0...1, using: &generator) } }
  }

  /// Milliseconds of forward pass, loss, backward pass and update.
  mutating func step() -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    let logits = pass.forward(count: pixels.count, training: true) { image, buffer in
      _ = buffer.update(from: pixels[image])
    }
    var gradient = [Float](repeating: 0, count: logits.count)
    logits.withUnsafeBufferPointer { logits in
      gradient.withUnsafeMutableBufferPointer { gradient in
        for image in pixels.indices {
          let range = image * classes..<(image + 1) * classes
          _ = loss.value(
            logits: .init(rebasing: logits[range]), label: image % classes, gradient: .init(rebasing: gradient[range]),
            weight: 1 / Double(pixels.count))
        }
      }
    }
    let gradients = pass.backward(logitGradients: gradient)
    optimizer.step(parameters: &parameters, gradients: gradients, learningRate: 0.001)
    pass.parameters = parameters
    return (clock.now - start) / .milliseconds(1)
  }
}

do {
  var timing = try TrainingTiming(Array(CommandLine.arguments.dropFirst()))
  while let line = readLine() {
    let words = line.split(separator: " ")
    guard words.count == 2, words[0] == "steps", let count = Int(words[1]), count > 0 else {
      throw InputError(.usage, "unknown command", expected: "steps N", found: line)
    }
    let times = (0..<count).map { _ in timing.step() }
    FileHandle.standardOutput.write(Data("[\(times.map { "\($0)" }.joined(separator: ", "))]\n".utf8))
  }
} catch {
  FileHandle.standardError.write(Data("TrainingBenchmark: \(error)\n".utf8))
  exit(64)
}
