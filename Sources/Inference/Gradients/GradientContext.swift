import CKernels

/// What the adjoint of a step works on: one block's activations and gradients.
struct GradientContext {
  let instructions: Int32
  /// The activations of the forward pass.
  let activations: UnsafeMutableRawPointer
  /// Arguments of activations whose derivatives need them.
  let arguments: UnsafeMutableRawPointer?
  let gradients: GradientBuffers
  /// Channel numbers 0, 1, 2, … for kernels that take a list.
  let allChannels: UnsafePointer<Int32>

  var base: UnsafeMutableRawPointer { gradients.base }
}
