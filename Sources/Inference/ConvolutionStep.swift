import CKernels
import Networks
import Tensors

/// A convolution or linear layer with everything that is fused into it: affine maps in the weights, the activation in
/// the store.
///
/// Positions come from tables of offsets, so that one kernel serves every kernel size, stride, dilation and group, and
/// any part of the channels.
struct ConvolutionStep: Sendable {
  let input: MapPlace
  let output: MapPlace
  let groups: Int
  let inputsPerGroup: Int
  let outputsPerGroup: Int
  let taps: Int
  /// `[group][panel of 4 outputs][tap][input][4]`, zero where there is no output.
  let weights: [Float]
  /// `[group][panel of 4 outputs][4]`
  let bias: [Float]
  /// `[tap][input]` offsets from a pixel's first input.
  let stepOffsets: [Int32]
  /// `[tap]` offsets from a pixel's first input.
  let tapOffsets: [Int32]
  /// Offsets of a group's outputs from its first, padded to whole panels.
  let outputChannels: [Int32]
  let inputOffsets: [Int32]
  let outputOffsets: [Int32]
  let activation: FusedActivation
  /// The pixels by what constant inputs contribute to them.
  let borders: BorderClasses
  /// `[group][class][input][panel of 4 outputs][4]`: sums of the taps inside the map.
  let tapSums: [Float]

  var panels: Int { (outputsPerGroup + 3) / 4 }
  /// Multiplications with an addition for one image.
  var multiplyAdds: Int { output.shape.count * inputsPerGroup * taps }

  /// True when packing the live inputs' weights costs more than it saves: then the kernel picks them one by one.
  var picksWeights: Bool { output.shape.area < 8 }

  /// - Parameters:
  ///   - layer: the convolution, its weights and bias already multiplied by the fused affine maps.
  ///   - input: a map whose border is at least the layer's padding.
  init(_ layer: Convolution, input: MapPlace, output: MapPlace, activation: FusedActivation) {
    self.input = input
    self.output = output
    self.activation = activation
    groups = layer.groups
    inputsPerGroup = layer.inputChannelsPerGroup
    outputsPerGroup = layer.outputChannels / layer.groups
    taps = layer.kernel.area

    tapOffsets = ConvolutionStep.tapOffsets(layer, input)
    let inputs = inputsPerGroup
    stepOffsets = tapOffsets.flatMap { tap in (0..<inputs).map { tap + Int32($0 * BufferLayout.vectorStride) } }
    let outputs = outputsPerGroup
    outputChannels = (0..<(outputs + 3) / 4 * 4).map { Int32(min($0, outputs - 1) * BufferLayout.vectorStride) }
    inputOffsets = ConvolutionStep.windowOffsets(
      input, output.shape, stride: layer.stride, padding: layer.padding)
    outputOffsets = output.pixelOffsets
    (weights, bias) = ConvolutionStep.pack(layer)
    borders = BorderClasses(layer, input: input.shape, output: output.shape)
    tapSums = ConvolutionStep.tapSums(layer, borders)
  }

  /// Input `[row][pixel][inputs][8]`, output `[row][pixel][outputs][8]`: the wanted outputs of groups with a changed
  /// input, and outputs that are back.
  ///
  /// - Returns: multiplications with an addition done for one image.
  func run(_ context: StepContext, _ request: UnitRequest, _ packs: [ConvolutionPack]) -> Int {
    let states = context.states
    let area = outputOffsets.count
    var work = 0
    for group in 0..<groups {
      let inputs = input.firstChannel + group * inputsPerGroup..<input.firstChannel + (group + 1) * inputsPerGroup
      let all = states.anyChanged(inputs)
      let first = group * outputsPerGroup
      var count = 0
      for unit in 0..<outputsPerGroup where request.wants(first + unit, inputsChanged: all) {
        context.list[count] = Int32(unit)
        count += 1
        states.setLive(output.firstChannel + first + unit)
      }
      guard count > 0 else { continue }
      let pack = packs[group]
      pack.prepare(self, group: group, outputs: context.list, outputCount: count, context)
      run(context, group, pack)
      work += pack.liveInputs * taps * count * area
      let done = ns_channels(indices: context.list, count: Int64(count))
      finish(first, done, context)
    }
    return work
  }

