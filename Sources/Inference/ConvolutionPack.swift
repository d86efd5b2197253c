import CKernels

/// One worker's weights for one group of a convolution, packed for the inputs that are live and the outputs that are
/// wanted; what constant inputs contribute is in the bias of each border class.
///
/// Which channels are live decides every bit of the result: how a pass came to them does not. The order of the
/// products is that of the whole convolution, with the constant inputs left out.
final class ConvolutionPack {
  /// How many input channels the packed weights read.
  private(set) var liveInputs = 0

  private enum Weights {
    /// The plan's own: no input is left out and all outputs are wanted.
    case whole
    /// The plan's own, those of live inputs picked one by one; all outputs are wanted.
    case picked
    /// Packed ones.
    case packed
  }

  private var kind = Weights.whole
  private var outputs: [Int32] = []
  private var constants: [Float] = []
  private var isConstant: [Bool] = []
  private var inputs: [Int32] = []
  private var stepOffsets: [Int32] = []
  private var weightSteps: [Int32] = []
  private var outputChannels: [Int32] = []
  /// Never empty, so that a kernel without products has an address.
  private var weights: [Float] = [0, 0, 0, 0]
  private var bias: [Float] = []
  private var sums: [Double] = []

  /// Packs for the present state of the inputs and these outputs, unless that is what is packed already.
  func prepare(
    _ step: ConvolutionStep, group: Int, outputs wanted: UnsafePointer<Int32>, outputCount: Int, _ context: StepContext
  ) {
    let states = context.states
    let first = step.input.firstChannel + group * step.inputsPerGroup
    let leavesOut = (0..<step.inputsPerGroup).contains { states.isConstant[first + $0] }
    if !leavesOut, outputCount == step.outputsPerGroup {
      kind = .whole
      liveInputs = step.inputsPerGroup
      return
    }
    kind = step.picksWeights && outputCount == step.outputsPerGroup ? .picked : .packed
    if isPacked(step, first, wanted, outputCount, states) { return }
    outputs.removeAll(keepingCapacity: true)
    for index in 0..<outputCount { outputs.append(wanted[index]) }
    inputs.removeAll(keepingCapacity: true)
    isConstant.removeAll(keepingCapacity: true)
    constants.removeAll(keepingCapacity: true)
    for input in 0..<step.inputsPerGroup {
      let constant = states.isConstant[first + input]
      isConstant.append(constant)
      constants.append(constant ? states.value[first + input] : 0)
      if !constant { inputs.append(Int32(input)) }
    }
    liveInputs = inputs.count
    packOffsets(step)
    if kind == .packed { packWeights(step, group) }
    packBias(step, group, context.instructions)
  }

  private func isPacked(
    _ step: ConvolutionStep, _ first: Int, _ wanted: UnsafePointer<Int32>, _ outputCount: Int, _ states: ChannelStates
  ) -> Bool {
    guard outputs.count == outputCount, isConstant.count == step.inputsPerGroup else { return false }
    for index in 0..<outputCount where outputs[index] != wanted[index] { return false }
    for input in 0..<step.inputsPerGroup {
      let constant = states.isConstant[first + input]
      if isConstant[input] != constant { return false }
      if constant, constants[input].bitPattern != states.value[first + input].bitPattern { return false }
    }
    liveInputs = inputs.count
    return true
  }

  private func packOffsets(_ step: ConvolutionStep) {
    stepOffsets.removeAll(keepingCapacity: true)
    weightSteps.removeAll(keepingCapacity: true)
    for (tap, offset) in step.tapOffsets.enumerated() {
      for input in inputs {
        stepOffsets.append(offset + input * Int32(BufferLayout.vectorStride))
        weightSteps.append(Int32(tap * step.inputsPerGroup) + input)
      }
    }
    outputChannels.removeAll(keepingCapacity: true)
    for output in outputs { outputChannels.append(output * Int32(BufferLayout.vectorStride)) }
    while outputChannels.count % 4 != 0 { outputChannels.append(outputChannels[0]) }
  }

