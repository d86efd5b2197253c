import CKernels
import Networks
import Tensors

/// One worker's buffers for a block of eight images, and the forward passes that run in them.
///
/// A pass computes only what changed since the last one, channel by channel, and leaves out what is constant: a removed
/// unit is never computed, and what reads it takes its contribution from a bias. Every bit of the result depends on the
/// images and the removed units alone, not on the passes before. Not `Sendable`: one worker owns it.
public final class ForwardPass {
  public let plan: ExecutionPlan
  /// Multiplications with an addition done so far, over all images.
  public private(set) var multiplyAdds: UInt64 = 0
  /// Images loaded, at most ``ExecutionPlan/laneCount``; the other lanes hold zeros.
  public private(set) var imageCount = 0

  /// The activations, and where those arguments and replaced values lie that gradients need, laid out alike.
  var base: UnsafeMutableRawPointer { arena.base }
  var arguments: UnsafeMutableRawPointer? { argumentArena?.base }
  var kept: UnsafeMutableRawPointer? { keptArena?.base }

  private let arena: ActivationArena
  private let argumentArena: ActivationArena?
  private let keptArena: ActivationArena?
  private let states: ChannelStates
  private let list: UnsafeMutablePointer<Int32>
  private let addedList: UnsafeMutablePointer<Int32>
  private let kernelScratch: ActivationArena
  private let selections: [[ConvolutionSelection]]
  /// For each unit, a bit for each image lane in which the last pass removed it.
  private(set) var removed: [UInt8]
  private let nothingRemoved: [UInt8]
  /// Whether passes may add differences to kept sums, where the plan keeps them. Set it before a load.
  public var usesDeltas = true
  /// True until the first pass over newly loaded images, in which everything is computed.
  private var isFresh = true
  private var scratch: [Float]

  /// - Parameter keepingReplaced: true to compute replaced units too and keep their values aside, which first-order
  ///   marginals need; then every pass is a full one.
  public init(_ plan: ExecutionPlan, keepingReplaced: Bool = false) {
    self.plan = plan
    arena = ActivationArena(byteCount: plan.bytesPerBlock)
    argumentArena = plan.keepsArguments ? ActivationArena(byteCount: plan.bytesPerBlock) : nil
    keptArena = keepingReplaced ? ActivationArena(byteCount: plan.bytesPerBlock) : nil
    let base = arena.base
    states = ChannelStates(
      count: plan.layout.channelCount,
      recorders: plan.layout.deltas.recorded.map {
        ChangeRecorder($0, base: base, instructions: plan.instructionSet.code)
      })
    list = .allocate(capacity: max(1, plan.network.shapes.map(\.channels).max() ?? 1))
    addedList = .allocate(capacity: max(1, plan.network.shapes.map(\.channels).max() ?? 1))
    kernelScratch = ActivationArena(byteCount: plan.scratchByteCount)
    selections = plan.steps.map { step in
      guard case .convolution(let convolution) = step.work else { return [] }
      return (0..<convolution.groups).map { _ in ConvolutionSelection(convolution) }
    }
    nothingRemoved = [UInt8](repeating: 0, count: plan.unitCount)
    removed = nothingRemoved
    scratch = [Float](repeating: 0, count: plan.network.inputShape.count)
    for (index, node) in plan.network.nodes.enumerated() {
      guard case .constant(let tensor) = node.layer, plan.layout.isStored(index) else { continue }
      for lane in 0..<ExecutionPlan.laneCount {
        tensor.values.withUnsafeBufferPointer { write($0, to: plan.layout.place(index), lane: lane) }
      }
    }
  }

  deinit {
    list.deallocate()
    addedList.deallocate()
  }

