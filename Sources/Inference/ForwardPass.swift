import CKernels
import Networks
import Tensors

/// One worker's buffers for a block of eight images, and the forward passes that run in them.
///
/// A pass recomputes only what changed since the last one: a step runs when a step that it reads has a new result, or
/// when a unit of its own was removed before and is back. Results are the same bits as those of a full pass. Not
/// `Sendable`: one worker owns it.
public final class ForwardPass {
  public let plan: ExecutionPlan
  /// Multiplications with an addition done so far, over all images.
  public private(set) var multiplyAdds: UInt64 = 0
  /// Images loaded, at most ``ExecutionPlan/laneCount``; the other lanes hold zeros.
  public private(set) var imageCount = 0

  private let arena: ActivationArena
  /// For each unit, a bit for each image lane in which it is removed.
  private var removed: [UInt8]
  /// True for steps whose result differs from that of the pass before.
  private var changed: [Bool]
  private var inputChanged = true
  private var scratch: [Float]

  public init(_ plan: ExecutionPlan) {
    self.plan = plan
    arena = ActivationArena(byteCount: plan.bytesPerBlock)
    removed = [UInt8](repeating: 0, count: plan.unitCount)
    changed = [Bool](repeating: false, count: plan.steps.count)
    scratch = [Float](repeating: 0, count: plan.network.inputShape.count)
    for (index, node) in plan.network.nodes.enumerated() {
      guard case .constant(let tensor) = node.layer, plan.layout.isStored(index) else { continue }
      for lane in 0..<ExecutionPlan.laneCount {
        tensor.values.withUnsafeBufferPointer { write($0, to: plan.layout.place(index), lane: lane) }
      }
    }
  }

  /// Puts images into the block.
  ///
  /// - Parameters:
  ///   - count: 1 to 8 images.
  ///   - fill: called once an image with its lane and a buffer of the input's `[channels, height, width]` elements.
  public func load(count: Int, fill: (_ lane: Int, UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    precondition((1...ExecutionPlan.laneCount).contains(count), "a block holds one to eight images")
    let place = plan.layout.place(0)
    imageCount = count
    inputChanged = true
    for lane in 0..<ExecutionPlan.laneCount {
      try scratch.withUnsafeMutableBufferPointer { buffer in
        if lane < count { try fill(lane, buffer) } else { buffer.update(repeating: 0) }
      }
      scratch.withUnsafeBufferPointer { write($0, to: place, lane: lane) }
    }
  }

  /// Runs the network with some units replaced.
  ///
  /// - Parameters:
  ///   - masks: for each unit, a bit for each image lane (lane 0 the lowest) in which it is removed; nil removes none.
  ///   - replacement: what removed units become; it must not change between passes over the same images unless no unit
  ///     stays removed.
  ///   - donor: a pass of the same plan that ran unablated over the donor images; for ``Replacement/donor`` alone.
  /// - Complexity: the multiply-adds of the steps whose inputs changed; no allocation.
  public func run(
    removing masks: [UInt8]? = nil, replacement: Replacement = .constants([]), donor: ForwardPass? = nil
  ) {
    precondition(masks == nil || masks?.count == plan.unitCount, "a mask for each unit")
    precondition(imageCount > 0, "images are loaded before a pass")
    for (index, step) in plan.steps.enumerated() {
      var runs = inputChanged && step.readsInput
      for dependency in step.dependencies where changed[dependency] { runs = true }
      let site = step.site.map { plan.sites[$0] }
      if inputChanged, !runs, step.dependencies.isEmpty { runs = true }
      if !runs, let site, isRestored(site, masks) { runs = true }
      if runs {
        step.run(arena.base, plan.instructionSet.code)
        multiplyAdds += UInt64(step.multiplyAdds * imageCount)
      }
      changed[index] = runs
      if let site, let siteIndex = step.site {
        if replace(site, siteIndex, masks, all: runs, replacement, donor) { changed[index] = true }
      }
    }
    inputChanged = false
  }

  /// True when a lane of a removed unit is back, so that its activations must be computed again.
  private func isRestored(_ site: UnitSite, _ masks: [UInt8]?) -> Bool {
    for unit in site.units where removed[unit] & ~(masks?[unit] ?? 0) != 0 { return true }
    return false
  }

  /// Writes the replacements of a site; only those newly removed unless the step has just run.
  private func replace(
    _ site: UnitSite, _ siteIndex: Int, _ masks: [UInt8]?, all: Bool, _ replacement: Replacement, _ donor: ForwardPass?
  ) -> Bool {
    var wrote = false
    for unit in site.units {
      let mask = masks?[unit] ?? 0
      let lanes = all ? mask : mask & ~removed[unit]
      removed[unit] = mask
      guard lanes != 0 else { continue }
      wrote = true
      write(replacement, site, siteIndex, unit - site.firstUnit, lanes, donor)
    }
    return wrote
  }

  private func write(
    _ replacement: Replacement, _ site: UnitSite, _ siteIndex: Int, _ channel: Int, _ lanes: UInt8,
    _ donor: ForwardPass?
  ) {
    let lanesBits = UInt32(lanes), instructions = plan.instructionSet.code
    let rows = Int64(site.shape.height), columns = Int64(site.shape.width)
    let width = ExecutionPlan.laneCount
    var target = site.place.map(arena.base)
    target.base += channel * width
    switch replacement {
    case .constants(let values):
      withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { vector in
        vector.initialize(repeating: values[site.firstUnit + channel])
        ns_fill(instructions, &target, rows, columns, vector.baseAddress, 0, lanesBits)
      }
    case .maps(let maps):
      let area = site.shape.area
      maps[siteIndex].withUnsafeBufferPointer { map in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: area * width) { vectors in
          for position in 0..<area {
            for lane in 0..<width { vectors[position * width + lane] = map[channel * area + position] }
          }
          ns_fill(instructions, &target, rows, columns, vectors.baseAddress, Int64(width), lanesBits)
        }
      }
    case .donor:
      guard let donor else { preconditionFailure("a donor pass for the donor replacement") }
      precondition(donor.plan.unitCount == plan.unitCount, "a donor of the same plan")
      let source = UnsafeRawPointer(site.place.pointer(donor.arena.base) + channel * width)
      for row in 0..<site.shape.height {
        for column in 0..<site.shape.width {
          let offset = site.place.offset(row: row, column: column)
          var pixel = target
          pixel.base = (UnsafeMutableRawPointer(target.base) + offset).assumingMemoryBound(to: Float.self)
          ns_fill(
            instructions, &pixel, 1, 1, (source + offset).assumingMemoryBound(to: Float.self), 0, lanesBits)
        }
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
    precondition(buffer.count >= place.shape.count, "room for every element")
    let base = place.pointer(arena.base) + lane
    let shape = place.shape
    for row in 0..<shape.height {
      for column in 0..<shape.width {
        let pixel = base + place.offset(row: row, column: column) / MemoryLayout<Float>.stride
        for channel in 0..<shape.channels {
          buffer[(channel * shape.height + row) * shape.width + column] = pixel[channel * ExecutionPlan.laneCount]
        }
      }
    }
  }

  private func write(_ values: UnsafeBufferPointer<Float>, to place: MapPlace, lane: Int) {
    let base = place.pointer(arena.base) + lane
    let shape = place.shape
    for row in 0..<shape.height {
      for column in 0..<shape.width {
        let pixel = base + place.offset(row: row, column: column) / MemoryLayout<Float>.stride
        for channel in 0..<shape.channels {
          pixel[channel * ExecutionPlan.laneCount] = values[(channel * shape.height + row) * shape.width + column]
        }
      }
    }
  }
}
