import CKernels
import Networks
import Tensors

/// A convolution or linear layer with everything that is fused into it: affine maps in the weights, the activation in
/// the store.
///
/// Positions come from tables of offsets, so that one kernel serves every kernel size, stride, dilation and group.
struct ConvolutionStep: Sendable {
  let input: MapPlace
  let output: MapPlace
  let groups: Int
  let inputsPerGroup: Int
  let outputsPerGroup: Int
  let taps: Int
  /// `[group][panel of 4 outputs][tap][input][4]`
  let weights: [Float]
  /// `[group][panel of 4 outputs][4]`
  let bias: [Float]
  /// `[tap][input]` offsets from a pixel's first input
  let stepOffsets: [Int32]
  let inputOffsets: [Int32]
  let outputOffsets: [Int32]
  let activation: FusedActivation
  /// Multiplications with an addition for one image.
  let multiplyAdds: Int

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
    let kernel = layer.kernel
    taps = kernel.area
    multiplyAdds = output.shape.count * inputsPerGroup * taps

    var stepOffsets: [Int32] = []
    stepOffsets.reserveCapacity(taps * inputsPerGroup)
    for row in 0..<kernel.height {
      for column in 0..<kernel.width {
        let tap = input.offset(row: row * layer.dilation.height, column: column * layer.dilation.width)
        for channel in 0..<inputsPerGroup { stepOffsets.append(Int32(tap + channel * BufferLayout.vectorStride)) }
      }
    }
    self.stepOffsets = stepOffsets
    inputOffsets = ConvolutionStep.windowOffsets(
      input, output.shape, stride: layer.stride, padding: layer.padding)
    outputOffsets = output.pixelOffsets

    (weights, bias) = ConvolutionStep.pack(layer)
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

  /// Offsets of the first input of each output pixel's window, which may lie in the border.
  static func windowOffsets(_ input: MapPlace, _ output: Shape, stride: Extent, padding: Insets) -> [Int32] {
    var offsets: [Int32] = []
    offsets.reserveCapacity(output.area)
    for row in 0..<output.height {
      for column in 0..<output.width {
        offsets.append(
          Int32(
            input.offset(row: row * stride.height - padding.top, column: column * stride.width - padding.left)))
      }
    }
    return offsets
  }

  /// Input `[row][pixel][inputs][8]`, output `[row][pixel][outputs][8]`.
  func run(_ base: UnsafeMutableRawPointer, _ instructions: Int32) {
    let panels = (outputsPerGroup + 3) / 4
    let steps = taps * inputsPerGroup
    let vector = BufferLayout.lanes
    weights.withUnsafeBufferPointer { weights in
      bias.withUnsafeBufferPointer { bias in
        stepOffsets.withUnsafeBufferPointer { stepOffsets in
          inputOffsets.withUnsafeBufferPointer { inputOffsets in
            outputOffsets.withUnsafeBufferPointer { outputOffsets in
              guard let weights = weights.baseAddress, let bias = bias.baseAddress else { return }
              for group in 0..<groups {
                var plan = ns_convolution(
                  steps: Int64(steps), step_offsets: stepOffsets.baseAddress, outputs: Int64(outputsPerGroup),
                  weights: weights + group * panels * steps * 4, bias: bias + group * panels * 4, bias_stride: 0,
                  pixels: Int64(inputOffsets.count), input_offsets: inputOffsets.baseAddress,
                  output_offsets: outputOffsets.baseAddress, step_block: 1280, pixel_block: 24,
                  activation: activation.kernel.code)
                ns_convolve(
                  instructions, &plan, input.pointer(base) + group * inputsPerGroup * vector,
                  output.pointer(base) + group * outputsPerGroup * vector)
              }
            }
          }
        }
      }
    }
  }
}

/// A depthwise convolution: output channel c reads input channel c alone.
struct DepthwiseStep: Sendable {
  let input: MapPlace
  let output: MapPlace
  /// `[channel][tap]`
  let weights: [Float]
  let bias: [Float]
  let tapOffsets: [Int32]
  let inputOffsets: [Int32]
  let outputOffsets: [Int32]
  let activation: FusedActivation
  let multiplyAdds: Int

  init(_ layer: Convolution, input: MapPlace, output: MapPlace, activation: FusedActivation) {
    precondition(layer.isDepthwise, "one input channel for each output channel")
    self.input = input
    self.output = output
    self.activation = activation
    weights = layer.weight.values
    bias = layer.bias ?? [Float](repeating: 0, count: layer.outputChannels)
    var tapOffsets: [Int32] = []
    for row in 0..<layer.kernel.height {
      for column in 0..<layer.kernel.width {
        tapOffsets.append(
          Int32(input.offset(row: row * layer.dilation.height, column: column * layer.dilation.width)))
      }
    }
    self.tapOffsets = tapOffsets
    inputOffsets = ConvolutionStep.windowOffsets(
      input, output.shape, stride: layer.stride, padding: layer.padding)
    outputOffsets = output.pixelOffsets
    multiplyAdds = output.shape.count * layer.kernel.area
  }

  /// Input and output `[row][pixel][channels][8]`.
  func run(_ base: UnsafeMutableRawPointer, _ instructions: Int32) {
    weights.withUnsafeBufferPointer { weights in
      bias.withUnsafeBufferPointer { bias in
        tapOffsets.withUnsafeBufferPointer { tapOffsets in
          inputOffsets.withUnsafeBufferPointer { inputOffsets in
            outputOffsets.withUnsafeBufferPointer { outputOffsets in
              var plan = ns_depthwise(
                channels: Int64(output.shape.channels), taps: Int64(tapOffsets.count),
                tap_offsets: tapOffsets.baseAddress, weights: weights.baseAddress, bias: bias.baseAddress,
                pixels: Int64(inputOffsets.count), input_offsets: inputOffsets.baseAddress,
                output_offsets: outputOffsets.baseAddress, activation: activation.kernel.code)
              ns_convolve_depthwise(instructions, &plan, input.pointer(base), output.pointer(base))
            }
          }
        }
      }
    }
  }
}
