import CKernels
import Networks
import Tensors

/// A sum of weighted inputs for each output pixel, by tables: a convolution, or one phase of a convolution's input
/// gradient.
///
/// Weights come in `[group][panel of 4 outputs][step][4]`; ``packing`` says where each stands in the layer's own array.
struct Gathering: Sendable {
  let groups: Int
  /// Bytes from one group's inputs to the next one's, and of its outputs.
  let inputStride: Int
  let outputStride: Int
  let stepOffsets: [Int32]
  let outputs: Int
  /// Padded to whole panels.
  let outputChannels: [Int32]
  let inputOffsets: [Int32]
  let outputOffsets: [Int32]

  var panels: Int { (outputs + 3) / 4 }
  var weightsPerGroup: Int { panels * stepOffsets.count * 4 }
  /// Room for the packed weights, never 0, so that a kernel without products has an address.
  var weightCount: Int { max(4, groups * weightsPerGroup) }

  /// Multiplications with an addition for one image.
  var multiplyAdds: Int { groups * outputs * stepOffsets.count * inputOffsets.count }

  init(
    groups: Int, inputsPerGroup: Int, outputsPerGroup: Int, stepOffsets: [Int32], outputChannels: [Int32],
    inputOffsets: [Int32], outputOffsets: [Int32]
  ) {
    self.groups = groups
    inputStride = inputsPerGroup * BufferLayout.vectorStride
    outputStride = outputsPerGroup * BufferLayout.vectorStride
    self.stepOffsets = stepOffsets
    outputs = outputChannels.count
    var padded = outputChannels
    while padded.count % 4 != 0 { padded.append(padded[padded.count - 1]) }
    self.outputChannels = padded
    self.inputOffsets = inputOffsets
    self.outputOffsets = outputOffsets
  }

  /// Runs over one block of eight images.
  ///
  /// - Parameters:
  ///   - weights: ``weightCount`` packed values.
  ///   - bias: `[group][panel][4]`, or nil.
  ///   - adds: true to add to what the output holds.
  func run(
    _ instructions: Int32, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil, adds: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    activation: ns_activation = FusedActivation.KernelActivation.keep.code
  ) {
    stepOffsets.withUnsafeBufferPointer { steps in
      outputChannels.withUnsafeBufferPointer { channels in
        inputOffsets.withUnsafeBufferPointer { inputs in
          outputOffsets.withUnsafeBufferPointer { targets in
            for group in 0..<groups {
              var plan = ns_gathering(
                steps: Int64(steps.count), step_offsets: steps.baseAddress, outputs: Int64(outputs),
                output_channels: channels.baseAddress, weights: weights + group * weightsPerGroup,
                bias: bias.map { $0 + group * panels * 4 }, accumulates: adds ? 1 : 0, pixels: Int64(inputs.count),
                input_offsets: inputs.baseAddress, output_offsets: targets.baseAddress, activation: activation)
              ns_gather(
                instructions, &plan, input + group * inputStride / MemoryLayout<Float>.stride,
                output + group * outputStride / MemoryLayout<Float>.stride)
            }
          }
        }
      }
    }
  }

  /// For each packed weight its place in the layer's array, −1 for none.
  ///
  /// - Parameter source: the place of the weight that leads from a step to an output within a group.
  func packing(_ source: (_ group: Int, _ output: Int, _ step: Int) -> Int) -> [Int32] {
    var packing = [Int32](repeating: -1, count: weightCount)
    for group in 0..<groups {
      for panel in 0..<panels {
        for step in stepOffsets.indices {
          let start = group * weightsPerGroup + (panel * stepOffsets.count + step) * 4
          for lane in 0..<min(4, outputs - panel * 4) {
            packing[start + lane] = Int32(source(group, panel * 4 + lane, step))
          }
        }
      }
    }
    return packing
  }
}

/// A gathering with the table that packs its weights.
struct PackedGathering: Sendable {
  let gathering: Gathering
  let packing: [Int32]

  /// Packs a layer's weights.
  func pack(_ weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
    packing.withUnsafeBufferPointer { packing in
      for index in packing.indices {
        let source = Int(packing[index])
        packed[index] = source < 0 ? 0 : weights[source]
      }
    }
  }

  func packed(_ weights: [Float]) -> [Float] {
    var packed = [Float](repeating: 0, count: packing.count)
    weights.withUnsafeBufferPointer { source in
      packed.withUnsafeMutableBufferPointer { target in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        pack(source, into: target)
      }
    }
    return packed
  }
}
