import CooperativeGames
import Inference

/// Evaluates coalitions of filters on loaded images, eight images a block.
///
/// A coalition becomes, for each unit of the plan, a bit for each image lane in which the unit is removed; the forward
/// pass works out what has changed since its last run. Coalitions that change little are cheap. Nothing is allocated
/// between loads.
///
/// When more images are loaded than the memory allows to keep, blocks take turns in one buffer and are loaded again for
/// every call, at the price of full passes. Over a plan for ``Inference/PlanPurpose/incremental`` passes, values depend
/// by rounding on the calls since the load; where a limit of memory could decide which blocks take turns, differences
/// are therefore not used, so that no limit and no number of workers changes a bit.
public struct AblationEvaluator: CoalitionEvaluator {
  private let game: AblationGame
  private var components: [Int] = []
  /// The donor image of each loaded component, for the ablation that needs one.
  private var donors: [Int] = []
  /// For each loaded block and player, the lanes in which it is absent from the base.
  private var base: [[UInt8]] = []
  private var blocks: [AblationBlock] = []
  private var isStreaming = false
  private var hasBase = false
  private var logits: [Float]
  private var gradientBlock: GradientBlock?
  private var gradientLanes: [UInt8] = []

  init(_ game: AblationGame) {
    self.game = game
    logits = [Float](repeating: 0, count: game.plan.network.classCount)
  }

  /// Multiplications with addition done so far; the unablated passes of donors included.
  public var multiplyAdds: UInt64 { blocks.reduce(gradientBlock?.multiplyAdds ?? 0) { $0 + $1.multiplyAdds } }

  public mutating func load(_ components: [Int]) {
    self.components = components
    hasBase = false
    if let source = game.ablation.donors {
      let loaded = components.map { game.componentImages[$0] }
      donors = source.donors(of: loaded, isOwnSet: source.images.digest == game.images.digest)
    }
    let lanes = ExecutionPlan.laneCount
    let blockCount = (components.count + lanes - 1) / lanes
    isStreaming = blockCount > game.residentBlockLimit
    let usesDeltas = blockCount == 1 || game.maximumBytes == nil
    while blocks.count < (isStreaming ? 1 : blockCount) { blocks.append(AblationBlock(game)) }
    for block in blocks.indices { blocks[block].usesDeltas = usesDeltas }
    while base.count < blockCount { base.append([UInt8](repeating: 0, count: game.players.count)) }
    if !isStreaming {
      for block in 0..<blockCount { load(block, into: block) }
    }
  }

  public mutating func values(_ coalitions: Coalitions, into values: inout [Double]) {
    precondition(!components.isEmpty, "load components before evaluating")
    setBase(coalitions)
    resize(&values, evaluations: components.count)
    for block in 0..<blockCount {
      let place = buffer(for: block)
      blocks[place].run(removing: base[block], game)
      score(block, in: place, into: &values, at: 0)
    }
    hasBase = true
  }

  public mutating func values(toggling players: [Int], into values: inout [Double]) {
    precondition(hasBase, "toggling needs a base: evaluate a coalition first")
    resize(&values, evaluations: players.count * components.count)
    for block in 0..<blockCount {
      let place = buffer(for: block)
      for (index, player) in players.enumerated() {
        base[block][player] ^= .max
        blocks[place].run(removing: base[block], game)
        base[block][player] ^= .max
        score(block, in: place, into: &values, at: index * components.count)
      }
    }
  }

