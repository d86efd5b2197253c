import Images
import Inference
import InputErrors
import Networks
import Statistics
import Tensors

/// Makes pictures that maximise units, layers, classes and directions by gradient ascent (Erhan et al. 2009; Olah et al.
/// 2017).
///
/// Eight views share a pass: eight pictures, or fewer seen more than once. A picture depends on its objective, its number,
/// the configuration and the seed, not on what else is made nor on the workers.
public struct ActivationMaximization: Sendable {
  /// Pictures are of this side where the network takes it and its own images are larger, as in lucid.
  public static let usualSide = 128

  public let network: Network
  public let input: PictureInput
  public internal(set) var configuration: MaximizationConfiguration
  /// The spectrum that phases are given; measured ones are of the pictures' extent.
  public let spectrum: PictureSpectrum
  public let prior: PicturePrior?

  /// - Parameters:
  ///   - spectrum: read by the parametrisation `phase` alone.
  ///   - prior: needed where the configuration gives it a weight.
  public init(
    _ network: Network, input: PictureInput, configuration: MaximizationConfiguration = .init(),
    spectrum: PictureSpectrum = .inverseFrequency, prior: PicturePrior? = nil
  ) {
    precondition(configuration.priorWeight == 0 || prior != nil, "a prior for its weight")
    precondition((1...ExecutionPlan.laneCount).contains(configuration.viewsPerPicture), "one to eight views")
    precondition(configuration.steps > 0, "at least one step")
    self.network = network
    self.input = input
    self.configuration = configuration
    self.spectrum = spectrum
    self.prior = prior
  }

  /// The extent of pictures where none is asked for: ``usualSide`` where the network's own images are larger and all that
  /// the objectives need takes smaller ones; else the network's own.
  public static func extent(for objectives: [MaximizationObjective], in network: Network) throws(InputError) -> Extent {
    let own = Extent(height: network.inputShape.height, width: network.inputShape.width)
    guard min(own.height, own.width) > usualSide else { return own }
    let catalog = UnitCatalog(network)
    var nodes: [Int] = []
    for objective in objectives { nodes += try ResolvedObjective(objective, network, catalog).nodes }
    let usual = Extent(usualSide)
    return (try? NetworkPart(of: network, computing: nodes, extent: usual)) == nil ? own : usual
  }

  /// Finds out whether pictures of that extent can be made of objectives, without making them.
  ///
  /// - Throws: what ``pictures(of:count:extent:instructionSet:workers:progress:)`` throws of them.
  public static func check(
    _ objectives: [MaximizationObjective], in network: Network, extent: Extent
  ) throws {
    let catalog = UnitCatalog(network)
    for objective in objectives {
      let resolved = try ResolvedObjective(objective, network, catalog)
      let part = try NetworkPart(of: network, computing: resolved.nodes, extent: extent)
      for term in resolved.terms { try term.check(part.network.shapes[part.node(term.node)]) }
    }
  }

  /// - Parameters:
  ///   - objectives: each gets `count` pictures.
  ///   - count: pictures of each, 1 to 8; more than one are kept different.
  ///   - extent: of the pictures.
  ///   - progress: called with steps done, over all blocks.
  /// - Returns: the pictures, those of one objective together.
  /// - Throws: ``InputErrors/InputError`` (usage) when an objective does not fit the network, (data) when a layer cannot
  ///   take pictures of that extent; `CancellationError`. Complexity: a forward and a backward pass a step for each eight
  ///   views, up to the deepest of their objectives.
  public func pictures(
    of objectives: [MaximizationObjective], count: Int = 1, extent: Extent,
    instructionSet: InstructionSet = .fastest, workers: Int = 1,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> [MaximizedPicture] {
    precondition((1...ExecutionPlan.laneCount).contains(count), "one to eight pictures")
    let catalog = UnitCatalog(network)
    let resolved = try objectives.map { try ResolvedObjective($0, network, catalog) }
    // Neighbours share passes, so that early layers do not wait for late ones.
    let order = objectives.indices.sorted { (resolved[$0].depth, $0) < (resolved[$1].depth, $1) }
    let views = min(configuration.viewsPerPicture, ExecutionPlan.laneCount / count)
    let perBlock = ExecutionPlan.laneCount / (count * views)
    let blocks = stride(from: 0, to: order.count, by: perBlock).map { first in
      Array(order[first..<min(first + perBlock, order.count)])
    }
    let runs = try blocks.map { places in
      try MaximizationRun(
        self, places.map { (objectives[$0], resolved[$0]) }, count: count, views: views, extent: extent,
        instructionSet: instructionSet)
    }
    let counter = StepCounter(total: blocks.count * configuration.steps, report: progress)
    var results = [[MaximizedPicture]](repeating: [], count: objectives.count)
    let tasks = max(1, min(workers, runs.count))
    try await withThrowingTaskGroup(of: [(Int, [[MaximizedPicture]])].self) { group in
      for worker in 0..<tasks {
        group.addTask {
          var done: [(Int, [[MaximizedPicture]])] = []
          for index in stride(from: worker, to: runs.count, by: tasks) {
            done.append((index, try await runs[index].pictures { await counter.advance() }))
          }
          return done
        }
      }
      for try await done in group {
        for (index, pictures) in done {
          for (place, own) in zip(blocks[index], pictures) { results[place] = own }
        }
      }
    }
    return Array(results.joined())
  }
}

/// Counts steps of several blocks.
private actor StepCounter {
  private var done = 0
  private let total: Int
  private let report: (@Sendable (Int, Int) -> Void)?

  init(total: Int, report: (@Sendable (Int, Int) -> Void)?) {
    self.total = total
    self.report = report
  }

  func advance() {
    done += 1
    report?(done, total)
  }
}
