import CKernels
import Networks
import Tensors

/// What a convolution needs to add a difference of a few inputs to its kept sums.
struct ConvolutionDelta: Sendable {
  /// The number of the input's recorded buffer.
  let recorder: Int
  /// The input's first channel within that buffer.
  let firstChannel: Int
  /// Bytes from an output to its kept sum; 0 when the output is the sum itself, for layers without an activation.
  let keptOffset: Int
  /// `[pixels]` offset of each window's first value among the slots.
  let inputOffsets: [Int32]
  /// `[taps]`
  let tapOffsets: [Int32]
  let slots: MapPlace
  /// `[group][input]` the most that one unit of an input changes any output: the largest sum of magnitudes of a kernel.
  let inputWeights: [Float]
  /// `[group]` the largest magnitude of a bias.
  let biasScales: [Float]

  init(
    _ layer: Convolution, recorder: Int, recorded: RecordedMap, input: MapPlace, output: MapPlace, keptOffset: Int
  ) {
    self.recorder = recorder
    self.keptOffset = keptOffset
    firstChannel = input.firstChannel - recorded.map.firstChannel
    slots = recorded.slots
    let outputs = layer.outputChannels / layer.groups, inputs = layer.inputChannelsPerGroup, taps = layer.kernel.area
    var weights = [Float](repeating: 0, count: layer.groups * inputs)
    for output in 0..<layer.outputChannels {
      for input in 0..<inputs {
        var sum: Float = 0
        for tap in 0..<taps { sum += abs(layer.weight.values[(output * inputs + input) * taps + tap]) }
        weights[output / outputs * inputs + input] = max(weights[output / outputs * inputs + input], sum)
      }
    }
    inputWeights = weights
    let bias = layer.bias ?? []
    biasScales = (0..<layer.groups).map { group in
      bias.isEmpty ? 0 : bias[group * outputs..<(group + 1) * outputs].reduce(0) { max($0, abs($1)) }
    }
    tapOffsets = ConvolutionStep.tapOffsets(layer, recorded.slots)
    inputOffsets = ConvolutionStep.windowOffsets(
      recorded.slots, output.shape, stride: layer.stride, padding: layer.padding)
  }
}
