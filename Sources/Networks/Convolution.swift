import Tensors

/// A convolution (cross-correlation) with optional groups: depthwise when there are as many groups as channels.
///
/// Weight `[outputs, inputs / groups, kernel height, kernel width]`; output height
/// `(height + top + bottom − dilation·(kernel − 1) − 1) / stride + 1`, rounded down; likewise the width.
public struct Convolution: Sendable, Hashable {
  public var weight: Tensor
  /// One value an output channel, or nil for none.
  public var bias: [Float]?
  public var stride: Extent
  public var padding: Insets
  public var dilation: Extent
  public var groups: Int

  public init(
    weight: Tensor, bias: [Float]? = nil, stride: Extent = Extent(1), padding: Insets = .zero,
    dilation: Extent = Extent(1), groups: Int = 1
  ) {
    self.weight = weight
    self.bias = bias
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  public var outputChannels: Int { weight.shape[0] }
  public var inputChannelsPerGroup: Int { weight.shape[1] }
  public var inputChannels: Int { weight.shape[1] * groups }
  public var kernel: Extent { Extent(height: weight.shape[2], width: weight.shape[3]) }
  /// True when each output channel sees exactly one input channel, its own.
  public var isDepthwise: Bool { groups == inputChannels && groups == outputChannels && groups > 1 }
}

/// The adjoint of a convolution, used to enlarge feature maps.
///
/// Weight `[inputs, outputs / groups, kernel height, kernel width]`; output height
/// `(height − 1)·stride − top − bottom + dilation·(kernel − 1) + 1 + outputPadding`.
public struct TransposedConvolution: Sendable, Hashable {
  public var weight: Tensor
  public var bias: [Float]?
  public var stride: Extent
  public var padding: Insets
  public var outputPadding: Extent
  public var dilation: Extent
  public var groups: Int

  public init(
    weight: Tensor, bias: [Float]? = nil, stride: Extent = Extent(1), padding: Insets = .zero,
    outputPadding: Extent = Extent(0), dilation: Extent = Extent(1), groups: Int = 1
  ) {
    self.weight = weight
    self.bias = bias
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
  }

  public var inputChannels: Int { weight.shape[0] }
  public var outputChannels: Int { weight.shape[1] * groups }
  public var kernel: Extent { Extent(height: weight.shape[2], width: weight.shape[3]) }
}

/// A fully connected layer on a vector: weight `[outputs, inputs]`, `y = W x + b`.
public struct Linear: Sendable, Hashable {
  public var weight: Tensor
  public var bias: [Float]?

  public init(weight: Tensor, bias: [Float]? = nil) {
    self.weight = weight
    self.bias = bias
  }

  public var outputCount: Int { weight.shape[0] }
  public var inputCount: Int { weight.shape[1] }
}
