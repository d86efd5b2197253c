import Images
import Inference
import InputErrors
import Networks
import Statistics
import Tensors

/// The ascent of the pictures of some objectives that share passes.
struct MaximizationRun: Sendable {
  private let owner: ActivationMaximization
  private let objectives: [(objective: MaximizationObjective, resolved: ResolvedObjective)]
  private let count: Int
  private let views: Int
  private let extent: Extent
  private let viewExtent: Extent
  /// What views are seen by, and the pictures themselves.
  private let part: NetworkPart
  private let plan: ExecutionPlan
  private let wholePlan: ExecutionPlan

  /// - Throws: ``InputErrors/InputError``, see ``ActivationMaximization``.
  init(
    _ owner: ActivationMaximization, _ objectives: [(MaximizationObjective, ResolvedObjective)], count: Int, views: Int,
    extent: Extent, instructionSet: InstructionSet
  ) throws {
    var owner = owner
    let wanted = objectives.flatMap { $0.1.nodes }
    let whole = try NetworkPart(of: owner.network, computing: wanted, extent: extent)
    for (_, resolved) in objectives {
      for term in resolved.terms { try term.check(whole.network.shapes[whole.node(term.node)]) }
    }
    wholePlan = try ExecutionPlan(whole.network, instructionSet: instructionSet, purpose: .differentiation)
    // A network that takes any size sees the padding as well, as in lucid; another sees it where a view goes beyond.
    let transforms = owner.configuration.transforms
    let wide = Extent(
      height: transforms.naturalSide(extent.height), width: transforms.naturalSide(extent.width))
    if wide != extent, let part = try? NetworkPart(of: owner.network, computing: wanted, extent: wide) {
      self.part = part
      viewExtent = wide
      plan = try ExecutionPlan(part.network, instructionSet: instructionSet, purpose: .differentiation)
    } else {
      owner.configuration.transforms.padding = min(
        transforms.padding, (transforms.jitter + transforms.finalJitter) / 2)
      part = whole
      viewExtent = extent
      plan = wholePlan
    }
    self.owner = owner
    self.objectives = objectives
    self.count = count
    self.views = views
    self.extent = extent
  }

  /// The pictures of each objective. Calls `advance` after each step.
  func pictures(_ advance: @Sendable () async -> Void) async throws -> [[MaximizedPicture]] {
    let configuration = owner.configuration, channels = owner.input.channels
    var ascents = objectives.indices.flatMap { objective in
      (0..<count).map {
        PictureAscent(
          configuration, objective: objective, named: objectives[objective].objective.description, number: $0,
          channels: channels, extent: extent, spectrum: owner.spectrum)
      }
    }
    let buffers = Buffers(plan, configuration, owner.prior, extent: extent, channels: channels)
    let forward = viewExtent == extent ? buffers.forward : ForwardPass(wholePlan)
    for (place, value) in values(of: ascents.map(\.values), forward).enumerated() {
      ascents[place].firstValue = value.value
    }
    for step in 0..<configuration.steps {
      try Task.checkCancellation()
      climb(&ascents, step: step, buffers)
      await advance()
    }
    return finished(ascents, forward)
  }

  /// One worker's buffers.
  private struct Buffers {
    let forward: ForwardPass
    let backward: BackwardPass
    let redirected: BackwardPass
    let pull: PriorPull?

    init(
      _ plan: ExecutionPlan, _ configuration: MaximizationConfiguration, _ prior: PicturePrior?, extent: Extent,
      channels: Int
    ) {
      forward = ForwardPass(plan)
      backward = BackwardPass(GradientPlan(plan))
      redirected = configuration.redirectedSteps > 0 ? BackwardPass(GradientPlan(plan, rule: .redirected)) : backward
      pull = configuration.priorWeight == 0 ? nil : prior.map { PriorPull($0, extent: extent, channels: channels) }
    }
  }