  /// Puts images into the block and forgets what the passes before removed.
  ///
  /// - Parameters:
  ///   - count: 1 to 8 images.
  ///   - fill: called once an image with its lane and a buffer of the input's `[channels, height, width]` elements.
  public func load(count: Int, fill: (_ lane: Int, UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    precondition((1...ExecutionPlan.laneCount).contains(count), "a block holds one to eight images")
    let place = plan.layout.place(0)
    imageCount = count
    invalidate()
    for lane in 0..<ExecutionPlan.laneCount {
      try scratch.withUnsafeMutableBufferPointer { buffer in
        if lane < count { try fill(lane, buffer) } else { buffer.update(repeating: 0) }
      }
      scratch.withUnsafeBufferPointer { write($0, to: place, lane: lane) }
    }
  }

  /// Forgets all results, so that the next pass over the same images is a full one.
  public func invalidate() {
    isFresh = true
    removed = nothingRemoved
    states.forget()
  }

  /// Runs the network with some units replaced.
  ///
  /// - Parameters:
  ///   - masks: for each unit, a bit for each image lane (lane 0 the lowest) in which it is removed; nil removes none.
  ///   - replacement: what removed units become; the same for all passes over the same loaded images.
  ///   - donor: a pass of the same plan that ran unablated over the donor images; for ``Replacement/donor`` alone.
  /// - Complexity: the multiply-adds of what changed; no allocation beyond the first passes.
  public func run(
    removing masks: [UInt8]? = nil, replacement: Replacement = .constants([]), donor: ForwardPass? = nil
  ) {
    run(removing: masks, replacement: replacement, donor: donor, through: nil)
  }

  /// Runs the network up to a node, with nothing replaced: what lies behind it is not computed, and must not be read.
  ///
  /// A later pass over the same images is a full one.
  /// - Complexity: the multiply-adds of the nodes up to it.
  public func run(through last: Int) {
    invalidate()
    run(removing: nil, replacement: .constants([]), donor: nil, through: last)
    invalidate()
  }

  private func run(removing masks: [UInt8]?, replacement: Replacement, donor: ForwardPass?, through last: Int?) {
    let masks = masks ?? nothingRemoved
    precondition(masks.count == plan.unitCount, "a mask for each unit")
    precondition(imageCount > 0, "images are loaded before a pass")
    if keptArena != nil { invalidate() }
    if !isFresh { states.settle() }
    isFresh = false
    let context = StepContext(
      base: arena.base, instructions: plan.instructionSet.code, states: states, list: list, addedList: addedList,
      usesDeltas: usesDeltas && plan.purpose == .incremental,
      scratch: kernelScratch.base.assumingMemoryBound(to: Float.self), arguments: arguments)
    for (index, step) in plan.steps.enumerated() {
      if let last, step.node > last { break }
      guard let siteIndex = step.site else {
        _ = step.run(context, UnitRequest(masks: nil, removedBefore: nil), selections[index])
        continue
      }
      let first = plan.sites[siteIndex].firstUnit
      let work = masks.withUnsafeBufferPointer { masks in
        removed.withUnsafeBufferPointer { removed in
          let request = UnitRequest(
            masks: keptArena == nil ? masks.baseAddress.map { $0 + first } : nil,
            removedBefore: removed.baseAddress.map { $0 + first })
          return step.run(context, request, selections[index])
        }
      }
      multiplyAdds += UInt64(work * imageCount)
      replace(siteIndex, masks, replacement, donor, context)
    }
  }

  /// Writes the replacements of a site: where the step has just written, and what is newly removed.
  private func replace(
    _ siteIndex: Int, _ masks: [UInt8], _ replacement: Replacement, _ donor: ForwardPass?, _ context: StepContext
  ) {
    let site = plan.sites[siteIndex]
    for unit in site.units {
      let mask = masks[unit]
      let channel = unit - site.firstUnit, place = site.place.firstChannel + channel
      let lanes = states.changed[place] ? mask : mask & ~removed[unit]
      removed[unit] = mask
      guard lanes != 0 else { continue }
      if let kept { keep(site, channel, in: kept) }
      switch replacement {
      case .constants(let values):
        if mask == 0xff {
          if states.setConstant(place, values[unit]) { context.fill(site.place, channel: channel, value: values[unit]) }
        } else {
          states.setLive(place)
          fill(site, channel, lanes, values[unit])
        }
      case .maps(let maps):
        states.setLive(place)
        fill(site, channel, lanes, map: maps[siteIndex])
      case .donor:
        guard let donor else { preconditionFailure("a donor pass for the donor replacement") }
        states.setLive(place)
        copy(site, channel, lanes, from: donor)
      }
    }
  }

  /// Copies a unit's computed values aside before they are replaced.
  private func keep(_ site: UnitSite, _ channel: Int, in kept: UnsafeMutableRawPointer) {
    for row in 0..<site.shape.height {
      for column in 0..<site.shape.width {
        let offset =
          site.place.start + site.place.offset(row: row, column: column) + channel * BufferLayout.vectorStride
        (kept + offset).copyMemory(from: arena.base + offset, byteCount: BufferLayout.vectorStride)
      }
    }
  }

  private func target(_ site: UnitSite, _ channel: Int) -> ns_map {
    var target = site.place.map(arena.base)
    target.base += channel * ExecutionPlan.laneCount
    return target
  }

  private func fill(_ site: UnitSite, _ channel: Int, _ lanes: UInt8, _ value: Float) {
    var target = target(site, channel)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: ExecutionPlan.laneCount) { vector in
      vector.initialize(repeating: value)
      ns_fill(
        plan.instructionSet.code, &target, Int64(site.shape.height), Int64(site.shape.width), vector.baseAddress, 0,
        UInt32(lanes))
    }
  }

