import Inference
import Workloads

/// Removal walks on units of eight images, one task a worker.
struct ConcurrentWalks: Sendable {
  let plan: ExecutionPlan
  let images: InputImages
  let means: [Float]
  let walk: FilterRemoval

  struct Answer: Encodable {
    /// From the moment that the first worker is ready to that at which the last one is done.
    var milliseconds: Double
    /// Walks done by all workers together.
    var walks: Int
  }

  /// Each worker does `units` walks, with buffers of its own that a full pass has warmed.
  func time(workers: Int, units: Int) async -> Answer {
    let spans = await withTaskGroup(of: (start: ContinuousClock.Instant, end: ContinuousClock.Instant).self) { group in
      for worker in 0..<workers {
        group.addTask {
          let pass = ForwardPass(plan)
          load(pass, unit: worker)
          pass.run()
          let start = ContinuousClock.now
          for unit in 0..<units {
            load(pass, unit: worker + unit * workers)
            pass.run()
            walk.run(on: [pass], means: means) { $0() }
          }
          return (start, ContinuousClock.now)
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    guard let start = spans.map(\.start).min(), let end = spans.map(\.end).max() else {
      return Answer(milliseconds: 0, walks: 0)
    }
    return Answer(milliseconds: (end - start) / .milliseconds(1), walks: workers * units)
  }

  private func load(_ pass: ForwardPass, unit: Int) {
    let lanes = ExecutionPlan.laneCount
    let first = unit % max(1, images.count / lanes) * lanes
    pass.load(count: min(lanes, images.count)) { lane, buffer in images.copy(first + lane, into: buffer) }
  }
}
