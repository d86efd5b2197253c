import InputErrors
import Networks
import Tensors

/// Where the activations of one or more nodes lie for a block of eight images:
/// `[top + height + bottom][left + width + right][channels][8 images]`.
///
/// The border is physical zeros, so that convolutions read it without a test.
struct BufferLayout: Sendable {
  /// The number of images in a block, which is the width of the kernels' vectors.
  static let lanes = 8
  /// Bytes of one channel of one pixel for eight images.
  static let vectorStride = lanes * MemoryLayout<Float>.stride

  let shape: Shape
  let border: Insets
  /// Bytes from one pixel to the next.
  let pixelStride: Int
  /// Bytes from one row to the next.
  let rowStride: Int
  let byteCount: Int
  /// Bytes from the start of the arena, set when the plan is laid out.
  var start = 0
  /// The number of its first channel among all channels of all buffers, set likewise.
  var firstChannel = 0

  /// - Throws: ``InputError`` (data) when the map is too large for 32-bit offsets.
  init(shape: Shape, border: Insets, node: Node) throws {
    self.shape = shape
    self.border = border
    pixelStride = BufferLayout.pixelStride(channels: shape.channels, isSingle: shape.area == 1)
    rowStride = pixelStride * (shape.width + border.left + border.right)
    let (bytes, overflow) = rowStride.multipliedReportingOverflow(by: shape.height + border.top + border.bottom)
    guard !overflow, bytes <= Int(Int32.max) else {
      throw InputError(
        .data, "the activations of eight images are too large", at: .init(node: node.title),
        expected: "at most 2 GiB", found: "\(shape) with border \(border)")
    }
    byteCount = bytes
  }

  /// Whole cache lines, so that registers of two channels cross none, and not a multiple of 2 KiB, at which pixels compete
  /// for the same cache sets. Maps of few channels are not worth the gap.
  private static func pixelStride(channels: Int, isSingle: Bool) -> Int {
    guard !isSingle, channels >= 8 else { return channels * vectorStride }
    let lines = (channels + 1) / 2
    return (lines % 32 == 0 ? lines + 1 : lines) * 2 * vectorStride
  }

  /// Offset of a pixel's first channel within the buffer; rows and columns may lie in the border.
  func offset(row: Int, column: Int) -> Int { (row + border.top) * rowStride + (column + border.left) * pixelStride }
}
