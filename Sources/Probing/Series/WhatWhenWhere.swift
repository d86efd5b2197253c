import Statistics

/// One concept over training steps and layers.
public struct WhatWhenWhere: Sendable, Hashable, Codable {
  /// When a concept emerges: the first step, between checkpoints by a straight line, at which the score has come half the
  /// way from the first checkpoint's to its largest value; the first step of all where the score does not rise clearly.
  public struct Emergence: Sendable, Hashable, Codable {
    public let step: Double
    /// Percentile interval over images drawn anew, 95 %; nil where too few resamples have an emergence.
    public let lower: Double?
    public let upper: Double?
    /// The share of resamples in which the concept emerges at all.
    public let share: Double
  }

  public let concept: String
  public let steps: [Double]
  /// The files or names of the checkpoints.
  public let checkpoints: [String]
  public let layers: [String]
  /// 2·(accuracy − ½) for balanced accuracy of two classes, (accuracy − 1/K)/(1 − 1/K) for K; R² for a quantity:
  /// `[layer][step]`.
  public let scores: [[Double]]
  /// The standard errors of ``scores``.
  public let standardErrors: [[Double]]
  /// The same score from the images themselves.
  public let input: Double
  public let inputStandardError: Double
  /// The score less that of the input, with the error of the paired difference: `[layer][step]`.
  public let aboveInput: [[Double]]
  public let aboveInputErrors: [[Double]]
  /// Of each layer; nil where no score is above chance by three standard errors.
  public let emergences: [Emergence?]
  /// The layer with the largest score at the last step.
  public let bestLayer: Int
  /// That layer's emergence.
  public var emergence: Emergence? { emergences[bestLayer] }

  /// Collects one checkpoint after another.
  struct Builder {
    let concept: ProbedConcept
    let input: HeldOutScores
    let configuration: ProbeStudyConfiguration
    private var steps: [Double] = []
    private var names: [String] = []
    private var layers: [String] = []
    /// `[step][layer]`
    private var held: [[HeldOutScores]] = []

    init(concept: ProbedConcept, input: HeldOutScores, configuration: ProbeStudyConfiguration) {
      self.concept = concept
      self.input = input
      self.configuration = configuration
    }

    mutating func add(_ checkpoint: ProbedCheckpoint, _ layers: [String], _ scores: [HeldOutScores]) {
      steps.append(checkpoint.step)
      names.append(checkpoint.name)
      self.layers = layers
      held.append(scores)
    }

    private var scale: Double { 1 / (1 - concept.chance) }
    private func height(_ score: Double) -> Double { (score - concept.chance) * scale }

    var result: WhatWhenWhere {
      let folds = configuration.folds
      func table(_ value: (HeldOutScores) -> Double) -> [[Double]] {
        layers.indices.map { layer in held.map { value($0[layer]) } }
      }
      let scores = table { height($0.score.mean) }
      let errors = table { $0.score.standardError * scale }
      let last = scores.map { $0.last ?? 0 }
      let best = last.indices.reduce(0) { last[$1] > last[$0] ? $1 : $0 }
      return WhatWhenWhere(
        concept: concept.name, steps: steps, checkpoints: names, layers: layers, scores: scores, standardErrors: errors,
        input: height(input.score.mean), inputStandardError: input.score.standardError * scale,
        aboveInput: table { $0.score.difference(to: input.score, folds: folds).mean * scale },
        aboveInputErrors: table { $0.score.difference(to: input.score, folds: folds).standardError * scale },
        emergences: layers.indices.map { emergence(layer: $0, scores[$0], errors[$0]) }, bestLayer: best)
    }

    private func emergence(layer: Int, _ scores: [Double], _ errors: [Double]) -> Emergence? {
      guard let top = scores.indices.max(by: { scores[$0] < scores[$1] }), scores[top] > 3 * errors[top] else {
        return nil
      }
      let rise = scores[top] - scores[0]
      guard rise > 3 * (errors[top] * errors[top] + errors[0] * errors[0]).squareRoot(),
        let step = WhatWhenWhere.crossing(steps, scores)
      else { return Emergence(step: steps[0], lower: steps[0], upper: steps[0], share: 1) }
      let resampled = resampledScores(layer)
      let found = resampled.compactMap { WhatWhenWhere.crossing(steps, $0) }.sorted()
      let share = Double(found.count) / Double(max(1, resampled.count))
      guard share >= 0.975 else { return Emergence(step: step, lower: nil, upper: nil, share: share) }
      let outside = Int(Double(found.count) * 0.025)
      return Emergence(
        step: step, lower: found[outside], upper: found[found.count - 1 - outside], share: share)
    }

    /// The scores by step with images drawn anew, the same draws for all steps.
    private func resampledScores(_ layer: Int) -> [[Double]] {
      let bootstrap = PairedBootstrap(count: concept.rows.count, resamples: 400, seed: configuration.seed)
      let bySteps = held.map { step in resampledHeights(step[layer].answers, bootstrap) }
      return (0..<bootstrap.resampleCount).map { resample in bySteps.map { $0[resample] } }
    }

    private func resampledHeights(_ answers: [Double], _ bootstrap: PairedBootstrap) -> [Double] {
      switch concept.target {
      case .classes(let labels, let count):
        var sums = [Double](repeating: 0, count: bootstrap.resampleCount)
        var present = sums
        for label in 0..<count {
          let isOwn = labels.map { $0 == label ? 1.0 : 0.0 }
          let sizes = bootstrap.resampledMeans(isOwn)
          let right = bootstrap.resampledMeans(zip(isOwn, answers).map { $0 * $1 })
          for place in sums.indices where sizes[place] > 0 {
            sums[place] += right[place] / sizes[place]
            present[place] += 1
          }
        }
        return zip(sums, present).map { height($1 > 0 ? $0 / $1 : 0) }
      case .values(let truth):
        let means = bootstrap.resampledMeans(truth)
        let squares = bootstrap.resampledMeans(truth.map { $0 * $0 })
        let rests = bootstrap.resampledMeans(zip(truth, answers).map { ($0 - $1) * ($0 - $1) })
        return means.indices.map { place in
          let total = squares[place] - means[place] * means[place]
          return total > 0 ? 1 - rests[place] / total : 0
        }
      }
    }
  }

  /// Where a curve first comes half the way from its first to its largest value; nil where it never rises.
  package static func crossing(_ steps: [Double], _ scores: [Double]) -> Double? {
    guard let first = scores.first, let largest = scores.max(), largest > first else { return nil }
    let half = (first + largest) / 2
    for place in scores.indices.dropFirst() where scores[place] >= half {
      let before = scores[place - 1]
      return steps[place - 1] + (half - before) / (scores[place] - before) * (steps[place] - steps[place - 1])
    }
    return nil
  }
}
