import CKernels
import Networks
import Tensors

/// Batch normalization by the batch's own moments or by running ones, or a per-channel affine map with trained
/// factors.
final class TrainedNormalization: TrainedStep {
  let adjoint: StepAdjoint
  /// The batch's mean and unbiased variance after a training pass; nil for affine maps.
  private(set) var batchMoments: (mean: [Float], variance: [Float])?
  /// Epsilon of a batch normalization; nil for an affine map.
  private let epsilon: Double?
  private let input: MapPlace
  private let output: MapPlace
  private let activation: FusedActivation
  private let scale: Range<Int>
  private let shift: Range<Int>
  private let zeros: [Float]
  private var parameters: (scale: [Float], shift: [Float]) = ([], [])
  /// What the pass normalized with: mean and 1 / deviation.
  private var mean: [Double]
  private var inverse: [Double]
  private var factors: [Float] = []
  private var offsets: [Float] = []
  private var isTraining = false
  /// p, q, r of the input gradient p·g + q·x + r.
  private var mixture: (p: [Float], q: [Float], r: [Float]) = ([], [], [])
  private var blockSums: [[Double]] = []
  private var gradients: (scale: [Float], shift: [Float]) = ([], [])

  init(_ step: AffineStep, _ adjoint: StepAdjoint, epsilon: Double?, scale: Range<Int>, shift: Range<Int>) {
    self.adjoint = adjoint
    self.epsilon = epsilon
    (input, output, activation) = (step.input, step.output, step.activation)
    self.scale = scale
    self.shift = shift
    zeros = [Float](repeating: 0, count: scale.count)
    mean = [Double](repeating: 0, count: scale.count)
    inverse = [Double](repeating: 1, count: scale.count)
  }

  var isBatchNormalization: Bool { epsilon != nil }
  private var channels: Int { scale.count }

  func prepare(_ values: UnsafePointer<Float>) {
    parameters.scale = scale.map { values[$0] }
    parameters.shift = shift.map { values[$0] }
    if epsilon == nil { (factors, offsets) = parameters }
  }

  /// Normalizes with running moments.
  func use(mean: ArraySlice<Float>, variance: ArraySlice<Float>) {
    isTraining = false
    self.mean = mean.map(Double.init)
    inverse = variance.map { 1 / (Double($0) + (epsilon ?? 0)).squareRoot() }
    fold()
  }

  /// Normalizes with the moments of the batch, whose blocks all hold the step's input.
  func useMoments(of blocks: [BatchBlock], each: ((BatchBlock) -> Void) -> Void) {
    isTraining = true
    let images = blocks.reduce(0) { $0 + Int($1.lanes.reduce(0, +)) }
    let count = Double(images * input.shape.area)
    sum(blocks, each) { block, sums in
      self.add(Int(ns_sum), of: self.input, in: block.step.base, block, self.zeros, to: &sums)
    }
    mean = totals().map { $0 / count }
    let centre = mean.map(Float.init)
    sum(blocks, each) { block, sums in
      self.add(Int(ns_sum_squares), of: self.input, in: block.step.base, block, centre, to: &sums)
    }
    // The centre was rounded to single precision, which the second moment about it must not notice.
    let squares = zip(totals(), zip(mean, centre)).map { total, means in
      max(0, total - count * (means.0 - Double(means.1)) * (means.0 - Double(means.1)))
    }
    inverse = squares.map { 1 / ($0 / count + (epsilon ?? 0)).squareRoot() }
    batchMoments = (centre, squares.map { Float($0 / max(1, count - 1)) })
    fold()
  }

  private func fold() {
    factors = (0..<channels).map { Float(Double(parameters.scale[$0]) * inverse[$0]) }
    offsets = (0..<channels).map {
      Float(Double(parameters.shift[$0]) - mean[$0] * Double(parameters.scale[$0]) * inverse[$0])
    }
  }

  func forward(_ block: BatchBlock) {
    var x = input.map(block.step.base), y = output.map(block.step.base)
    let channels = block.channels(output)
    factors.withUnsafeBufferPointer { factors in
      offsets.withUnsafeBufferPointer { offsets in
        ns_affine(
          block.step.instructions, &x, &y, Int64(output.shape.height), Int64(output.shape.width), channels,
          factors.baseAddress, offsets.baseAddress, activation.kernel.code)
      }
    }
    activation.finish(output, channels, block.step)
  }

