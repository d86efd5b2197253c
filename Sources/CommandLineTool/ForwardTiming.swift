import Foundation
import Inference
import Reports

/// Times forward passes of two networks in turn, on one thread, in processor time, so that what else the machine does
/// disturbs little and meets both.
enum ForwardTiming {
  /// Each turn takes at least so many seconds a network, where one pass does not take longer.
  private static let turnSeconds = 0.05

  /// Processor time of this thread.
  private static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Medians over the turns of a pass over up to eight images.
  ///
  /// - Throws: ``Interruption`` when a signal asked for an end.
  static func measured(
    before: ExecutionPlan, after: ExecutionPlan, on images: InputImages
  ) throws -> PruningDocument.Speed {
    let count = min(images.count, ExecutionPlan.laneCount)
    let passes = [before, after].map { ForwardPass($0) }
    for pass in passes { pass.load(count: count) { lane, buffer in images.copy(lane, into: buffer) } }
    func seconds(_ pass: ForwardPass, _ repeats: Int) -> Double {
      let start = threadSeconds
      for _ in 0..<repeats {
        pass.invalidate()
        pass.run()
      }
      return (threadSeconds - start) / Double(repeats)
    }
    // The first pass also makes the tables that later ones use.
    for pass in passes { _ = seconds(pass, 1) }
    let first = passes.map { seconds($0, 1) }
    let repeats = first.map { max(1, Int(turnSeconds / max($0, 1e-6))) }
    let turns = first.reduce(0, +) > 1 ? 3 : 9
    var times: [[Double]] = [[], []]
    for _ in 0..<turns {
      try TerminationSignal.check()
      for index in 0..<2 { times[index].append(seconds(passes[index], repeats[index])) }
    }
    let medians = times.map { $0.sorted()[turns / 2] * 1000 / Double(count) }
    return .init(before: medians[0], after: medians[1], turns: turns, batch: count)
  }
}
