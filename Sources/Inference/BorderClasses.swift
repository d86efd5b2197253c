import Networks
import Tensors

/// Output pixels of a convolution sorted by which taps of the kernel fall inside the input.
///
/// A constant input channel contributes its value times the sum of those taps: zero padding makes that depend on the
/// border, and on nothing else.
struct BorderClasses: Sendable {
  /// The class of each output pixel in row-major order.
  let pixels: [Int32]
  /// For each class, the taps inside, in row-major order of the kernel.
  let taps: [[Int]]

  var count: Int { taps.count }

  init(_ layer: Convolution, input: Shape, output: Shape) {
    let kernel = layer.kernel
    let rows = BorderClasses.sort(
      output.height, kernel.height, layer.stride.height, layer.dilation.height, layer.padding.top, input.height)
    let columns = BorderClasses.sort(
      output.width, kernel.width, layer.stride.width, layer.dilation.width, layer.padding.left, input.width)
    pixels = rows.classes.flatMap { row in columns.classes.map { Int32(row * columns.taps.count + $0) } }
    taps = rows.taps.flatMap { us in columns.taps.map { vs in us.flatMap { u in vs.map { u * kernel.width + $0 } } } }
  }

  /// The classes along one axis: positions whose taps inside the input are the same.
  private static func sort(
    _ positions: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ padding: Int, _ extent: Int
  ) -> (classes: [Int], taps: [[Int]]) {
    var classes: [Int] = [], taps: [[Int]] = []
    for position in 0..<positions {
      let inside = (0..<kernel).filter { (0..<extent).contains(position * stride - padding + $0 * dilation) }
      if let known = taps.firstIndex(of: inside) {
        classes.append(known)
      } else {
        classes.append(taps.count)
        taps.append(inside)
      }
    }
    return (classes, taps)
  }
}
