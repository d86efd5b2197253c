import Foundation
import Inference
import InputErrors
import ModelFormats
import Networks

/// Times one thread of the engine inside one process and prints a line of JSON; `scripts/bench` runs it in turn with
/// its competitors.
struct Benchmark {
  enum Question: String, CaseIterable {
    /// Full forward passes of a batch.
    case forward
    /// A removal walk: all filters but the classifier's, in a random order, one evaluation each.
    case walk
  }

  struct Result: Codable {
    var question: String
    var model: String
    var images: Int
    var instructionSet: String
    /// Medians are taken by the caller: one number a repetition.
    var milliseconds: [Double]
    /// Multiplications with an addition of one repetition.
    var multiplyAdds: [UInt64]
    /// The same if every evaluation were a full forward pass.
    var fullMultiplyAdds: UInt64
    /// Evaluations in one repetition: coalitions times images.
    var evaluations: Int
  }

  let question: Question
  let model: String
  let images: Int
  let repetitions: Int

  /// - Parameter arguments: `forward|walk MODEL IMAGES REPETITIONS`.
  init(arguments: [String]) throws {
    guard arguments.count == 4, let question = Question(rawValue: arguments[0]), let images = Int(arguments[2]),
      let repetitions = Int(arguments[3]), images > 0, repetitions > 0
    else {
      throw InputError(.usage, "the arguments are wrong", expected: "forward|walk MODEL.onnx IMAGES REPETITIONS")
    }
    self.question = question
    model = arguments[1]
    self.images = images
    self.repetitions = repetitions
  }

  func run() throws {
    let network = try ONNXReader().read(file: model)
    let set = try InstructionSet.named(ProcessInfo.processInfo.environment["NEURON_SHAPLEY_INSTRUCTIONS"])
    let plan = try ExecutionPlan(network, instructionSet: set)
    let blocks = (0..<(images + ExecutionPlan.laneCount - 1) / ExecutionPlan.laneCount).map { block in
      let pass = ForwardPass(plan)
      let count = min(ExecutionPlan.laneCount, images - block * ExecutionPlan.laneCount)
      load(pass, count: count, block: block)
      pass.run()
      return pass
    }
    var result = Result(
      question: question.rawValue, model: network.name, images: images, instructionSet: set.rawValue, milliseconds: [],
      multiplyAdds: [], fullMultiplyAdds: 0, evaluations: 0)
    for repetition in 0..<repetitions {
      let before = blocks.reduce(0) { $0 + $1.multiplyAdds }
      let clock = ContinuousClock()
      let evaluations: Int
      let time: Duration
      switch question {
      case .forward:
        for pass in blocks { pass.invalidate() }
        evaluations = images
        time = clock.measure { for pass in blocks { pass.run() } }
      case .walk:
        let players = self.players(plan)
        evaluations = players.count * images
        time = clock.measure { walk(blocks, players, seed: UInt64(repetition)) }
      }
      result.milliseconds.append(time / .milliseconds(1))
      result.multiplyAdds.append(blocks.reduce(0) { $0 + $1.multiplyAdds } - before)
      result.evaluations = evaluations
      result.fullMultiplyAdds = UInt64(plan.multiplyAdds) * UInt64(evaluations)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    FileHandle.standardOutput.write(try encoder.encode(result) + Data("\n".utf8))
  }

  private func load(_ pass: ForwardPass, count: Int, block: Int) {
    var state = UInt64(block + 1)
    pass.load(count: count) { _, buffer in
      for index in buffer.indices {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        buffer[index] = Float(state >> 40) / Float(1 << 24) - 0.5
      }
    }
  }

  /// Units of all convolutions but the classifier's.
  private func players(_ plan: ExecutionPlan) -> [Int] {
    let classifiers = Set(plan.network.classifierSources)
    return plan.sites.filter { site in
      if case .convolution = plan.network.nodes[site.site.source].layer {
        return !classifiers.contains(site.site.source)
      }
      return false
    }.flatMap { Array($0.units) }
  }

  private func walk(_ blocks: [ForwardPass], _ players: [Int], seed: UInt64) {
    var generator = Shuffler(state: seed &+ 88_172_645_463_325_252)
    let order = players.shuffled(using: &generator)
    let zeros = [Float](repeating: 0, count: blocks[0].plan.unitCount)
    for pass in blocks {
      var masks = [UInt8](repeating: 0, count: zeros.count)
      pass.run()
      for player in order {
        masks[player] = 0xff
        pass.run(removing: masks, replacement: .constants(zeros))
      }
    }
  }
}

/// A small generator (xorshift64) for the order of a walk.
private struct Shuffler: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