  /// `[panel of 4 outputs][tap][input][4]` of the whole to the same of the live.
  private func packWeights(_ step: ConvolutionStep, _ group: Int) {
    let steps = step.taps * step.inputsPerGroup
    let panels = (outputs.count + 3) / 4
    let size = panels * step.taps * inputs.count * 4
    if weights.count < size { weights = [Float](repeating: 0, count: size) }
    step.weights.withUnsafeBufferPointer { source in
      weights.withUnsafeMutableBufferPointer { target in
        inputs.withUnsafeBufferPointer { inputs in
          guard let whole = source.baseAddress, let packed = target.baseAddress else { return }
          let base = whole + group * step.panels * steps * 4
          var next = packed
          for panel in 0..<panels {
            func lane(_ index: Int) -> UnsafePointer<Float>? {
              guard panel * 4 + index < outputs.count else { return nil }
              let output = Int(outputs[panel * 4 + index])
              return base + (output / 4 * steps) * 4 + output % 4
            }
            let lane0 = lane(0), lane1 = lane(1), lane2 = lane(2), lane3 = lane(3)
            for tap in 0..<step.taps {
              let row = tap * step.inputsPerGroup
              for input in inputs {
                let offset = (row + Int(input)) * 4
                next[0] = lane0?[offset] ?? 0
                next[1] = lane1?[offset] ?? 0
                next[2] = lane2?[offset] ?? 0
                next[3] = lane3?[offset] ?? 0
                next += 4
              }
            }
          }
        }
      }
    }
  }

  /// The layer's bias and what constant inputs add to it, `[class][panel of 4 outputs][4]`.
  private func packBias(_ step: ConvolutionStep, _ group: Int, _ instructions: Int32) {
    let classes = step.borders.count
    let width = (outputs.count + 3) / 4 * 4
    let wholeWidth = step.panels * 4
    if bias.count < classes * width { bias = [Float](repeating: 0, count: classes * width) }
    if sums.count < wholeWidth { sums = [Double](repeating: 0, count: wholeWidth) }
    step.tapSums.withUnsafeBufferPointer { tapSums in
      sums.withUnsafeMutableBufferPointer { sums in
        guard let rows = tapSums.baseAddress, let total = sums.baseAddress else { return }
        for index in 0..<classes {
          for output in 0..<wholeWidth { total[output] = Double(step.bias[group * wholeWidth + output]) }
          for input in 0..<step.inputsPerGroup where isConstant[input] && constants[input] != 0 {
            let start = ((group * classes + index) * step.inputsPerGroup + input) * wholeWidth
            ns_accumulate(instructions, total, Double(constants[input]), rows + start, Int64(wholeWidth))
          }
          for position in 0..<width {
            bias[index * width + position] = position < outputs.count ? Float(total[Int(outputs[position])]) : 0
          }
        }
      }
    }
  }

  /// Completes a kernel's plan with the weights that serve.
  func withWeights(
    _ step: ConvolutionStep, group: Int, _ plan: ns_convolution, _ body: (ns_convolution) -> Void
  ) {
    let isWhole = kind == .whole
    let wholeSteps = step.taps * step.inputsPerGroup
    (kind == .packed ? weights : step.weights).withUnsafeBufferPointer { weights in
      (isWhole ? step.bias : bias).withUnsafeBufferPointer { bias in
        (isWhole ? step.stepOffsets : stepOffsets).withUnsafeBufferPointer { stepOffsets in
          (isWhole ? step.outputChannels : outputChannels).withUnsafeBufferPointer { outputChannels in
            weightSteps.withUnsafeBufferPointer { weightSteps in
              step.borders.pixels.withUnsafeBufferPointer { classes in
                guard let weights = weights.baseAddress, let bias = bias.baseAddress else { return }
                var plan = plan
                plan.step_offsets = stepOffsets.baseAddress
                plan.output_channels = outputChannels.baseAddress
                plan.panel_steps = Int64(wholeSteps)
                plan.steps = Int64(isWhole ? wholeSteps : stepOffsets.count)
                plan.outputs = Int64(isWhole ? step.outputsPerGroup : outputs.count)
                plan.weights = weights
                plan.bias = bias
                switch kind {
                case .whole:
                  plan.weights = weights + group * step.panels * wholeSteps * 4
                  plan.bias = bias + group * step.panels * 4
                case .picked:
                  plan.weights = weights + group * step.panels * wholeSteps * 4
                  plan.weight_steps = weightSteps.baseAddress
                case .packed:
                  plan.panel_steps = plan.steps
                }
                if !isWhole, step.borders.count > 1 { plan.bias_classes = classes.baseAddress }
                body(plan)
              }
            }
          }
        }
      }
    }
  }
}
