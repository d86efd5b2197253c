import CKernels
import Networks
import Tensors

/// What a convolution of 3×3 and stride 1 needs to run by Winograd's F(2×2, 3×3): transformed kernels and tiles of 2×2
/// outputs (Lavin & Gray 2016, arXiv:1509.09308, section 4.1).
///
/// A last tile that would reach over the edge moves back inside and computes some outputs twice.
struct WinogradTables: Sendable {
  /// Fewer live inputs than this, and direct convolution is faster: transforming costs more than the products save.
  static let fewestInputs = 12

  /// `[frequency 16][output][input]`
  let weights: [Float]
  /// `[tiles]` offset of each tile's first input, which may lie in the border.
  let tileInputs: [Int32]
  /// `[tiles]` offset of each tile's first output.
  let tileOutputs: [Int32]
  /// `[tiles][2×2]` border classes of each tile's outputs.
  let tileClasses: [Int32]
  /// 0, 32, 64, …: where channels lie in the scratch memory.
  let places: [Int32]
  let tileBlock: Int
  let outputChunk: Int
  let scratchByteCount: Int

  /// False when the layer has another kernel, stride or dilation, groups, too few channels or too small a map.
  static func serves(_ layer: Convolution, output: Shape) -> Bool {
    layer.kernel.height == 3 && layer.kernel.width == 3 && layer.stride.area == 1 && layer.dilation.area == 1
      && layer.groups == 1 && layer.inputChannels >= fewestInputs && layer.outputChannels >= 4 && output.height >= 2
      && output.width >= 2
  }

  /// nil when the algorithm does not serve the layer.
  init?(_ layer: Convolution, input: MapPlace, output: MapPlace, borders: BorderClasses) {
    guard WinogradTables.serves(layer, output: output.shape) else { return nil }
    let height = output.shape.height, width = output.shape.width
    var inputs: [Int32] = [], outputs: [Int32] = [], classes: [Int32] = []
    for tileRow in 0..<(height + 1) / 2 {
      let row = min(2 * tileRow, height - 2)
      for tileColumn in 0..<(width + 1) / 2 {
        let column = min(2 * tileColumn, width - 2)
        inputs.append(Int32(input.offset(row: row - layer.padding.top, column: column - layer.padding.left)))
        outputs.append(Int32(output.offset(row: row, column: column)))
        for pixel in [(0, 0), (0, 1), (1, 0), (1, 1)] {
          classes.append(borders.pixels[(row + pixel.0) * width + column + pixel.1])
        }
      }
    }
    tileInputs = inputs
    tileOutputs = outputs
    tileClasses = classes
    weights = WinogradTables.transform(layer)
    (tileBlock, outputChunk) = WinogradTables.blocking(
      inputs: layer.inputChannels, outputs: layer.outputChannels, tiles: inputs.count)
    places = (0..<max(layer.inputChannels, outputChunk)).map { Int32($0 * BufferLayout.vectorStride) }
    scratchByteCount = Int(
      ns_winograd_scratch(Int64(tileBlock), Int64(outputChunk), Int64(layer.inputChannels)))
  }

  /// Tiles and outputs that go together, so that transformed inputs and products stay in the caches.
  private static func blocking(inputs: Int, outputs: Int, tiles: Int) -> (tileBlock: Int, outputChunk: Int) {
    let tileBlock = min(inputs < 128 ? 6 : 12, (tiles + 2) / 3 * 3)
    return (tileBlock, min((outputs + 3) / 4 * 4, 256))
  }

  /// U = G g Gᵀ for each output and input (equation 7), in double precision.
  private static func transform(_ layer: Convolution) -> [Float] {
    let inputs = layer.inputChannels, outputs = layer.outputChannels
    var transformed = [Float](repeating: 0, count: 16 * outputs * inputs)
    /// One row or column: G g.
    func expand(_ g0: Double, _ g1: Double, _ g2: Double) -> [Double] {
      [g0, (g0 + g1 + g2) / 2, (g0 - g1 + g2) / 2, g2]
    }
    for output in 0..<outputs {
      for input in 0..<inputs {
        let kernel = layer.weight.values[(output * inputs + input) * 9..<(output * inputs + input + 1) * 9].map(
          Double.init)
        let columns = (0..<3).map { expand(kernel[$0], kernel[3 + $0], kernel[6 + $0]) }
        for row in 0..<4 {
          for (column, value) in expand(columns[0][row], columns[1][row], columns[2][row]).enumerated() {
            transformed[((row * 4 + column) * outputs + output) * inputs + input] = Float(value)
          }
        }
      }
    }
    return transformed
  }
}