  /// Sums what the gradients of the parameters and of the input need over all blocks.
  func sumGradients(of blocks: [BatchBlock], each: ((BatchBlock) -> Void) -> Void) {
    let centre = mean.map(Float.init)
    sum(blocks, each) { block, sums in
      var gradients = [Double](repeating: 0, count: self.channels)
      self.add(Int(ns_sum_products), of: self.output, in: block.gradient.base, block, centre, to: &sums)
      self.add(Int(ns_sum), of: self.output, in: block.gradient.base, block, self.zeros, to: &gradients)
      sums += gradients
    }
    let total = totals()
    let images = blocks.reduce(0) { $0 + Int($1.lanes.reduce(0, +)) }
    let count = Double(images * input.shape.area)
    mixture = ([], [], [])
    gradients = ([], [])
    for channel in 0..<channels {
      // About the mean itself; the kernel's centre was rounded.
      let sum = total[channels + channel]
      let products = total[channel] - sum * (mean[channel] - Double(centre[channel]))
      let factor = Double(parameters.scale[channel]) * inverse[channel]
      let q = isTraining ? -factor * inverse[channel] * inverse[channel] * products / count : 0
      mixture.p.append(epsilon == nil ? factors[channel] : Float(factor))
      mixture.q.append(Float(q))
      mixture.r.append(isTraining ? Float(-factor * sum / count - q * mean[channel]) : 0)
      gradients.scale.append(Float(products * inverse[channel]))
      gradients.shift.append(Float(sum))
    }
  }

  func backward(_ block: BatchBlock) {
    guard adjoint.wanted[0] else { return }
    let adds = block.gradient.gradients.begin(input, covers: true)
    var g = output.map(block.gradient.base), x = input.map(block.gradient.activations)
    var dx = input.map(block.gradient.base)
    mixture.p.withUnsafeBufferPointer { p in
      mixture.q.withUnsafeBufferPointer { q in
        mixture.r.withUnsafeBufferPointer { r in
          block.lanes.withUnsafeBufferPointer { lanes in
            ns_mix(
              block.gradient.instructions, adds ? 1 : 0, &g, &x, &dx, Int64(input.shape.height),
              Int64(input.shape.width), Int64(channels), p.baseAddress, q.baseAddress, r.baseAddress,
              lanes.baseAddress)
          }
        }
      }
    }
  }

  var gradientTaskCount: Int { 1 }

  func addGradients(task: Int, _ batch: BatchMemory, _ values: UnsafeMutablePointer<Float>) {
    for (index, place) in scale.enumerated() { values[place] += gradients.scale[index] }
    for (index, place) in shift.enumerated() { values[place] += gradients.shift[index] }
  }

  // MARK: Sums over blocks

  private func sum(
    _ blocks: [BatchBlock], _ each: ((BatchBlock) -> Void) -> Void,
    _ body: @escaping (BatchBlock, inout [Double]) -> Void
  ) {
    blockSums = [[Double]](repeating: [], count: blocks.count)
    blockSums.withUnsafeMutableBufferPointer { results in
      each { block in
        var sums = [Double](repeating: 0, count: channels)
        body(block, &sums)
        results[block.index] = sums
      }
    }
  }

  /// In the order of the blocks, for the same bits with any number of workers.
  private func totals() -> [Double] {
    blockSums.dropFirst().reduce(blockSums[0]) { total, part in zip(total, part).map { $0 + $1 } }
  }

  /// Adds one kind of sum of `a`, which lies in `base`, over a block; `b` is always the input.
  private func add(
    _ kind: Int, of a: MapPlace, in base: UnsafeMutableRawPointer, _ block: BatchBlock, _ centre: [Float],
    to sums: inout [Double]
  ) {
    var a = a.map(base), b = input.map(block.step.base)
    sums.withUnsafeMutableBufferPointer { sums in
      centre.withUnsafeBufferPointer { centre in
        block.lanes.withUnsafeBufferPointer { lanes in
          ns_channel_sums(
            block.step.instructions, Int32(kind), &a, &b, Int64(input.shape.height), Int64(input.shape.width),
            Int64(channels), centre.baseAddress, lanes.baseAddress, sums.baseAddress)
        }
      }
    }
  }
}