  public mutating func firstOrder(of output: Int, at coalitions: Coalitions, into result: inout FirstOrder) {
    precondition(!components.isEmpty, "load components before evaluating")
    guard let gradients = game.gradients else { preconditionFailure("the game was made without gradients") }
    // Moved to a local for the time of the passes, and made when first asked for: it is several times a block's size.
    var gradientBlock = self.gradientBlock ?? GradientBlock(game, gradients)
    self.gradientBlock = nil
    defer { self.gradientBlock = gradientBlock }
    result.resize(components: components.count, players: game.players.count)
    if gradientLanes.isEmpty { gradientLanes = [UInt8](repeating: 0, count: game.players.count) }
    for block in 0..<blockCount {
      let range = places(of: block)
      setLanes(&gradientLanes, of: range, coalitions)
      gradientBlock.run(
        game, metric: game.metrics[output], count: range.count, removing: gradientLanes,
        image: { [self] in game.componentImages[components[range.lowerBound + $0]] },
        donorImage: { [self] in donors[range.lowerBound + $0] }, into: &result, at: range.lowerBound)
    }
  }

  private var blockCount: Int { (components.count + ExecutionPlan.laneCount - 1) / ExecutionPlan.laneCount }

  /// The places among the loaded components that a block holds.
  private func places(of block: Int) -> Range<Int> {
    let lanes = ExecutionPlan.laneCount
    return block * lanes..<min((block + 1) * lanes, components.count)
  }

  /// The buffer that holds a loaded block, after loading it there if blocks take turns.
  private mutating func buffer(for block: Int) -> Int {
    guard isStreaming else { return block }
    load(block, into: 0)
    return 0
  }

  private mutating func load(_ block: Int, into place: Int) {
    let range = places(of: block)
    blocks[place].load(
      count: range.count, game, image: { [self] in game.componentImages[components[range.lowerBound + $0]] },
      donor: { [self] in donors[range.lowerBound + $0] })
  }

  private mutating func setBase(_ coalitions: Coalitions) {
    for block in 0..<blockCount { setLanes(&base[block], of: places(of: block), coalitions) }
  }

  /// For each player, the lanes of a block in which it is absent.
  private func setLanes(_ lanes: inout [UInt8], of places: Range<Int>, _ coalitions: Coalitions) {
    switch coalitions {
    case .shared(let coalition):
      precondition(coalition.playerCount == lanes.count, "a coalition of the game's players")
      // All eight lanes, so that a lane without an image changes nothing about what is shared.
      for player in lanes.indices { lanes[player] = coalition.contains(player) ? 0 : .max }
    case .perComponent(let coalitions):
      precondition(coalitions.count == components.count, "a coalition for each loaded component")
      for player in lanes.indices {
        var absent: UInt8 = 0
        for place in places where !coalitions[place].contains(player) {
          absent |= 1 << UInt8(place - places.lowerBound)
        }
        // Lanes without an image follow the first one, so that what is absent from all images is never computed.
        if absent & 1 != 0 { absent |= .max << UInt8(places.count) }
        lanes[player] = absent
      }
    }
  }

  private func resize(_ values: inout [Double], evaluations: Int) {
    let count = evaluations * game.metrics.count
    guard values.count != count else { return }
    values.removeAll(keepingCapacity: true)
    values.append(contentsOf: repeatElement(0, count: count))
  }

  /// Writes the scores of a block's images, `[component][output]` from evaluation `offset` on; NaN where a logit is, so
  /// that no metric takes a broken network for a wrong answer.
  private mutating func score(_ block: Int, in place: Int, into values: inout [Double], at offset: Int) {
    let range = places(of: block), outputCount = game.metrics.count
    for component in range {
      let label = game.images.labels[game.componentImages[components[component]]]
      logits.withUnsafeMutableBufferPointer {
        blocks[place].copyLogits(lane: component - range.lowerBound, into: $0)
      }
      logits.withUnsafeBufferPointer { logits in
        let isBroken = logits.contains { $0.isNaN }
        let place = (offset + component) * outputCount
        if !game.binaryClasses.isEmpty, !isBroken {
          // One look at the logits for all classes.
          let predicted = logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
          for (output, index) in game.binaryClasses.enumerated() {
            values[place + output] = (predicted == index) == (label == index) ? 1 : 0
          }
          return
        }
        for output in 0..<outputCount {
          values[place + output] = isBroken ? .nan : game.metrics[output].score(logits: logits, label: label)
        }
      }
    }
  }
}
