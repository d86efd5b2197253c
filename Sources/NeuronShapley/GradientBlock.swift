import CooperativeGames
import Images
import Inference

/// The buffers for first-order marginals of eight images: forward passes that keep what is removed, and backward passes.
struct GradientBlock {
  private let forward: ForwardPass
  private let donor: ForwardPass?
  private let backward: BackwardPass
  private var removed: [UInt8]
  private var logits: [Float]
  private var gradient: [Float]
  private var passes: UInt64 = 0

  init(_ game: AblationGame, _ gradients: GradientPlan) {
    forward = ForwardPass(gradients.plan, keepingReplaced: true)
    donor = game.ablation.donors.map { _ in ForwardPass(gradients.plan) }
    backward = BackwardPass(gradients)
    removed = [UInt8](repeating: 0, count: gradients.plan.unitCount)
    logits = [Float](repeating: 0, count: gradients.plan.network.classCount)
    gradient = logits
  }

  /// Those of forward and backward passes, donors included.
  var multiplyAdds: UInt64 {
    forward.multiplyAdds + (donor?.multiplyAdds ?? 0) + passes * UInt64(backward.gradientPlan.multiplyAdds)
  }

  /// Runs forwards and backwards, and writes the arguments and slopes of `count` images from place `offset` on.
  ///
  /// - Parameters:
  ///   - lanes: for each player, the lanes in which it is absent.
  ///   - image: tells each lane's index in its set; so does `donorImage`.
  mutating func run(
    _ game: AblationGame, metric: PerformanceMetric, count: Int, removing lanes: [UInt8], image: (Int) -> Int,
    donorImage: (Int) -> Int, into result: inout FirstOrder, at offset: Int
  ) {
    forward.load(count: count) { lane, buffer in game.images.copyPixels(of: image(lane), into: buffer) }
    if let donor, let donors = game.ablation.donors {
      donor.load(count: count) { lane, buffer in donors.images.copyPixels(of: donorImage(lane), into: buffer) }
      donor.run()
    }
    for player in lanes.indices {
      for unit in game.players.units[player] { removed[unit] = lanes[player] }
    }
    forward.run(removing: removed, replacement: game.ablation.replacement, donor: donor)
    backward.begin(forward)
    for lane in 0..<count {
      let label = game.images.labels[image(lane)]
      logits.withUnsafeMutableBufferPointer { forward.copyLogits(lane: lane, into: $0) }
      let argument = logits.withUnsafeBufferPointer { logits in
        gradient.withUnsafeMutableBufferPointer { metric.argument(logits: logits, label: label, gradient: $0) }
      }
      result.arguments[offset + lane] = argument
      backward.seed(node: forward.plan.network.logits, lane: lane, gradient)
    }
    backward.run(marginals: game.ablation.replacement, donor: donor)
    passes += UInt64(count)
    let playerCount = game.players.count, unitCount = removed.count
    backward.marginals.withUnsafeBufferPointer { marginals in
      for lane in 0..<count {
        for player in 0..<playerCount {
          var slope = 0.0
          for unit in game.players.units[player] { slope += Double(marginals[lane * unitCount + unit]) }
          result.slopes[(offset + lane) * playerCount + player] = slope
        }
      }
    }
  }
}
