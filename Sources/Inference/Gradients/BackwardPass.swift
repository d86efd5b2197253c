import CKernels
import Networks
import Tensors

/// One worker's gradients for a block of eight images, and the backward passes that run in them.
///
/// A pass is: ``begin(_:)`` on a forward pass that has run, seeds (gradients of what is differentiated, which add up),
/// then ``run(marginals:donor:)``. A replaced unit passes nothing on to its inputs; the gradient at its own output is
/// there all the same. Not `Sendable`: one worker owns it.
public final class BackwardPass {
  public let gradientPlan: GradientPlan
  /// ∂f/∂z of each unit and image, `[image][unit]`: Σ over positions of the gradient at the unit's output times the
  /// unit's activation less its replacement; z is 1 where the unit is present and 0 where it is replaced.
  public private(set) var marginals: [Float] = []

  private let buffers: GradientBuffers
  private let allChannels: UnsafeMutablePointer<Int32>
  private var lanes: [Float] = []
  private var sums: [Float] = []
  private var forward: ForwardPass?

  private var plan: ExecutionPlan { gradientPlan.plan }

  public init(_ gradientPlan: GradientPlan) {
    self.gradientPlan = gradientPlan
    buffers = GradientBuffers(
      byteCount: gradientPlan.byteCount, channelCount: gradientPlan.plan.layout.channelCount)
    let channels = max(1, gradientPlan.plan.network.shapes.map(\.channels).max() ?? 1)
    allChannels = .allocate(capacity: channels)
    for channel in 0..<channels { allChannels[channel] = Int32(channel) }
  }

  deinit { allChannels.deallocate() }

  /// Starts a pass on the activations of a forward pass, which must not run again before this one has.
  public func begin(_ forward: ForwardPass) {
    precondition(forward.plan.layout.byteCount == plan.layout.byteCount, "a forward pass of the same plan")
    precondition(forward.plan.purpose == .differentiation, "a plan made for differentiation")
    self.forward = forward
    buffers.forget()
  }

  /// Adds a gradient at a stored node for one image.
  ///
  /// - Parameter values: in row-major order of channels, rows and columns.
  public func seed(node: Int, lane: Int, _ values: UnsafeBufferPointer<Float>) {
    precondition(plan.isStored(node: node), "the node's activations are fused into a later node's")
    precondition(values.count == plan.network.shapes[node].count, "a value for each element")
    precondition((0..<ExecutionPlan.laneCount).contains(lane), "one of eight images")
    let place = plan.layout.place(node), shape = place.shape
    buffers.complete(place)
    for row in 0..<shape.height {
      for column in 0..<shape.width {
        let pixel = place.pixel(buffers.base, row, column) + lane
        for channel in 0..<shape.channels {
          pixel[channel * BufferLayout.lanes] += values[(channel * shape.height + row) * shape.width + column]
        }
      }
    }
  }

  /// Adds a gradient at a stored node for one image.
  public func seed(node: Int, lane: Int, _ values: [Float]) {
    values.withUnsafeBufferPointer { seed(node: node, lane: lane, $0) }
  }

  /// Adds a direction at a stored node, one value a channel at every position, for all loaded images: the gradient of
  /// the dot product of the direction and the activations summed over positions.
  public func seed(node: Int, direction: [Float], weight: Float = 1) {
    let shape = plan.network.shapes[node]
    precondition(direction.count == shape.channels, "a value for each channel")
    let values = direction.flatMap { [Float](repeating: weight * $0, count: shape.area) }
    for lane in 0..<(forward?.imageCount ?? 0) { seed(node: node, lane: lane, values) }
  }