  private func finish(_ first: Int, _ channels: ns_channels, _ context: StepContext) {
    guard activation.needsPass else { return }
    // The list holds the group's own numbers; the activation wants the layer's.
    for index in 0..<Int(channels.count) { context.list[index] += Int32(first) }
    activation.finish(output, channels, context)
  }

  private func run(_ context: StepContext, _ group: Int, _ pack: ConvolutionPack) {
    let x = input.pointer(context.base) + group * inputsPerGroup * BufferLayout.lanes
    let y = output.pointer(context.base) + group * outputsPerGroup * BufferLayout.lanes
    inputOffsets.withUnsafeBufferPointer { inputOffsets in
      outputOffsets.withUnsafeBufferPointer { outputOffsets in
        var plan = ns_convolution()
        plan.pixels = Int64(inputOffsets.count)
        plan.input_offsets = inputOffsets.baseAddress
        plan.output_offsets = outputOffsets.baseAddress
        plan.step_block = 1280
        plan.pixel_block = 24
        plan.activation = activation.kernel.code
        pack.withWeights(self, group: group, plan) { plan in
          var plan = plan
          ns_convolve(context.instructions, &plan, x, y)
        }
      }
    }
  }

  // MARK: Tables

  static func tapOffsets(_ layer: Convolution, _ input: MapPlace) -> [Int32] {
    var offsets: [Int32] = []
    for row in 0..<layer.kernel.height {
      for column in 0..<layer.kernel.width {
        offsets.append(Int32(input.offset(row: row * layer.dilation.height, column: column * layer.dilation.width)))
      }
    }
    return offsets
  }

  /// Offsets of the first input of each output pixel's window, which may lie in the border.
  static func windowOffsets(_ input: MapPlace, _ output: Shape, stride: Extent, padding: Insets) -> [Int32] {
    var offsets: [Int32] = []
    offsets.reserveCapacity(output.area)
    for row in 0..<output.height {
      for column in 0..<output.width {
        let offset = input.offset(row: row * stride.height - padding.top, column: column * stride.width - padding.left)
        offsets.append(Int32(offset))
      }
    }
    return offsets
  }

  /// `[outputs][inputs / groups][tap]` to `[group][panel of 4 outputs][tap][input][4]`, zero where there is no output.
  private static func pack(_ layer: Convolution) -> (weights: [Float], bias: [Float]) {
    let inputs = layer.inputChannelsPerGroup, outputs = layer.outputChannels / layer.groups
    let taps = layer.kernel.area
    let panels = (outputs + 3) / 4
    var weights = [Float](repeating: 0, count: layer.groups * panels * taps * inputs * 4)
    var bias = [Float](repeating: 0, count: layer.groups * panels * 4)
    layer.weight.values.withUnsafeBufferPointer { source in
      weights.withUnsafeMutableBufferPointer { target in
        for channel in 0..<layer.outputChannels {
          let unit = channel % outputs
          let panel = channel / outputs * panels + unit / 4
          bias[panel * 4 + unit % 4] = layer.bias?[channel] ?? 0
          for input in 0..<inputs {
            for tap in 0..<taps {
              let step = panel * taps * inputs + tap * inputs + input
              target[step * 4 + unit % 4] = source[(channel * inputs + input) * taps + tap]
            }
          }
        }
      }
    }
    return (weights, bias)
  }

  /// `[outputs][inputs / groups][tap]` to `[group][class][input][panel of 4 outputs][4]`.
  private static func tapSums(_ layer: Convolution, _ borders: BorderClasses) -> [Float] {
    let inputs = layer.inputChannelsPerGroup, outputs = layer.outputChannels / layer.groups
    let taps = layer.kernel.area
    let width = (outputs + 3) / 4 * 4
    var sums = [Float](repeating: 0, count: layer.groups * borders.count * inputs * width)
    layer.weight.values.withUnsafeBufferPointer { source in
      sums.withUnsafeMutableBufferPointer { target in
        for channel in 0..<layer.outputChannels {
          let group = channel / outputs, unit = channel % outputs
          for (index, inside) in borders.taps.enumerated() {
            for input in 0..<inputs {
              var sum = 0.0
              for tap in inside { sum += Double(source[(channel * inputs + input) * taps + tap]) }
              target[((group * borders.count + index) * inputs + input) * width + unit] = Float(sum)
            }
          }
        }
      }
    }
    return sums
  }
}
