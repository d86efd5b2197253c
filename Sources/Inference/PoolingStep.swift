import CKernels
import Networks
import Tensors

/// Pooling of any window, the whole map included: for each output pixel, the offsets of the window's pixels that lie
/// inside the map. Padding is never read; it counts only in the mean's divisor, where the layer says so.
final class PoolingStep: Sendable {
  let input: MapPlace
  let output: MapPlace
  let windowStarts: [Int32]
  let windowOffsets: [Int32]
  let outputOffsets: [Int32]
  /// 1 / number of values that count, a pixel; nil for the maximum.
  let reciprocals: [Float]?
  /// True when a constant channel stays what it is: every window has a pixel inside, and for the mean nothing else
  /// counts.
  let keepsConstants: Bool

  init(_ layer: Pooling, input: MapPlace, output: MapPlace) {
    self.input = input
    self.output = output
    outputOffsets = output.pixelOffsets
    var starts: [Int32] = [0]
    var offsets: [Int32] = []
    var reciprocals: [Float] = []
    let height = input.shape.height, width = input.shape.width
    for row in 0..<output.shape.height {
      let top = row * layer.stride.height - layer.padding.top
      let rows = PoolingStep.window(top, layer.kernel.height, layer.dilation.height, height)
      for column in 0..<output.shape.width {
        let left = column * layer.stride.width - layer.padding.left
        let columns = PoolingStep.window(left, layer.kernel.width, layer.dilation.width, width)
        for y in rows { for x in columns { offsets.append(Int32(input.offset(row: y, column: x))) } }
        starts.append(Int32(offsets.count))
        switch layer.kind {
        case .maximum: break
        case .average(let countsPadding):
          let count =
            countsPadding
            ? PoolingStep.padded(top, layer.kernel.height, layer.dilation.height, height + layer.padding.bottom)
              * PoolingStep.padded(left, layer.kernel.width, layer.dilation.width, width + layer.padding.right)
            : rows.count * columns.count
          reciprocals.append(1 / Float(max(count, 1)))
        }
      }
    }
    windowStarts = starts
    windowOffsets = offsets
    self.reciprocals = layer.kind.isMaximum ? nil : reciprocals
    keepsConstants = (0..<starts.count - 1).allSatisfy { pixel in
      let size = starts[pixel + 1] - starts[pixel]
      return size > 0 && (layer.kind.isMaximum || reciprocals[pixel] == 1 / Float(size))
    }
  }

  /// One window over the whole map.
  convenience init(global kind: PoolingKind, input: MapPlace, output: MapPlace) {
    self.init(
      Pooling(kind, kernel: Extent(height: input.shape.height, width: input.shape.width), stride: Extent(1)),
      input: input, output: output)
  }

  /// The window's positions that lie inside the map.
  private static func window(_ start: Int, _ kernel: Int, _ dilation: Int, _ extent: Int) -> [Int] {
    (0..<kernel).map { start + $0 * dilation }.filter { (0..<extent).contains($0) }
  }

  /// How many of the window's positions lie before the end of the trailing padding.
  private static func padded(_ start: Int, _ kernel: Int, _ dilation: Int, _ end: Int) -> Int {
    (0..<kernel).count { start + $0 * dilation < end }
  }

  /// Input and output `[row][pixel][channels][8]`.
  func run(_ context: StepContext) {
    let channels = context.channelsToCompute(output, reading: [input]) { channel in
      keepsConstants ? context.states.value[input.firstChannel + channel] : nil
    }
    guard channels.count > 0 else { return }
    windowStarts.withUnsafeBufferPointer { starts in
      windowOffsets.withUnsafeBufferPointer { offsets in
        outputOffsets.withUnsafeBufferPointer { outputs in
          var plan = ns_pooling(
            channels: channels, pixels: Int64(outputs.count), output_offsets: outputs.baseAddress,
            window_starts: starts.baseAddress, window_offsets: offsets.baseAddress, reciprocals: nil)
          let x = input.pointer(context.base), y = output.pointer(context.base)
          guard let reciprocals else { return ns_pool(context.instructions, &plan, x, y) }
          reciprocals.withUnsafeBufferPointer { reciprocals in
            plan.reciprocals = reciprocals.baseAddress
            ns_pool(context.instructions, &plan, x, y)
          }
        }
      }
    }
  }
}
