import CKernels
import Networks
import Tensors

/// `activation(scale · x + shift)` for each channel: batch normalization or arithmetic that no convolution could take.
struct AffineStep: Sendable {
  let input: MapPlace
  let output: MapPlace
  /// nil leaves the values as they are.
  let affine: ChannelAffine?
  let activation: FusedActivation

  /// Input and output `[row][pixel][channels][8]`.
  func run(_ base: UnsafeMutableRawPointer, _ instructions: Int32) {
    var x = input.map(base), y = output.map(base)
    let shape = output.shape
    let rows = Int64(shape.height), columns = Int64(shape.width), channels = Int64(shape.channels)
    guard let affine else {
      return ns_affine(instructions, &x, &y, rows, columns, channels, nil, nil, activation.kernel.code)
    }
    affine.scale.withUnsafeBufferPointer { scale in
      affine.shift.withUnsafeBufferPointer { shift in
        ns_affine(
          instructions, &x, &y, rows, columns, channels, scale.baseAddress, shift.baseAddress, activation.kernel.code)
      }
    }
  }
}

/// Arithmetic between maps, extents of 1 repeated, with a fused activation.
struct CombineStep: Sendable {
  let combination: Combination
  let inputs: [MapPlace]
  let output: MapPlace
  let activation: FusedActivation

  /// Inputs and output `[row][pixel][channels][8]`.
  func run(_ base: UnsafeMutableRawPointer, _ instructions: Int32) {
    let operation: Int32 =
      switch combination {
      case .add: Int32(ns_add)
      case .subtract: Int32(ns_subtract)
      case .multiply: Int32(ns_multiply)
      case .divide: Int32(ns_divide)
      }
    let shape = output.shape
    let rows = Int64(shape.height), columns = Int64(shape.width), channels = Int64(shape.channels)
    var y = output.map(base)
    var left = inputs[0].map(base, repeatedTo: shape)
    for index in 1..<inputs.count {
      var right = inputs[index].map(base, repeatedTo: shape)
      let isLast = index == inputs.count - 1
      let activation = isLast ? activation.kernel.code : FusedActivation.KernelActivation.keep.code
      ns_combine(instructions, operation, &left, &right, &y, rows, columns, channels, activation)
      left = y
    }
  }
}

/// A function without a kernel, applied in place after a step has stored its values.
struct ActivationPass: Sendable {
  let place: MapPlace
  let activation: Activation

  /// In place on `[row][pixel][channels][8]`.
  func run(_ base: UnsafeMutableRawPointer) {
    let pointer = place.pointer(base)
    let lanes = BufferLayout.lanes
    for row in 0..<place.shape.height {
      for column in 0..<place.shape.width {
        let pixel = pointer + place.offset(row: row, column: column) / MemoryLayout<Float>.stride
        for channel in 0..<place.shape.channels {
          for lane in 0..<lanes {
            pixel[channel * lanes + lane] = activation(pixel[channel * lanes + lane], channel: channel)
          }
        }
      }
    }
  }
}
