import InputErrors
import Networks
import Tensors

/// Runs a network with changing parameters over a batch of images, forwards and backwards.
///
/// Blocks of eight images run one by one or in parallel; every sum over blocks goes in their order, so that the bits do
/// not depend on the number of workers. Not `Sendable`: one owner.
package final class BatchExecution {
  package let network: Network
  package let layout: ParameterLayout
  package let batchSize: Int
  /// Channels of all batch normalizations: two running moments each.
  package let normalizedChannels: Int

  private let plan: ExecutionPlan
  private let workers: Int
  private let activations: ActivationArena
  private let gradients: ActivationArena
  private let blocks: [BatchBlock]
  private let steps: [any TrainedStep]
  private var active: [BatchBlock] = []
  private var scratch: [Float]

  package init(_ network: Network, batchSize: Int, workers: Int, instructionSet: InstructionSet) throws {
    precondition(batchSize > 0, "a batch holds an image")
    self.network = network
    self.batchSize = batchSize
    self.workers = max(1, workers)
    let layout = ParameterLayout(network)
    let plan = try ExecutionPlan(network, instructionSet: instructionSet, purpose: .training)
    let count = (batchSize + BufferLayout.lanes - 1) / BufferLayout.lanes
    let bytes = plan.layout.byteCount
    guard bytes <= ExecutionPlan.maximumBytes / (2 * count) else {
      throw InputError(
        .data, "a batch of \(batchSize) images is too large",
        expected: "at most \(ExecutionPlan.maximumBytes >> 30) GiB", found: "\(2 * count * bytes >> 20) MiB")
    }
    let activations = ActivationArena(byteCount: bytes * count), gradients = ActivationArena(byteCount: bytes * count)
    self.layout = layout
    self.plan = plan
    self.activations = activations
    self.gradients = gradients
    blocks = (0..<count).map {
      BatchBlock(
        index: $0, plan: plan, activations: activations.base + $0 * bytes, gradients: gradients.base + $0 * bytes)
    }
    steps = TrainedStepBuilder(plan: plan, layout: layout, blockBytes: bytes, blockCount: count).steps()
    normalizedChannels = network.nodes.reduce(0) { sum, node in
      if case .batchNormalization(let layer) = node.layer { return sum + layer.scale.count }
      return sum
    }
    scratch = [Float](repeating: 0, count: network.inputShape.count)
    for (index, node) in network.nodes.enumerated() {
      guard case .constant(let tensor) = node.layer, plan.layout.isStored(index) else { continue }
      for block in blocks {
        for lane in 0..<BufferLayout.lanes {
          plan.layout.place(index).write(tensor.values, lane: lane, in: block.step.base)
        }
      }
    }
  }

  // MARK: Forward

  /// Runs a batch and returns its logits, `[count][classes]`.
  ///
  /// - Parameters:
  ///   - running: for each batch normalization in node order its running means, then variances; nil to normalize by the
  ///     batch's own moments.
  package func forward(
    count: Int, parameters: [Float], running: [Float]?,
    fill: (_ image: Int, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) rethrows -> [Float] {
    precondition((1...batchSize).contains(count), "a batch holds one image at least, and no more than its size")
    precondition(parameters.count == layout.count, "a value for each parameter")
    let lanes = BufferLayout.lanes
    active = Array(blocks[..<((count + lanes - 1) / lanes)])
    for block in active {
      let images = min(lanes, count - block.index * lanes)
      block.begin(count: images)
      for lane in 0..<lanes {
        try scratch.withUnsafeMutableBufferPointer { buffer in
          if lane < images { try fill(block.index * lanes + lane, buffer) } else { buffer.update(repeating: 0) }
        }
        plan.layout.place(0).write(scratch, lane: lane, in: block.step.base)
      }
    }
    parameters.withUnsafeBufferPointer { values in
      guard let values = values.baseAddress else { return }
      for step in steps { step.prepare(values) }
    }
    var moment = 0
    for segment in segments {
      if let normalization = steps[segment.lowerBound] as? TrainedNormalization, normalization.isBatchNormalization {
        let channels = normalization.adjoint.output.shape.channels
        if let running {
          normalization.use(
            mean: running[moment..<moment + channels], variance: running[moment + channels..<moment + 2 * channels])
        } else {
          normalization.useMoments(of: active) { each($0) }
        }
        moment += 2 * channels
      }
      each { block in
        for index in segment { steps[index].forward(block) }
      }
    }
    return logits(count)
  }

  /// Means and unbiased variances of the last training batch, laid out as the running moments.
  package var batchMoments: [Float] {
    steps.flatMap { step -> [Float] in
      guard let moments = (step as? TrainedNormalization)?.batchMoments else { return [] }
      return moments.mean + moments.variance
    }
  }

  private func logits(_ count: Int) -> [Float] {
    let place = plan.layout.place(network.logits), classes = network.classCount
    var logits = [Float](repeating: 0, count: count * classes)
    for image in 0..<count {
      let values = place.read(lane: image % BufferLayout.lanes, in: blocks[image / BufferLayout.lanes].step.base)
      logits.replaceSubrange(image * classes..<(image + 1) * classes, with: values)
    }
    return logits
  }

  /// Runs of steps that a block can do without waiting for the others: each begins with a batch normalization.
  private var segments: [Range<Int>] {
    var starts = [0]
    for (index, step) in steps.enumerated() where index > 0 {
      if let normalization = step as? TrainedNormalization, normalization.isBatchNormalization { starts.append(index) }
    }
    starts.append(steps.count)
    return zip(starts, starts.dropFirst()).map { $0..<$1 }
  }

  // MARK: Backward

  /// The gradient of every parameter for the last batch.
  ///
  /// - Parameter logitGradients: `[count][classes]`.
  package func backward(_ logitGradients: [Float]) -> [Float] {
    let classes = network.classCount, lanes = BufferLayout.lanes
    let place = plan.layout.place(network.logits)
    for block in active {
      block.gradient.gradients.forget()
      block.gradient.gradients.complete(place)
      for lane in 0..<lanes where block.lanes[lane] == 1 {
        let image = block.index * lanes + lane
        place.write(logitGradients[image * classes..<(image + 1) * classes], lane: lane, in: block.gradient.base)
      }
    }
    // Normalizations wait for the gradients of all blocks; whatever lies between them does not.
    var index = steps.count - 1
    while index >= 0 {
      if let normalization = steps[index] as? TrainedNormalization {
        guard active[0].gradient.gradients.isReached(normalization.adjoint.output) else {
          index -= 1
          continue
        }
        each { self.passActivation(normalization, $0) }
        normalization.sumGradients(of: active) { each($0) }
        each { normalization.backward($0) }
        index -= 1
        continue
      }
      let last = index
      while index >= 0, !(steps[index] is TrainedNormalization) { index -= 1 }
      let run = index + 1...last
      each { block in
        for step in run.reversed() where block.gradient.gradients.isReached(self.steps[step].adjoint.output) {
          self.passActivation(self.steps[step], block)
          self.steps[step].backward(block)
        }
      }
    }
    return parameterGradients()
  }

  private func passActivation(_ step: any TrainedStep, _ block: BatchBlock) {
    block.gradient.gradients.complete(step.adjoint.output)
    if step is TrainedSlopes { return }
    step.adjoint.passActivation(block.gradient, lanes: nil)
  }

  private func parameterGradients() -> [Float] {
    let memory = BatchMemory(
      instructions: plan.instructionSet.code, activations: activations.base, gradients: gradients.base,
      blockBytes: plan.layout.byteCount, blocks: active)
    var tasks: [(step: any TrainedStep, task: Int)] = []
    for step in steps where active[0].gradient.gradients.isReached(step.adjoint.output) {
      for task in 0..<step.gradientTaskCount { tasks.append((step, task)) }
    }
    var result = [Float](repeating: 0, count: layout.count)
    result.withUnsafeMutableBufferPointer { values in
      guard let values = values.baseAddress else { return }
      parallel(tasks.count) { tasks[$0].step.addGradients(task: tasks[$0].task, memory, values) }
    }
    return result
  }

  // MARK: Workers

  private func each(_ body: (BatchBlock) -> Void) {
    parallel(active.count) { body(active[$0]) }
  }

  /// Every task writes places of its own.
  private func parallel(_ count: Int, _ body: (Int) -> Void) {
    WorkSharing.run(workers: workers, count: count, body)
  }
}

extension MapPlace {
  /// Writes one image's elements, in row-major order of channels, rows and columns.
  func write(_ values: some RandomAccessCollection<Float>, lane: Int, in base: UnsafeMutableRawPointer) {
    var index = values.startIndex
    for channel in 0..<shape.channels {
      for row in 0..<shape.height {
        for column in 0..<shape.width {
          pixel(base, row, column)[channel * BufferLayout.lanes + lane] = values[index]
          index = values.index(after: index)
        }
      }
    }
  }

  /// One image's elements, in row-major order of channels, rows and columns.
  func read(lane: Int, in base: UnsafeMutableRawPointer) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(shape.count)
    for channel in 0..<shape.channels {
      for row in 0..<shape.height {
        for column in 0..<shape.width {
          values.append(pixel(base, row, column)[channel * BufferLayout.lanes + lane])
        }
      }
    }
    return values
  }
}
