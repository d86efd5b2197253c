import CooperativeGames
import Foundation
import NeuronShapley
import Statistics

/// Runs of estimators on one thread, looked at on the way: how far from the reference, and at what cost.
struct EstimatorTrial {
  let game: AblationGame
  /// The Shapley values of the game's first output, by a long run of an unbiased estimator.
  let reference: [Double]

  /// What was seen at one moment.
  struct Sighting: Codable {
    /// Multiply-adds done, in forward passes over all images.
    var passes: Double
    /// Evaluations spent, in passes over all images; a backward pass counts as two.
    var forwards: Double
    /// Processor time of the estimation alone.
    var seconds: Double
    var precisionAt10: Double
    var precisionAt20: Double
    /// Root of the mean squared error over players, in standard deviations of the reference's values.
    var error: Double
  }

  /// One run until `limit` forward passes' worth of multiply-adds, seen whenever they have grown by a twelfth.
  ///
  /// Units run one after the other, and the estimate is taken after each, from those of the round under way too.
  func run<Estimator: ShapleyEstimator>(_ estimator: Estimator, seed: UInt64, limit: Double) throws -> [Sighting] {
    let imageCount = Double(game.componentImages.count)
    let fullPass = imageCount * Double(game.plan.multiplyAdds)
    var evaluator = game.makeEvaluator()
    var state = try estimator.start(game.description, seed: seed)
    var sightings: [Sighting] = []
    var seconds = 0.0, next = 0.0
    while true {
      let units = estimator.nextRound(state)
      if units.isEmpty { return sightings }
      var outcomes: [Estimator.Outcome] = []
      for unit in units {
        let start = ThreadTime.seconds
        outcomes.append(try estimator.perform(unit, on: &evaluator))
        seconds += ThreadTime.seconds - start
        let passes = Double(evaluator.multiplyAdds) / fullPass
        guard passes >= next else { continue }
        next = passes * (13.0 / 12)
        var partial = state
        estimator.absorb(outcomes, into: &partial)
        if let estimate = estimator.estimate(partial) {
          sightings.append(sighting(estimate, passes, Double(estimate.evaluations) / imageCount, seconds))
        }
        if passes >= limit { return sightings }
      }
      let start = ThreadTime.seconds
      estimator.absorb(outcomes, into: &state)
      seconds += ThreadTime.seconds - start
    }
  }

  private func sighting(
    _ estimate: ShapleyEstimate, _ passes: Double, _ forwards: Double, _ seconds: Double
  ) -> Sighting {
    let values = estimate.values
    let spread = (RunningMoments(reference).variance ?? 0).squareRoot()
    let squares = zip(values, reference).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return Sighting(
      passes: passes, forwards: forwards, seconds: seconds,
      precisionAt10: RankCorrelation.overlap(at: min(10, values.count), values, reference),
      precisionAt20: RankCorrelation.overlap(at: min(20, values.count), values, reference),
      error: (squares / Double(values.count)).squareRoot() / spread)
  }
}

/// The processor time of the calling thread, which other threads' load does not move.
private enum ThreadTime {
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
