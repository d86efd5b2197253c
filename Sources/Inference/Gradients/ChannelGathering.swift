import CKernels
import Networks
import Tensors

/// A depthwise convolution, or one phase of its input gradient, by tables.
struct ChannelGathering: Sendable {
  let channels: Int
  /// Taps of the whole kernel, and which of them this part has.
  let kernelTaps: Int
  let taps: [Int]
  let tapOffsets: [Int32]
  let inputOffsets: [Int32]
  let outputOffsets: [Int32]

  /// Multiplications with an addition for one image.
  var multiplyAdds: Int { channels * taps.count * inputOffsets.count }

  /// The convolution itself.
  static func forward(_ layer: Convolution, input: MapPlace, output: MapPlace) -> ChannelGathering {
    ChannelGathering(
      channels: layer.outputChannels, kernelTaps: layer.kernel.area, taps: Array(0..<layer.kernel.area),
      tapOffsets: ConvolutionStep.tapOffsets(layer, input),
      inputOffsets: ConvolutionStep.windowOffsets(input, output.shape, stride: layer.stride, padding: layer.padding),
      outputOffsets: output.pixelOffsets)
  }

  /// From the output's gradient to the input's, one part for each phase of the stride.
  static func adjoint(_ layer: Convolution, input: MapPlace, output: MapPlace) -> [ChannelGathering] {
    let rows = ConvolutionGathering.phases(
      layer.kernel.height, layer.stride.height, layer.dilation.height, layer.padding.top, input.shape.height)
    let columns = ConvolutionGathering.phases(
      layer.kernel.width, layer.stride.width, layer.dilation.width, layer.padding.left, input.shape.width)
    return rows.flatMap { row in
      columns.map { column in
        var taps: [Int] = [], offsets: [Int32] = [], from: [Int32] = [], to: [Int32] = []
        for u in row.taps {
          for v in column.taps {
            taps.append(u.tap * layer.kernel.width + v.tap)
            offsets.append(Int32(output.offset(row: u.shift, column: v.shift)))
          }
        }
        for i in row.positions {
          for j in column.positions {
            from.append(Int32(output.offset(row: i.source, column: j.source)))
            to.append(Int32(input.offset(row: i.position, column: j.position)))
          }
        }
        return ChannelGathering(
          channels: layer.outputChannels, kernelTaps: layer.kernel.area, taps: taps, tapOffsets: offsets,
          inputOffsets: from, outputOffsets: to)
      }
    }
  }

  /// The part's weights `[channels][taps]`, never empty.
  func packed(_ weights: [Float]) -> [Float] {
    var packed = [Float](repeating: 0, count: max(1, channels * taps.count))
    for channel in 0..<channels {
      for (index, tap) in taps.enumerated() {
        packed[channel * taps.count + index] = weights[channel * kernelTaps + tap]
      }
    }
    return packed
  }

  /// Runs over one block of eight images.
  func run(
    _ instructions: Int32, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil, adds: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    activation: ns_activation = FusedActivation.KernelActivation.keep.code
  ) {
    tapOffsets.withUnsafeBufferPointer { taps in
      inputOffsets.withUnsafeBufferPointer { inputs in
        outputOffsets.withUnsafeBufferPointer { outputs in
          var plan = ns_channel_gathering(
            channels: Int64(channels), taps: Int64(taps.count), tap_offsets: taps.baseAddress, weights: weights,
            bias: bias, accumulates: adds ? 1 : 0, pixels: Int64(inputs.count), input_offsets: inputs.baseAddress,
            output_offsets: outputs.baseAddress, activation: activation)
          ns_gather_channels(instructions, &plan, input, output)
        }
      }
    }
  }
}
