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
  func run(_ context: StepContext) {
    let channels = context.channelsToCompute(output, reading: [input]) { channel in
      var value = context.states.value[input.firstChannel + channel]
      if let affine { value = affine.scale[channel] * value + affine.shift[channel] }
      return activation.whole?(value, channel: channel) ?? value
    }
    guard channels.count > 0 else { return }
    var x = input.map(context.base), y = output.map(context.base)
    let rows = Int64(output.shape.height), columns = Int64(output.shape.width)
    if let affine {
      affine.scale.withUnsafeBufferPointer { scale in
        affine.shift.withUnsafeBufferPointer { shift in
          ns_affine(
            context.instructions, &x, &y, rows, columns, channels, scale.baseAddress, shift.baseAddress,
            activation.kernel.code)
        }
      }
    } else {
      ns_affine(context.instructions, &x, &y, rows, columns, channels, nil, nil, activation.kernel.code)
    }
    activation.finish(output, channels, context)
  }
}

/// Arithmetic between maps, extents of 1 repeated, with a fused activation.
struct CombineStep: Sendable {
  let combination: Combination
  let inputs: [MapPlace]
  let output: MapPlace
  let activation: FusedActivation

  /// Inputs and output `[row][pixel][channels][8]`.
  func run(_ context: StepContext) {
    let channels = context.channelsToCompute(output, reading: inputs) { channel in
      func value(_ input: MapPlace) -> Float {
        context.states.value[input.firstChannel + (input.shape.channels == 1 ? 0 : channel)]
      }
      let result = inputs.dropFirst().reduce(value(inputs[0])) { partial, input in
        switch combination {
        case .add: partial + value(input)
        case .subtract: partial - value(input)
        case .multiply: partial * value(input)
        case .divide: partial / value(input)
        }
      }
      return activation.whole?(result, channel: channel) ?? result
    }
    guard channels.count > 0 else { return }
    let operation: Int32 =
      switch combination {
      case .add: Int32(ns_add)
      case .subtract: Int32(ns_subtract)
      case .multiply: Int32(ns_multiply)
      case .divide: Int32(ns_divide)
      }
    let shape = output.shape
    var y = output.map(context.base)
    var left = inputs[0].map(context.base, repeatedTo: shape)
    for index in 1..<inputs.count {
      var right = inputs[index].map(context.base, repeatedTo: shape)
      let isLast = index == inputs.count - 1
      ns_combine(
        context.instructions, operation, &left, &right, &y, Int64(shape.height), Int64(shape.width), channels,
        isLast ? activation.kernel.code : FusedActivation.KernelActivation.keep.code)
      left = y
    }
    activation.finish(output, channels, context)
  }
}
