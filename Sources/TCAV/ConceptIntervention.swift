import Inference
import InputErrors
import Networks
import Probing
import Statistics

/// What a class's logit really does when its images are moved along a concept's direction, and when the direction is taken
/// out of the layer.
public struct ConceptIntervention: Sendable, Hashable, Codable {
  /// The mean logit after a move, less that before.
  public struct Step: Sendable, Hashable, Codable {
    /// ε: how far x + εv goes, in standard deviations of random images along the direction.
    public var amount: Double
    public var change: Double
    /// Of the change, over images.
    public var standardError: Double
  }

  /// What taking a direction out does: x − v·(v·(x − μ))/|v|², with μ the mean of random images.
  public struct Removal: Sendable, Hashable, Codable {
    /// The share of the class's images that are recognised as the class.
    public var accuracy: Double
    /// The mean logit less that before.
    public var change: Double
  }

  /// Do derivative and intervention agree?
  public enum Agreement: String, Sendable, Hashable, Codable, CaseIterable {
    case agrees
    /// Both have a clear sign, and they differ: the derivative says nothing about what a move does.
    case disagrees
    /// One of them has no clear sign.
    case unclear
  }

  public var layer: String
  public var concept: String
  public var className: String
  public var imageCount: Int
  /// The mean slope of the logit along the mean vector.
  public var slope: TCAVEstimate
  /// (h(+1) − h(−1)) / 2: the same over a distance of one standard deviation to each side.
  public var measuredSlope: TCAVEstimate
  public var agreement: Agreement
  /// In order of their amounts, 0 among them.
  public var steps: [Step]
  public var accuracyBefore: Double
  public var removal: Removal
  /// The same for the directions of random concepts.
  public var randomRemovals: [Removal]
  /// (1 + random directions whose removal changes the logit at least as much) / (their number + 1).
  public var removalPValue: Double
}

/// Moves images along directions and takes directions out, all at one layer from the same loads of images.
public struct ConceptInterventionMeasurement: Sendable {
  /// The amounts ε beside 0.
  public static let amounts: [Double] = [-2, -1, -0.5, 0.5, 1, 2]

  public let network: Network
  public let instructionSet: InstructionSet
  public let layer: ActivationLayer
  /// What the directions' parts become when they are taken out: one value a feature.
  public let mean: [Float]

  /// One concept's direction and its slopes.
  public struct Direction: Sendable {
    public var concept: String
    public var vector: [Double]
    /// For each image the slope of its class's logit along the vector.
    public var slopes: [Double]
  }

  public init(_ network: Network, instructionSet: InstructionSet, layer: ActivationLayer, mean: [Float]) {
    self.network = network
    self.instructionSet = instructionSet
    self.layer = layer
    self.mean = mean
  }

