import CKernels
import Networks
import Tensors

extension AffineStep {
  /// Adds scale · gradient to the input's gradient.
  func differentiate(_ context: GradientContext, from gradient: MapPlace) {
    let adds = context.gradients.begin(input, covers: true)
    var g = gradient.map(context.base), x = input.map(context.base)
    let rows = Int64(input.shape.height), columns = Int64(input.shape.width), channels = Int64(input.shape.channels)
    guard let affine else {
      ns_add_gradient(
        context.instructions, Int32(ns_direct), 1, adds ? 1 : 0, &g, &g, &g, &x, rows, columns, channels)
      return
    }
    let zeros = [Float](repeating: 0, count: affine.scale.count)
    let lanes = [Float](repeating: 1, count: BufferLayout.lanes)
    affine.scale.withUnsafeBufferPointer { scale in
      zeros.withUnsafeBufferPointer { zeros in
        lanes.withUnsafeBufferPointer { lanes in
          ns_mix(
            context.instructions, adds ? 1 : 0, &g, &g, &x, rows, columns, channels, scale.baseAddress,
            zeros.baseAddress, zeros.baseAddress, lanes.baseAddress)
        }
      }
    }
  }
}

extension CombineStep {
  /// Adds each wanted input's share; what an input was repeated over is summed.
  func differentiate(_ context: GradientContext, from gradient: MapPlace, wanted: [Bool]) {
    for (index, input) in inputs.enumerated() where wanted[index] {
      let isRepeated = input.shape != output.shape
      let adds = context.gradients.begin(input, covers: !isRepeated)
      // The other operand of a product or a quotient.
      let other = inputs[index == 0 ? min(1, inputs.count - 1) : 0]
      switch combination {
      case .add: add(Int32(ns_direct), 1, adds, gradient, input, input, to: input, context)
      case .subtract: add(Int32(ns_direct), index == 0 ? 1 : -1, adds, gradient, input, input, to: input, context)
      case .multiply: add(Int32(ns_times), 1, adds, gradient, other, other, to: input, context)
      case .divide:
        if index == 0 {
          add(Int32(ns_over), 1, adds, gradient, other, other, to: input, context)
        } else {
          add(Int32(ns_over_square), -1, adds, gradient, input, other, to: input, context)
        }
      }
    }
  }

  private func add(
    _ operation: Int32, _ sign: Float, _ adds: Bool, _ gradient: MapPlace, _ a: MapPlace, _ b: MapPlace,
    to input: MapPlace, _ context: GradientContext
  ) {
    let shape = output.shape
    var g = gradient.map(context.base)
    var left = a.map(context.activations, repeatedTo: shape), right = b.map(context.activations, repeatedTo: shape)
    var x = input.map(context.base, repeatedTo: shape)
    ns_add_gradient(
      context.instructions, operation, sign, adds ? 1 : 0, &g, &left, &right, &x, Int64(shape.height),
      Int64(shape.width), Int64(shape.channels))
  }
}

extension PoolingStep {
  /// Adds to the input's gradient: a maximum's goes to the first pixel of the window that has it, a mean's to all.
  func differentiate(_ context: GradientContext, from gradient: MapPlace) {
    _ = context.gradients.begin(input, covers: false)
    windowStarts.withUnsafeBufferPointer { starts in
      windowOffsets.withUnsafeBufferPointer { offsets in
        outputOffsets.withUnsafeBufferPointer { outputs in
          var plan = ns_pooling(
            channels: ns_channels(indices: context.allChannels, count: Int64(output.shape.channels)),
            pixels: Int64(outputs.count), output_offsets: outputs.baseAddress, window_starts: starts.baseAddress,
            window_offsets: offsets.baseAddress, reciprocals: nil)
          let x = input.pointer(context.activations), y = output.pointer(context.activations)
          let g = gradient.pointer(context.base), dx = input.pointer(context.base)
          guard let reciprocals else { return ns_pool_gradient(context.instructions, &plan, x, y, g, dx) }
          reciprocals.withUnsafeBufferPointer { reciprocals in
            plan.reciprocals = reciprocals.baseAddress
            ns_pool_gradient(context.instructions, &plan, x, y, g, dx)
          }
        }
      }
    }
  }
}

extension CopyStep {
  /// Adds each copy's gradient to the vector it came from.
  func differentiate(_ context: GradientContext, from gradient: MapPlace) {
    _ = context.gradients.begin(input, covers: false)
    let g = UnsafeRawPointer(gradient.pointer(context.base))
    let dx = UnsafeMutableRawPointer(input.pointer(context.base))
    for index in sources.indices {
      let target = dx + Int(sources[index])
      let sum =
        target.loadUnaligned(as: SIMD8<Float>.self)
        + (g + Int(targets[index])).loadUnaligned(as: SIMD8<Float>.self)
      target.storeBytes(of: sum, as: SIMD8<Float>.self)
    }
  }
}