  /// Adds the gradient of an objective of one image's logits.
  public func seed(_ objective: Objective, label: Int, lane: Int, weight: Float = 1) {
    guard let forward else { preconditionFailure("a pass begins before its seeds") }
    let count = plan.network.classCount
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * count) { buffer in
      buffer.initialize(repeating: 0)
      let logits = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
      let gradient = UnsafeMutableBufferPointer(rebasing: buffer[count...])
      forward.copyLogits(lane: lane, into: logits)
      objective.addGradient(logits: UnsafeBufferPointer(logits), label: label, weight: weight, to: gradient)
      seed(node: plan.network.logits, lane: lane, UnsafeBufferPointer(gradient))
    }
  }

  /// Carries the seeds back to the nodes of the plan.
  ///
  /// - Parameters:
  ///   - replacement: what units are replaced by, for ``marginals``; wanted where the gradient plan has marginals. The
  ///     forward pass must keep what it replaced.
  ///   - donor: the donor pass, for ``Replacement/donor`` alone.
  /// - Complexity: about one forward pass; nothing is skipped because units are replaced.
  public func run(marginals replacement: Replacement? = nil, donor: ForwardPass? = nil) {
    guard let forward else { preconditionFailure("a pass begins before it runs") }
    precondition(!gradientPlan.hasMarginals || replacement != nil, "marginals need the replacement")
    let context = GradientContext(
      instructions: plan.instructionSet.code, activations: forward.base, arguments: forward.arguments,
      gradients: buffers, allChannels: allChannels)
    if gradientPlan.hasMarginals {
      marginals = [Float](repeating: 0, count: forward.imageCount * plan.unitCount)
    }
    for adjoint in gradientPlan.adjoints.reversed() where buffers.isReached(adjoint.output) {
      buffers.complete(adjoint.output)
      let hasReplaced = adjoint.site.map { prepareLanes($0, forward) } ?? false
      lanes.withUnsafeBufferPointer { lanes in
        let lanes = hasReplaced ? lanes.baseAddress : nil
        if gradientPlan.hasMarginals, let site = adjoint.site, let replacement {
          project(site, replacement, forward, donor, lanes)
        }
        adjoint.passActivation(context, lanes: lanes)
      }
      adjoint.passToInputs(context)
    }
  }

  /// Lane masks of a site's channels; false when no unit of it was replaced.
  private func prepareLanes(_ index: Int, _ forward: ForwardPass) -> Bool {
    let site = plan.sites[index]
    guard site.units.contains(where: { forward.removed[$0] != 0 }) else { return false }
    lanes.removeAll(keepingCapacity: true)
    for unit in site.units {
      let mask = forward.removed[unit]
      for lane in 0..<BufferLayout.lanes {
        lanes.append(Float(bitPattern: mask >> lane & 1 == 1 ? 0 : .max))
      }
    }
    return true
  }

  private func project(
    _ index: Int, _ replacement: Replacement, _ forward: ForwardPass, _ donor: ForwardPass?,
    _ lanes: UnsafePointer<Float>?
  ) {
    let site = plan.sites[index], width = BufferLayout.lanes
    precondition(lanes == nil || forward.kept != nil, "marginals of replaced units need a pass that keeps them")
    sums.removeAll(keepingCapacity: true)
    for _ in 0..<site.channelCount * width { sums.append(0) }
    site.withMeans(index, replacement, donor) { mean in
      var mean = mean
      var gradient = site.place.map(buffers.base), value = site.place.map(forward.base)
      var kept = site.place.map(forward.kept ?? forward.base)
      sums.withUnsafeMutableBufferPointer { sums in
        ns_project(
          plan.instructionSet.code, &gradient, &value, &kept, &mean, lanes, Int64(site.shape.height),
          Int64(site.shape.width), Int64(site.channelCount), sums.baseAddress)
      }
    }
    for lane in 0..<forward.imageCount {
      for channel in 0..<site.channelCount {
        marginals[lane * plan.unitCount + site.firstUnit + channel] = sums[channel * width + lane]
      }
    }
  }

  // MARK: Results

  /// Copies the gradient at one of the plan's nodes for one image, in row-major order of channels, rows and columns;
  /// zero where no seed depends on it.
  public func copyGradient(ofNode node: Int, lane: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    precondition(gradientPlan.nodes.contains(node), "the plan keeps the gradients that it was asked for")
    let (place, scale) = gradientPlan.result(node)
    precondition(buffer.count >= place.shape.count, "room for every element")
    guard buffers.isReached(place) else { return buffer.update(repeating: 0) }
    buffers.complete(place)
    place.read(buffers.base, lane: lane, factors: scale, into: buffer)
  }

  /// The gradient at one of the plan's nodes for one image.
  public func gradient(ofNode node: Int, lane: Int) -> [Float] {
    let count = plan.network.shapes[node].count
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      buffer.initialize(repeating: 0)
      copyGradient(ofNode: node, lane: lane, into: buffer)
      initialized = count
    }
  }
}

extension UnitSite {
  /// The values that units are replaced by, as a map with strides.
  fileprivate func withMeans(
    _ index: Int, _ replacement: Replacement, _ donor: ForwardPass?, _ body: (ns_map) -> Void
  ) {
    let lanes = BufferLayout.lanes, area = shape.area, channels = channelCount
    switch replacement {
    case .constants(let values):
      withUnsafeTemporaryAllocation(of: Float.self, capacity: channels * lanes) { buffer in
        for place in 0..<channels * lanes { buffer[place] = values[firstUnit + place / lanes] }
        guard let base = buffer.baseAddress else { return }
        body(ns_map(base: base, row_stride: 0, pixel_stride: 0, channel_stride: Int64(BufferLayout.vectorStride)))
      }
    case .maps(let maps):
      let pixel = channels * lanes
      withUnsafeTemporaryAllocation(of: Float.self, capacity: area * pixel) { buffer in
        for position in 0..<area {
          for place in 0..<pixel { buffer[position * pixel + place] = maps[index][place / lanes * area + position] }
        }
        guard let base = buffer.baseAddress else { return }
        let stride = pixel * MemoryLayout<Float>.stride
        body(
          ns_map(
            base: base, row_stride: Int64(stride * shape.width), pixel_stride: Int64(stride),
            channel_stride: Int64(BufferLayout.vectorStride)))
      }
    case .donor:
      guard let donor else { preconditionFailure("a donor pass for the donor replacement") }
      body(place.map(donor.base))
    }
  }
}
