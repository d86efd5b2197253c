import Images
import Inference
import InputErrors
import Statistics

/// One worker's attack on the images of one block.
struct AttackPass {
  /// What became of one image.
  struct Picture: Sendable {
    /// The samples of the result, channels first.
    var samples: [Float]
    var prediction: Int
    /// Whether the result had succeeded before it was rounded.
    var succeededUnrounded: Bool
  }

  let attack: AdversarialAttack
  let network: AttackedNetwork
  let scale: PixelScale
  let ball: PerturbationBall
  let images: LabeledImages
  let forward: ForwardPass
  let backward: BackwardPass
  let donor: ForwardPass?

  /// Attacks the images of the block that is loaded.
  ///
  /// - Throws: ``InputErrors/InputError`` when a logit is not a finite number; `CancellationError` between steps.
  func run(_ range: Range<Int>) throws -> [Picture] {
    let clean = try range.map { try images.samples(of: $0, scale: scale) }
    let labels = range.map { images.labels[$0] }
    var pictures = clean
    if attack.startsAtRandom {
      for lane in pictures.indices { start(&pictures[lane], image: range.lowerBound + lane) }
    }
    var best = pictures
    var bestMargins = [Double](repeating: -.infinity, count: range.count)
    var logits = [Float](repeating: 0, count: network.gradients.plan.network.classCount)
    for step in 0...attack.steps {
      try Task.checkCancellation()
      evaluate(pictures)
      for lane in pictures.indices {
        let margin = try margin(lane: lane, labels[lane], image: range.lowerBound + lane, &logits)
        switch attack.iterate {
        case .best where margin > bestMargins[lane], .last where step == attack.steps:
          bestMargins[lane] = margin
          best[lane] = pictures[lane]
        case .best, .last: break
        }
      }
      if step < attack.steps { follow(&pictures, clean, labels) }
    }
    if attack.roundsPixels, scale.isEightBit {
      for lane in best.indices { ball.round(&best[lane], around: clean[lane]) }
    }
    evaluate(best)
    return try best.indices.map { lane in
      _ = try margin(lane: lane, labels[lane], image: range.lowerBound + lane, &logits)
      return Picture(
        samples: best[lane], prediction: logits.withUnsafeBufferPointer { AblatedInference.prediction($0) },
        succeededUnrounded: bestMargins[lane] > 0)
    }
  }

  private func evaluate(_ pictures: [[Float]]) {
    let area = images.shape.area
    forward.load(count: pictures.count) { lane, buffer in
      for channel in 0..<images.shape.channels {
        for element in channel * area..<(channel + 1) * area {
          buffer[element] = scale.input(pictures[lane][element], channel: channel)
        }
      }
    }
    network.run(forward, donor: donor)
  }

  /// By how much the attack has won: the target's logit less the largest other one, or the largest other one less the
  /// label's.
  private func margin(lane: Int, _ label: Int, image: Int, _ logits: inout [Float]) throws -> Double {
    logits.withUnsafeMutableBufferPointer { forward.copyLogits(lane: lane, into: $0) }
    guard logits.allSatisfy(\.isFinite) else {
      throw InputError(
        .data, "the model's output is not a finite number", at: .init(file: images.names[image]),
        hint: "look for infinite weights, or for preprocessing that does not fit the model")
    }
    let margin = logits.withUnsafeBufferPointer {
      PerformanceMetric.margin.score(logits: $0, label: attack.target ?? label)
    }
    return attack.target == nil ? -margin : margin
  }

  /// One step of every image along its gradient.
  private func follow(_ pictures: inout [[Float]], _ clean: [[Float]], _ labels: [Int]) {
    let plan = network.gradients.plan, shape = images.shape
    var logits = [Float](repeating: 0, count: plan.network.classCount)
    var seed = logits
    backward.begin(forward)
    for lane in pictures.indices {
      logits.withUnsafeMutableBufferPointer { forward.copyLogits(lane: lane, into: $0) }
      logits.withUnsafeBufferPointer { logits in
        seed.withUnsafeMutableBufferPointer { seed in
          _ = attack.score.argument(logits: logits, label: attack.target ?? labels[lane], gradient: seed)
          if attack.target == nil { for index in seed.indices { seed[index] = -seed[index] } }
        }
      }
      backward.seed(node: plan.network.logits, lane: lane, seed)
    }
    backward.run()
    let length = attack.stepSize * scale.unit
    for lane in pictures.indices {
      var gradient = backward.gradient(ofNode: 0, lane: lane)
      for channel in 0..<shape.channels {
        let slope = scale.slope(channel: channel)
        for element in channel * shape.area..<(channel + 1) * shape.area { gradient[element] *= slope }
      }
      ball.step(&pictures[lane], along: gradient, length: length, around: clean[lane])
    }
  }

  /// Moves a clean picture to a random place of the ball: uniform for L∞; for L2 in a uniform direction, at a uniform
  /// share of ε.
  private func start(_ picture: inout [Float], image: Int) {
    let clean = picture
    var stream = RandomStream(seed: attack.seed, purpose: .attack, index: image)
    switch attack.norm {
    case .linf:
      for element in picture.indices {
        picture[element] += Float((2 * stream.uniform() - 1) * ball.radius)
      }
      ball.project(&picture, around: clean)
    case .l2:
      let length = stream.uniform() * ball.radius
      let direction = picture.map { _ in Float(stream.normal()) }
      ball.step(&picture, along: direction, length: length, around: clean)
    }
  }
}
