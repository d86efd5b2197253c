import CKernels
import Networks
import Tensors

/// A depthwise convolution: output channel c reads input channel c alone.
final class DepthwiseStep: Sendable {
  let input: MapPlace
  let output: MapPlace
  /// `[channel][tap]`
  let weights: [Float]
  let bias: [Float]
  let tapOffsets: [Int32]
  let inputOffsets: [Int32]
  let outputOffsets: [Int32]
  let activation: FusedActivation

  /// Multiplications with an addition for one image.
  var multiplyAdds: Int { output.shape.count * tapOffsets.count }

  init(_ layer: Convolution, input: MapPlace, output: MapPlace, activation: FusedActivation) {
    precondition(layer.isDepthwise, "one input channel for each output channel")
    self.input = input
    self.output = output
    self.activation = activation
    weights = layer.weight.values
    bias = layer.bias ?? [Float](repeating: 0, count: layer.outputChannels)
    tapOffsets = ConvolutionStep.tapOffsets(layer, input)
    inputOffsets = ConvolutionStep.windowOffsets(
      input, output.shape, stride: layer.stride, padding: layer.padding)
    outputOffsets = output.pixelOffsets
  }

  /// Input and output `[row][pixel][channels][8]`: the wanted channels whose input changed or that are back.
  ///
  /// - Returns: multiplications with an addition done for one image.
  func run(_ context: StepContext, _ request: UnitRequest) -> Int {
    var count = 0
    for channel in 0..<output.shape.channels
    where request.wants(channel, inputsChanged: context.states.changed[input.firstChannel + channel]) {
      context.list[count] = Int32(channel)
      count += 1
      context.states.setLive(output.firstChannel + channel)
    }
    guard count > 0 else { return 0 }
    let channels = ns_channels(indices: context.list, count: Int64(count))
    weights.withUnsafeBufferPointer { weights in
      bias.withUnsafeBufferPointer { bias in
        tapOffsets.withUnsafeBufferPointer { tapOffsets in
          inputOffsets.withUnsafeBufferPointer { inputOffsets in
            outputOffsets.withUnsafeBufferPointer { outputOffsets in
              var plan = ns_depthwise(
                channels: channels, taps: Int64(tapOffsets.count), tap_offsets: tapOffsets.baseAddress,
                weights: weights.baseAddress, bias: bias.baseAddress, pixels: Int64(inputOffsets.count),
                input_offsets: inputOffsets.baseAddress, output_offsets: outputOffsets.baseAddress,
                activation: activation.kernel.code)
              ns_convolve_depthwise(
                context.instructions, &plan, input.pointer(context.base), output.pointer(context.base))
            }
          }
        }
      }
    }
    activation.finish(output, channels, context)
    return count * outputOffsets.count * tapOffsets.count
  }
}