  /// - Parameters:
  ///   - directions: those of concepts; directions that are 0 are passed over.
  ///   - randomDirections: those of random concepts.
  ///   - images: of all classes, with the class of each in `labels`.
  ///   - classes: names and the places of their images.
  /// - Throws: ``InputErrors/InputError``; `CancellationError`. Complexity: for each image and intervention, what lies
  ///   behind the layer.
  public func measured(
    _ directions: [Direction], randomDirections: [[Double]], images: InputImages, labels: [Int],
    classes: [TCAVData.ImageClass], resamples: Int, seed: UInt64, workers: Int,
    progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> [ConceptIntervention] {
    let directions = directions.filter { $0.vector.contains { $0 != 0 } }
    let randoms = randomDirections.filter { $0.contains { $0 != 0 } }
    guard !directions.isEmpty else { return [] }
    var interventions: [DirectionIntervention] = []
    for direction in directions {
      let vector = direction.vector.map(Float.init)
      interventions += Self.amounts.map { DirectionIntervention(.addition(Float($0)), along: vector) }
      interventions.append(DirectionIntervention(.removal(mean: mean), along: vector))
    }
    interventions += randoms.map { DirectionIntervention(.removal(mean: mean), along: $0.map(Float.init)) }
    let outcomes = try await outcomes(interventions, images, labels, workers, progress)
    let perDirection = Self.amounts.count + 1
    return directions.enumerated().flatMap { place, direction in
      classes.map { own -> ConceptIntervention in
        let first = 1 + place * perDirection
        let base = own.rows.map { outcomes[0].logits[$0] }
        func changes(_ index: Int) -> [Double] {
          zip(own.rows, base).map { outcomes[index].logits[$0] - $1 }
        }
        func removal(_ index: Int) -> ConceptIntervention.Removal {
          .init(
            accuracy: Double(own.rows.count { outcomes[index].areRight[$0] }) / Double(own.rows.count),
            change: RunningMoments(changes(index)).mean)
        }
        let moves = Self.amounts.indices.map { changes(first + $0) }
        var steps = zip(Self.amounts, moves).map { amount, changes in
          let moments = RunningMoments(changes)
          return ConceptIntervention.Step(
            amount: amount, change: moments.mean, standardError: moments.standardError ?? 0)
        }
        steps.append(.init(amount: 0, change: 0, standardError: 0))
        steps.sort { $0.amount < $1.amount }
        let bootstrap = PairedBootstrap(count: own.rows.count, resamples: resamples, seed: seed)
        let slopes = own.rows.map { direction.slopes[$0] }
        let slope = TCAVEstimate(RunningMoments(slopes).mean, bootstrap.interval(slopes))
        let (up, down) = (Self.amounts.firstIndex(of: 1) ?? 0, Self.amounts.firstIndex(of: -1) ?? 0)
        let halves = zip(moves[up], moves[down]).map { ($0 - $1) / 2 }
        let measured = TCAVEstimate(RunningMoments(halves).mean, bootstrap.interval(halves))
        let removed = removal(first + Self.amounts.count)
        let random = randoms.indices.map { removal(1 + directions.count * perDirection + $0) }
        return ConceptIntervention(
          layer: layer.name, concept: direction.concept, className: own.name, imageCount: own.rows.count, slope: slope,
          measuredSlope: measured, agreement: Self.agreement(slope, measured), steps: steps,
          accuracyBefore: Double(own.rows.count { outcomes[0].areRight[$0] }) / Double(own.rows.count),
          removal: removed, randomRemovals: random,
          removalPValue: Double(1 + random.count { abs($0.change) >= abs(removed.change) }) / Double(random.count + 1))
      }
    }
  }

  static func agreement(_ first: TCAVEstimate, _ second: TCAVEstimate) -> ConceptIntervention.Agreement {
    func sign(_ estimate: TCAVEstimate) -> Int { estimate.lower > 0 ? 1 : estimate.upper < 0 ? -1 : 0 }
    let (a, b) = (sign(first), sign(second))
    return a == 0 || b == 0 ? .unclear : a == b ? .agrees : .disagrees
  }

  private struct Outcome: Sendable {
    var logits: [Double] = []
    var areRight: [Bool] = []
  }

  /// For no intervention and for each alone: the logit of each image's class, and whether it is the largest.
  private func outcomes(
    _ interventions: [DirectionIntervention], _ images: InputImages, _ labels: [Int], _ workers: Int,
    _ progress: (@Sendable (_ imagesDone: Int) -> Void)?
  ) async throws -> [Outcome] {
    let steered = try SteeredNetwork(network, node: layer.node, interventions: interventions)
    let plan = try ExecutionPlan(steered.network, instructionSet: instructionSet, purpose: .incremental)
    let masks = [steered.masks(plan, active: [])] + interventions.indices.map { steered.masks(plan, active: [$0]) }
    let replacement = steered.replacement(plan), total = images.count
    let inference = try BlockwiseInference(plan, images: images, workers: workers)
    let blocks = try await inference.mapBlocks(
      progress: { progress?(min(total, $0 * ExecutionPlan.laneCount)) }
    ) { pass, range in
      var logits = [Float](repeating: 0, count: plan.network.classCount)
      return try masks.map { mask in
        pass.run(removing: mask, replacement: replacement)
        var outcome = Outcome()
        for (lane, image) in range.enumerated() {
          logits.withUnsafeMutableBufferPointer { pass.copyLogits(lane: lane, into: $0) }
          guard logits.allSatisfy(\.isFinite) else {
            throw InputError(.data, "the model's output is not a finite number", found: "image \(image)")
          }
          let label = labels[image], own = logits[label]
          outcome.logits.append(Double(own))
          outcome.areRight.append(logits.indices.allSatisfy { $0 == label || logits[$0] < own })
        }
        return outcome
      }
    }
    return masks.indices.map { mask in
      Outcome(logits: blocks.flatMap { $0[mask].logits }, areRight: blocks.flatMap { $0[mask].areRight })
    }
  }
}
