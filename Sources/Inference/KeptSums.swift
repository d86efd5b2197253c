import CKernels

/// What one worker knows of the kept sums of one group of a convolution, and the tables for adding differences to them.
final class KeptSums {
  /// For each output of the group, true while its kept sum is that of the present inputs.
  let isCurrent: UnsafeMutablePointer<Bool>
  /// How often differences were added since all sums were made anew.
  var additions = 0
  /// The largest contribution to a sum since then.
  var peak: Float = 0
  /// The largest magnitude of each input of the group when sums were last made anew.
  let inputScales: UnsafeMutablePointer<Float>
  /// `[tap][changed inputs]` offsets among the slots, and elements of an output's row of weights.
  private(set) var stepOffsets: [Int32] = []
  private(set) var weightSteps: [Int32] = []
  private(set) var outputChannels: [Int32] = []
  private(set) var weightRows: [Int32] = []

  init(inputs: Int, outputs: Int) {
    inputScales = .allocate(capacity: inputs)
    inputScales.initialize(repeating: 0, count: inputs)
    isCurrent = .allocate(capacity: outputs)
    isCurrent.initialize(repeating: false, count: outputs)
  }

  deinit {
    isCurrent.deallocate()
    inputScales.deallocate()
  }

  /// Chooses the products of the changed inputs of a group for the outputs in the list.
  func prepare(
    _ step: ConvolutionStep, _ delta: ConvolutionDelta, group: Int, _ recorder: ChangeRecorder,
    outputs: UnsafePointer<Int32>, outputCount: Int
  ) {
    stepOffsets.removeAll(keepingCapacity: true)
    weightSteps.removeAll(keepingCapacity: true)
    let first = delta.firstChannel + group * step.inputsPerGroup
    for (tap, offset) in delta.tapOffsets.enumerated() {
      for (slot, channel) in recorder.channels.enumerated()
      where (first..<first + step.inputsPerGroup).contains(channel) {
        stepOffsets.append(offset + Int32(slot * BufferLayout.vectorStride))
        weightSteps.append(Int32(tap * step.inputsPerGroup + channel - first))
      }
    }
    outputChannels.removeAll(keepingCapacity: true)
    weightRows.removeAll(keepingCapacity: true)
    for index in 0..<outputCount {
      let output = Int(outputs[index])
      outputChannels.append(Int32(output * BufferLayout.vectorStride))
      weightRows.append(Int32((group * step.outputsPerGroup + output) * step.taps * step.inputsPerGroup))
    }
  }
}
