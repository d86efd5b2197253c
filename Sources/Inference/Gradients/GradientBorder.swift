import Networks
import Tensors

/// The zeros that a layer's output gradient needs around it, so that gathering the input gradient reads without a test.
enum GradientBorder {
  static func insets(_ layer: Layer, _ input: Shape, _ output: Shape) -> Insets {
    switch layer {
    case .convolution(let layer):
      // A single window needs none: each input element is reached by one tap at most.
      guard output.area > 1 else { return .zero }
      let rows = axis(
        layer.kernel.height, layer.stride.height, layer.dilation.height, layer.padding.top, input.height,
        output.height)
      let columns = axis(
        layer.kernel.width, layer.stride.width, layer.dilation.width, layer.padding.left, input.width, output.width)
      return Insets(top: rows.before, left: columns.before, bottom: rows.after, right: columns.after)
    case .transposedConvolution(let layer): return layer.padding
    case .input, .constant, .linear, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate,
      .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      return .zero
    }
  }

  /// How far the outputs that an input position may have reached lie before the first and after the last.
  private static func axis(
    _ kernel: Int, _ stride: Int, _ dilation: Int, _ padding: Int, _ input: Int, _ output: Int
  ) -> (before: Int, after: Int) {
    let before = (max(0, dilation * (kernel - 1) - padding) + stride - 1) / stride
    let after = max(0, (input - 1 + padding) / stride - (output - 1))
    return (before, after)
  }
}