  /// One step of all pictures.
  private func climb(_ ascents: inout [PictureAscent], step: Int, _ buffers: Buffers) {
    let drawn = ascents.map { ascent in (0..<views).map { ascent.view(step: step, number: $0, extent: viewExtent) } }
    var view = [Float](repeating: 0, count: owner.input.channels * viewExtent.area)
    buffers.forward.load(count: ascents.count * views) { lane, buffer in
      drawn[lane / views][lane % views].apply(ascents[lane / views].values, into: &view)
      owner.input.write(view, into: buffer)
    }
    buffers.forward.run()
    let pass = step < owner.configuration.redirectedSteps ? buffers.redirected : buffers.backward
    seed(pass, buffers.forward)
    pass.run()
    let pulls = buffers.pull?.directions(ascents.map(\.values))
    for place in ascents.indices {
      let gradients = (0..<views).map { number in
        owner.input.pullBack(pass.gradient(ofNode: 0, lane: place * views + number))
      }
      ascents[place].climb(step: step, views: drawn[place], gradients: gradients, pull: pulls?[place])
    }
  }

  /// Seeds every lane with its objective's gradient, and the diversity of the pictures of each objective.
  private func seed(_ pass: BackwardPass, _ forward: ForwardPass) {
    pass.begin(forward)
    for (objective, own) in objectives.enumerated() {
      let lanes = objective * count * views..<(objective + 1) * count * views
      for term in own.resolved.terms {
        let node = part.node(term.node), shape = part.network.shapes[node]
        for lane in lanes {
          let activations = Self.activations(forward, node, shape, lane)
          var gradient = [Float](repeating: 0, count: shape.count)
          term.addGradient(activations, shape, to: &gradient)
          pass.seed(node: node, lane: lane, gradient)
        }
      }
      guard count > 1, owner.configuration.diversityWeight != 0 else { continue }
      let node = part.node(own.resolved.diversityNode), shape = part.network.shapes[node]
      for number in 0..<views {
        let group = (0..<count).map { lanes.lowerBound + $0 * views + number }
        let maps = group.map { Self.activations(forward, node, shape, $0) }
        let diversity = PictureDiversity.score(maps, area: shape.area)
        // As strong as the activations are large: both ask for changes of the same size then.
        let size = maps.joined().reduce(0.0) { $0 + Double($1) * Double($1) } / Double(maps.count)
        let weight = owner.configuration.diversityWeight * Float(size.squareRoot())
        for (lane, gradient) in zip(group, diversity.gradients) {
          pass.seed(node: node, lane: lane, gradient.map { weight * $0 })
        }
      }
    }
  }

  private static func activations(_ pass: ForwardPass, _ node: Int, _ shape: Shape, _ lane: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: shape.count) { buffer, initialized in
      buffer.initialize(repeating: 0)
      pass.copyActivations(ofNode: node, lane: lane, into: buffer)
      initialized = shape.count
    }
  }

  /// The objective at each picture as it is, without views, and the largest value of its unit.
  private func values(of pictures: [[Float]], _ forward: ForwardPass) -> [(value: Double, peak: Double?)] {
    forward.load(count: pictures.count) { lane, buffer in owner.input.write(pictures[lane], into: buffer) }
    forward.run()
    return pictures.indices.map { lane in
      let (objective, resolved) = objectives[lane / count]
      var sum = 0.0, peak: Double?
      for term in resolved.terms {
        let node = part.node(term.node), shape = forward.plan.network.shapes[node]
        let activations = Self.activations(forward, node, shape, lane)
        sum += Double(term.weight) * term.value(activations, shape)
        if let unit = objective.unit {
          let map = activations[unit.channel * shape.area..<(unit.channel + 1) * shape.area]
          peak = map.max().map(Double.init)
        }
      }
      return (sum, peak)
    }
  }

  private func finished(_ ascents: [PictureAscent], _ forward: ForwardPass) -> [[MaximizedPicture]] {
    let images = ascents.map(\.image)
    let values = values(of: images.map(\.picture), forward)
    var pictures = [[MaximizedPicture]](repeating: [], count: objectives.count)
    for (place, ascent) in ascents.enumerated() {
      pictures[ascent.objective].append(
        MaximizedPicture(
          objective: objectives[ascent.objective].objective, number: ascent.number, image: images[place],
          value: values[place].value, firstValue: ascent.firstValue, peak: values[place].peak))
    }
    return pictures
  }
}
