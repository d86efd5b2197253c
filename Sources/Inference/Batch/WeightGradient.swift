import CKernels
import Networks
import Tensors

/// A convolution's weight gradient over all blocks of a batch, by tables.
struct WeightGradient: Sendable {
  private let groups: Int
  private let inputs: Int
  private let outputs: Int
  private let taps: Int
  private let isDepthwise: Bool
  private let tapOffsets: [Int32]
  private let outputChannels: [Int32]
  private let inputOffsets: [Int64]
  private let gradientOffsets: [Int64]
  private let pixels: Int
  private let input: MapPlace
  private let gradient: MapPlace

  /// Outputs that one task takes.
  private static let chunk = 16

  /// - Parameters:
  ///   - input: what the convolution reads.
  ///   - gradient: the gradient at what it writes.
  init(_ layer: Convolution, input: MapPlace, gradient: MapPlace, blockBytes: Int, blockCount: Int) {
    self.input = input
    self.gradient = gradient
    isDepthwise = layer.isDepthwise
    groups = isDepthwise ? 1 : layer.groups
    inputs = isDepthwise ? layer.outputChannels : layer.inputChannelsPerGroup
    outputs = layer.outputChannels / groups
    taps = layer.kernel.area
    tapOffsets = ConvolutionStep.tapOffsets(layer, input)
    outputChannels = (0..<outputs).map { Int32($0 * BufferLayout.vectorStride) }
    let windows = ConvolutionStep.windowOffsets(
      input, gradient.shape, stride: layer.stride, padding: layer.padding)
    pixels = windows.count
    inputOffsets = (0..<blockCount).flatMap { block in windows.map { Int64(block * blockBytes) + Int64($0) } }
    let targets = gradient.pixelOffsets
    gradientOffsets = (0..<blockCount).flatMap { block in targets.map { Int64(block * blockBytes) + Int64($0) } }
  }

  private var chunks: Int { isDepthwise ? 1 : (outputs + WeightGradient.chunk - 1) / WeightGradient.chunk }
  var taskCount: Int { groups * chunks }

  /// Adds the gradient of some outputs' weights to the layer's weight gradient `[outputs][inputs / groups][tap]`.
  ///
  /// - Parameters:
  ///   - inputs: the start of the memory that `input` lies in; `gradients` likewise.
  func run(
    task: Int, _ instructions: Int32, blocks: Int, inputs base: UnsafeMutableRawPointer,
    gradients: UnsafeMutableRawPointer, weights: UnsafeMutablePointer<Float>
  ) {
    let group = task / chunks, first = task % chunks * WeightGradient.chunk
    let count = isDepthwise ? outputs : min(WeightGradient.chunk, outputs - first)
    let bytes = BufferLayout.vectorStride
    let x = UnsafeRawPointer(base + input.start + group * inputs * bytes)
    let g = UnsafeRawPointer(gradients + gradient.start + (group * outputs + first) * bytes)
    let target = weights + (group * outputs + first) * (isDepthwise ? taps : inputs * taps)
    tapOffsets.withUnsafeBufferPointer { taps in
      outputChannels.withUnsafeBufferPointer { channels in
        inputOffsets.withUnsafeBufferPointer { from in
          gradientOffsets.withUnsafeBufferPointer { to in
            var plan = ns_weight_gradient(
              inputs: Int64(inputs), taps: Int64(taps.count), tap_offsets: taps.baseAddress, outputs: Int64(count),
              output_channels: channels.baseAddress, points: Int64(blocks * pixels), input_offsets: from.baseAddress,
              gradient_offsets: to.baseAddress)
            let left = x.assumingMemoryBound(to: CChar.self), right = g.assumingMemoryBound(to: CChar.self)
            if isDepthwise {
              ns_differentiate_channel_weights(instructions, &plan, left, right, target)
            } else {
              ns_differentiate_weights(instructions, &plan, left, right, target)
            }
          }
        }
      }
    }
  }
}
