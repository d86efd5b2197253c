import Foundation
import Inference
import InputErrors
import ModelFormats
import Networks
import Workloads

/// One network with its images, ready to be timed on one thread; commands come from the standard input, a line each, and
/// every answer is a line of JSON.
struct BenchmarkSession {
  let network: Network
  let plan: ExecutionPlan
  let images: InputImages
  /// One a block of eight images; all have run unablated.
  let blocks: [ForwardPass]
  /// One a unit, over all images.
  let means: [Float]

  /// - Parameters:
  ///   - model: path of an ONNX file.
  ///   - images: path of 32-bit floats, image after image, each `[channels, height, width]`.
  /// - Throws: ``InputError`` when a file cannot be read or the images do not fit.
  init(model: String, images path: String) throws {
    network = try ONNXReader().read(file: model)
    let set = try InstructionSet.named(ProcessInfo.processInfo.environment["NEURON_SHAPLEY_INSTRUCTIONS"])
    plan = try ExecutionPlan(network, instructionSet: set, purpose: .incremental)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError(.noInput, "the images cannot be read", at: .init(file: path))
    }
    let bytes = network.inputShape.count * MemoryLayout<Float>.stride
    guard !data.isEmpty, data.count % bytes == 0 else {
      throw InputError(
        .data, "the file does not hold whole images", at: .init(file: path), expected: "multiples of \(bytes) bytes",
        found: "\(data.count)")
    }
    let values = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let images = InputImages(values, shape: network.inputShape)
    self.images = images
    let plan = plan
    blocks = stride(from: 0, to: images.count, by: ExecutionPlan.laneCount).map { first in
      let pass = ForwardPass(plan)
      pass.load(count: min(ExecutionPlan.laneCount, images.count - first)) { lane, buffer in
        images.copy(first + lane, into: buffer)
      }
      pass.run()
      return pass
    }
    means = FilterRemoval.means(of: blocks)
  }

  /// Answers commands until the input ends.
  ///
  /// `about`; `outputs`; `forward TIMES`; `backward TIMES`; `walk SEED PART`; `count SEED PART`; `workers COUNT UNITS SEED PART`; `rank WORKERS UNITS SEED`;
  /// `layers`. PART is `whole` or `WINDOWS STEPS`.
  func serve() async throws {
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      guard let command = words.first else { continue }
      let rest = words.dropFirst()
      switch command {
      case "about": try answer(about())
      case "outputs": try answer(outputs())
      case "forward": try answer(forward(times: number(rest, 0, line)))
      case "backward": try answer(backward(times: number(rest, 0, line)))
      case "walk":
        try answer(walk(FilterRemoval(plan, part(rest.dropFirst(), line), seed: UInt64(number(rest, 0, line)))))
      case "count": try answer(count(part(rest.dropFirst(), line), seed: UInt64(number(rest, 0, line))))
      case "workers":
        let walks = ConcurrentWalks(
          plan: plan, images: images, means: means,
          walk: FilterRemoval(plan, try part(rest.dropFirst(3), line), seed: UInt64(try number(rest, 2, line))))
        try answer(await walks.time(workers: number(rest, 0, line), units: number(rest, 1, line)))
      case "rank":
        let timing = RankingTiming(network: network, images: images, seed: UInt64(try number(rest, 2, line)))
        try answer(await timing.time(workers: number(rest, 0, line), units: number(rest, 1, line)))
      case "layers": try answer(LayerTiming(network: network, instructionSet: plan.instructionSet).times())
      default: throw InputError(.usage, "unknown command", found: line)
      }
    }
  }

  // MARK: Commands

  struct About: Encodable {
    var instructionSet: String
    var images: Int
    /// Filters that a removal walk removes.
    var players: Int
    /// Of one image.
    var multiplyAdds: Int
    var parameters: Int
    /// Of one block of eight images.
    var bytesPerBlock: Int
  }

  private func about() -> About {
    About(
      instructionSet: plan.instructionSet.rawValue, images: images.count,
      players: FilterRemoval.players(of: plan).count,
      multiplyAdds: network.multiplyAdds, parameters: network.parameterCount, bytesPerBlock: plan.bytesPerBlock)
  }

  /// What the model returns, `[image][class]`: logits, or probabilities when it ends in a softmax.
  private func outputs() -> [[Float]] {
    blocks.flatMap { pass in
      pass.invalidate()
      pass.run()
      return (0..<pass.imageCount).map { lane in
        var row = [Float](repeating: 0, count: network.outputShape.count)
        row.withUnsafeMutableBufferPointer { pass.copyActivations(ofNode: network.output, lane: lane, into: $0) }
        return row
      }
    }
  }

  struct Times: Encodable {
    var milliseconds: [Double]
  }

  /// Full passes over all images, nothing kept for later differences.
  private func forward(times: Int) -> Times {
    for pass in blocks { pass.usesDeltas = false }
    defer {
      for pass in blocks {
        pass.usesDeltas = true
        pass.invalidate()
      }
    }
    return Times(
      milliseconds: (0..<times).map { _ in
        for pass in blocks { pass.invalidate() }
        return ContinuousClock().measure { for pass in blocks { pass.run() } } / .milliseconds(1)
      })
  }

  /// Full passes and backward passes of the first eight images.
  private func backward(times: Int) throws -> BackwardTiming {
    try BackwardTiming(network, images: images, instructionSet: plan.instructionSet, times: times)
  }

  struct Walk: Encodable {
    var milliseconds: Double
    /// Coalitions evaluated, each on all images.
    var steps: Int
    /// Multiplications with an addition done, and what full passes would have done.
    var multiplyAdds: UInt64
    var fullMultiplyAdds: UInt64
  }

  private func walk(_ removal: FilterRemoval) -> Walk {
    for pass in blocks { pass.run() }
    var time = Duration.zero
    var multiplyAdds: UInt64 = 0
    removal.run(on: blocks, means: means) { steps in
      let before = done()
      time += ContinuousClock().measure(steps)
      multiplyAdds += done() - before
    }
    return Walk(
      milliseconds: time / .milliseconds(1), steps: removal.stepCount, multiplyAdds: multiplyAdds,
      fullMultiplyAdds: UInt64(network.multiplyAdds * removal.stepCount * images.count))
  }

  struct Count: Encodable {
    /// Of one image.
    var multiplyAdds: Int
    var fullMultiplyAdds: Int
  }

  /// What a walk needs by a count on the graph; runs nothing.
  private func count(_ part: FilterRemoval.Part, seed: UInt64) -> Count {
    let walk = FilterRemoval(plan, part, seed: seed)
    return Count(
      multiplyAdds: walk.multiplyAdds(countedBy: IncrementalCost(network)),
      fullMultiplyAdds: network.multiplyAdds * walk.stepCount)
  }

  private func done() -> UInt64 { blocks.reduce(0) { $0 + $1.multiplyAdds } }

  // MARK: Lines

  private func number(_ words: ArraySlice<String>, _ index: Int, _ line: String) throws -> Int {
    guard index < words.count, let number = Int(words[words.startIndex + index]), number >= 0 else {
      throw InputError(.usage, "a number is missing", found: line)
    }
    return number
  }

  private func part(_ words: ArraySlice<String>, _ line: String) throws -> FilterRemoval.Part {
    if words.first == "whole" { return .whole }
    return .sample(windows: try number(words, 0, line), steps: try number(words, 1, line))
  }

  private func answer(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    FileHandle.standardOutput.write(try encoder.encode(value) + Data("\n".utf8))
  }
}
