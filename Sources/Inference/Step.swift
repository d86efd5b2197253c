import Networks

/// One thing that a forward pass does for a block of eight images.
///
/// Steps with tables are classes: a pass that goes through them counts no references to each of their arrays.
final class Step: Sendable {
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
  /// The node that begins the step.
  let node: Int
  /// The index of the site whose units this step computes, if it is one.
  let site: Int?

  init(work: Work, node: Int, site: Int?) {
    self.work = work
    self.node = node
    self.site = site
  }

  /// Multiplications with an addition of a full pass of one image.
  var multiplyAdds: Int {
    switch work {
    case .convolution(let step): step.multiplyAdds
    case .depthwise(let step): step.multiplyAdds
    case .transposedConvolution(let step): step.multiplyAdds
    case .pooling, .affine, .combine, .copy, .localResponse, .softmax: 0
    }
  }

  /// True when its activation's derivative will need the argument.
  var keepsArgument: Bool {
    switch work {
    case .convolution(let step): step.activation.keepsArgument
    case .depthwise(let step): step.activation.keepsArgument
    case .transposedConvolution(let step): step.activation.keepsArgument
    case .affine(let step): step.activation.keepsArgument
    case .combine(let step): step.activation.keepsArgument
    case .pooling, .copy, .localResponse, .softmax: false
    }
  }

  /// Computes what changed and is wanted, and notes which channels that was.
  ///
  /// - Returns: multiplications with an addition done for one image.
  func run(_ context: StepContext, _ request: UnitRequest, _ selections: [ConvolutionSelection]) -> Int {
    switch work {
    case .convolution(let step): return step.run(context, request, selections)
    case .depthwise(let step): return step.run(context, request)
    case .transposedConvolution(let step): return step.run(context, request)
    case .pooling(let step): step.run(context)
    case .affine(let step): step.run(context)
    case .combine(let step): step.run(context)
    case .copy(let step): step.run(context)
    case .localResponse(let step): step.run(context)
    case .softmax(let step): step.run(context)
    }
    return 0
  }
}
