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

  init(
    _ layer: Convolution, recorder: Int, recorded: RecordedMap, input: MapPlace, output: MapPlace, keptOffset: Int
  ) {
    self.recorder = recorder
    self.keptOffset = keptOffset
    firstChannel = input.firstChannel - recorded.map.firstChannel
    slots = recorded.slots
    tapOffsets = ConvolutionStep.tapOffsets(layer, recorded.slots)
    inputOffsets = ConvolutionStep.windowOffsets(
      recorded.slots, output.shape, stride: layer.stride, padding: layer.padding)
  }
}
