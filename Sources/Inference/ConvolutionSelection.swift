import CKernels

/// What one worker computes of one group of a convolution: the products of the live inputs, the wanted outputs, and a
/// bias for each border class that holds what the constant inputs contribute.
///
/// The kernels find inputs and weights by number, so that leaving some out moves no weight. Which inputs are live
/// decides every bit of the result: how a pass came to them does not. The order of the products is that of the whole
/// convolution, with the constant inputs left out.
final class ConvolutionSelection {
  /// How many input channels the products read.
  var liveInputs: Int { inputs.count }
  /// `[live inputs]` numbers within the group.
  private(set) var inputs: [Int32] = []
  /// `[live inputs]` offsets from a pixel's first input of the group.
  private(set) var inputChannels: [Int32] = []
  /// `[tap][live inputs]` offsets from a pixel's first input of the group.
  private(set) var stepOffsets: [Int32] = []
  /// `[tap][live inputs]` elements of an output's row of weights.
  private(set) var weightSteps: [Int32] = []
  /// Wanted outputs' numbers within the group.
  private(set) var outputs: [Int32] = []
  /// Their offsets from a pixel's first output of the group.
  private(set) var outputChannels: [Int32] = []
  /// Where their rows begin among the direct and the transformed weights.
  private(set) var weightRows: [Int32] = []
  private(set) var transformedRows: [Int32] = []
  /// `[class][outputs]`; one class when no constant input contributes.
  private(set) var bias: [Float] = []
  private(set) var biasClasses = 1

  /// What is known of the group's kept sums.
  let keptSums: KeptSums

  private var isConstant: [Bool] = []
  private var constants: [Float] = []
  private var totals: [Double] = []
  private var isFilled = false

  init(_ step: ConvolutionStep) { keptSums = KeptSums(inputs: step.inputsPerGroup, outputs: step.outputsPerGroup) }

  /// Chooses for the present state of the inputs and these outputs, unless that is what is chosen already.
  func prepare(
    _ step: ConvolutionStep, group: Int, outputs wanted: UnsafePointer<Int32>, outputCount: Int, _ context: StepContext
  ) {
    let states = context.states
    let first = step.input.firstChannel + group * step.inputsPerGroup
    let sameInputs = isFilled && hasInputs(step, first, states)
    let sameOutputs = isFilled && hasOutputs(wanted, outputCount)
    if sameInputs, sameOutputs { return }
    if !sameInputs { chooseInputs(step, first, states) }
    if !sameOutputs { chooseOutputs(step, group, wanted, outputCount) }
    sumBias(step, group, context.instructions)
    isFilled = true
  }

  private func hasInputs(_ step: ConvolutionStep, _ first: Int, _ states: ChannelStates) -> Bool {
    // Read once: every access to a class's array in a loop is checked for exclusivity.
    let isConstant = isConstant, constants = constants
    for input in 0..<step.inputsPerGroup {
      let constant = states.isConstant[first + input]
      if isConstant[input] != constant { return false }
      if constant, constants[input].bitPattern != states.value[first + input].bitPattern { return false }
    }
    return true
  }

  private func hasOutputs(_ wanted: UnsafePointer<Int32>, _ count: Int) -> Bool {
    let outputs = outputs
    guard outputs.count == count else { return false }
    for index in 0..<count where outputs[index] != wanted[index] { return false }
    return true
  }

  private func chooseInputs(_ step: ConvolutionStep, _ first: Int, _ states: ChannelStates) {
    let stride = Int32(BufferLayout.vectorStride), count = step.inputsPerGroup
    refill(&isConstant) { for input in 0..<count { $0.append(states.isConstant[first + input]) } }
    refill(&constants) { constants in
      for input in 0..<count { constants.append(states.isConstant[first + input] ? states.value[first + input] : 0) }
    }
    refill(&inputs) { for input in 0..<count where !states.isConstant[first + input] { $0.append(Int32(input)) } }
    let inputs = inputs
    refill(&inputChannels) { for input in inputs { $0.append(input * stride) } }
    refill(&stepOffsets) { for tap in step.tapOffsets { for input in inputs { $0.append(tap + input * stride) } } }
    refill(&weightSteps) { for tap in 0..<step.taps { for input in inputs { $0.append(Int32(tap * count) + input) } } }
  }

  /// Fills an array anew in its memory, with one check for exclusivity.
  private func refill<Element>(_ array: inout [Element], _ body: (inout [Element]) -> Void) {
    array.removeAll(keepingCapacity: true)
    body(&array)
  }

  private func chooseOutputs(
    _ step: ConvolutionStep, _ group: Int, _ wanted: UnsafePointer<Int32>, _ count: Int
  ) {
    refill(&outputs) { for index in 0..<count { $0.append(wanted[index]) } }
    let outputs = outputs, first = group * step.outputsPerGroup
    refill(&outputChannels) { for output in outputs { $0.append(output * Int32(BufferLayout.vectorStride)) } }
    let row = step.taps * step.inputsPerGroup
    refill(&weightRows) { for output in outputs { $0.append(Int32((first + Int(output)) * row)) } }
    refill(&transformedRows) { for output in outputs { $0.append(Int32((first + Int(output)) * step.inputsPerGroup)) } }
  }

  /// The layer's bias and what constant inputs add to it, `[class][outputs]`.
  private func sumBias(_ step: ConvolutionStep, _ group: Int, _ instructions: Int32) {
    let isConstant = isConstant, constants = constants, outputs = outputs
    let contributes = (0..<step.inputsPerGroup).contains { isConstant[$0] && constants[$0] != 0 }
    biasClasses = contributes ? step.borders.count : 1
    let width = step.outputsPerGroup
    if totals.count < width { totals = [Double](repeating: 0, count: width) }
    var bias = bias
    self.bias = []
    bias.removeAll(keepingCapacity: true)
    defer { self.bias = bias }
    let biasClasses = biasClasses
    step.tapSums.withUnsafeBufferPointer { tapSums in
      totals.withUnsafeMutableBufferPointer { totals in
        guard let rows = tapSums.baseAddress, let total = totals.baseAddress else { return }
        for index in 0..<biasClasses {
          for output in 0..<width { total[output] = Double(step.bias[group * width + output]) }
          for input in 0..<step.inputsPerGroup where isConstant[input] && constants[input] != 0 {
            let start = ((group * step.borders.count + index) * step.inputsPerGroup + input) * width
            ns_accumulate(instructions, total, Double(constants[input]), rows + start, Int64(width))
          }
          for output in outputs { bias.append(Float(total[Int(output)])) }
        }
      }
    }
  }
}
