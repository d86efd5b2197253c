import Networks

/// One thing that a forward pass does for a block of eight images.
struct Step: Sendable {
  enum Work: Sendable {
    case convolution(ConvolutionStep)
    case depthwise(DepthwiseStep)
    case transposedConvolution(TransposedConvolutionStep)
    case pooling(PoolingStep)
    case affine(AffineStep)
    case combine(CombineStep)
    case copy(CopyStep)
    case localResponse(LocalResponseStep)
    case softmax(SoftmaxStep)
  }

  let work: Work
  /// Steps whose results this one reads; the loading of the image is step −1 and always before.
  let dependencies: [Int]
  /// True when it reads the image itself.
  let readsInput: Bool
  /// The index of the unit site that this step computes, if it is one.
  let site: Int?
  /// What the kernel could not fuse, applied after it.
  let pass: ActivationPass?

  /// Multiplications with an addition for one image.
  var multiplyAdds: Int {
    switch work {
    case .convolution(let step): step.multiplyAdds
    case .depthwise(let step): step.multiplyAdds
    case .transposedConvolution(let step): step.multiplyAdds
    case .pooling, .affine, .combine, .copy, .localResponse, .softmax: 0
    }
  }

  func run(_ base: UnsafeMutableRawPointer, _ instructions: Int32) {
    switch work {
    case .convolution(let step): step.run(base, instructions)
    case .depthwise(let step): step.run(base, instructions)
    case .transposedConvolution(let step): step.run(base)
    case .pooling(let step): step.run(base, instructions)
    case .affine(let step): step.run(base, instructions)
    case .combine(let step): step.run(base, instructions)
    case .copy(let step): step.run(base)
    case .localResponse(let step): step.run(base)
    case .softmax(let step): step.run(base)
    }
    pass?.run(base)
  }
}
