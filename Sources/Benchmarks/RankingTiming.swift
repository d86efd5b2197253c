import CooperativeGames
import Images
import Inference
import Networks
import NeuronShapley
import Tensors
import Workloads

/// A real ranking by permutation sampling: the driver, its workers and the metric included.
struct RankingTiming {
  let network: Network
  let images: InputImages
  let seed: UInt64

  struct Answer: Encodable {
    /// Of the estimation alone; the plan and the ablation's means are made before.
    var milliseconds: Double
    var evaluations: Int
  }

  /// - Parameter units: orders (each with its reverse) on groups of eight images.
  func time(workers: Int, units: Int) async throws -> Answer {
    var tensors: [Tensor] = []
    for index in 0..<images.count {
      var values = [Float](repeating: 0, count: images.shape.count)
      values.withUnsafeMutableBufferPointer { images.copy(index, into: $0) }
      tensors.append(try Tensor(shape: images.shape, values: values))
    }
    let labeled = try LabeledImages(tensors: tensors, labels: tensors.indices.map { $0 % network.classCount })
    let players = FilterRemoval.players(of: try ExecutionPlan(network)).count
    let group = min(ExecutionPlan.laneCount, images.count)
    let configuration = RankingConfiguration(
      metric: .logLikelihood(),
      estimator: .permutation(.init(evaluations: units * 2 * (players + 1) * group + 2 * images.count)), seed: seed)
    let job = try await NeuronRankingJob.prepare(
      network: network, images: labeled, configuration: configuration, workers: workers)
    let clock = ContinuousClock()
    let start = clock.now
    let run = try await job.run()
    let time = clock.now - start
    return Answer(milliseconds: time / .milliseconds(1), evaluations: run.result?.effort.evaluations ?? 0)
  }
}