  private func fill(_ site: UnitSite, _ channel: Int, _ lanes: UInt8, map: [Float]) {
    var target = target(site, channel)
    let area = site.shape.area, width = ExecutionPlan.laneCount
    map.withUnsafeBufferPointer { map in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: area * width) { vectors in
        for position in 0..<area {
          for lane in 0..<width { vectors[position * width + lane] = map[channel * area + position] }
        }
        ns_fill(
          plan.instructionSet.code, &target, Int64(site.shape.height), Int64(site.shape.width), vectors.baseAddress,
          Int64(width), UInt32(lanes))
      }
    }
  }

  private func copy(_ site: UnitSite, _ channel: Int, _ lanes: UInt8, from donor: ForwardPass) {
    precondition(donor.plan.unitCount == plan.unitCount, "a donor of the same plan")
    let target = target(site, channel)
    let source = UnsafeRawPointer(site.place.pointer(donor.arena.base) + channel * ExecutionPlan.laneCount)
    for row in 0..<site.shape.height {
      for column in 0..<site.shape.width {
        let offset = site.place.offset(row: row, column: column)
        var pixel = target
        pixel.base = (UnsafeMutableRawPointer(target.base) + offset).assumingMemoryBound(to: Float.self)
        ns_fill(
          plan.instructionSet.code, &pixel, 1, 1, (source + offset).assumingMemoryBound(to: Float.self), 0,
          UInt32(lanes))
      }
    }
  }

  // MARK: Results

  /// Copies the logits of one image, one value a class.
  public func copyLogits(lane: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    copyActivations(ofNode: plan.network.logits, lane: lane, into: buffer)
  }

  /// Copies the activations of a stored node for one image, in row-major order of channels, rows and columns.
  public func copyActivations(ofNode node: Int, lane: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    precondition(plan.isStored(node: node), "the node's activations are fused into a later node's")
    read(plan.layout.place(node), lane: lane, into: buffer)
  }

  /// Copies a site's activations for one image, in row-major order of channels, rows and columns.
  public func copyActivations(of site: UnitSite, lane: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    read(site.place, lane: lane, into: buffer)
  }

  /// The sum over the loaded images of a site's activations at each position, in row-major order of channels, rows and
  /// columns; lanes are added in order.
  public func activationSums(of site: UnitSite) -> [Double] {
    let shape = site.shape, width = ExecutionPlan.laneCount
    let base = site.place.pointer(arena.base)
    var sums = [Double](repeating: 0, count: shape.count)
    for row in 0..<shape.height {
      for column in 0..<shape.width {
        let pixel = base + site.place.offset(row: row, column: column) / MemoryLayout<Float>.stride
        for channel in 0..<shape.channels {
          var sum = 0.0
          for lane in 0..<imageCount { sum += Double(pixel[channel * width + lane]) }
          sums[(channel * shape.height + row) * shape.width + column] = sum
        }
      }
    }
    return sums
  }

  private func read(_ place: MapPlace, lane: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    place.read(arena.base, lane: lane, into: buffer)
  }

  private func write(_ values: UnsafeBufferPointer<Float>, to place: MapPlace, lane: Int) {
    place.write(values, arena.base, lane: lane)
  }
}
