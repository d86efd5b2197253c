import Networks

/// One line of an architecture: a layer with what belongs to it, or a whole block of layers.
///
/// Convolutions come with their normalization and activation; a vector layer flattens what stands before it.
public enum LayerRecipe: Sendable, Hashable {
  case convolution(ConvolutionRecipe)
  case pool(PoolRecipe)
  /// One value a channel over all positions.
  case globalPool(PoolRecipe.Kind)
  case linear(LinearRecipe)
  /// SqueezeNet's block (Iandola et al. 2016): a 1×1 convolution, then a 1×1 and a 3×3 side by side.
  case fire(FireRecipe)
  /// GoogLeNet's block (Szegedy et al. 2014): up to four branches side by side.
  case inception(InceptionRecipe)
  /// ResNet's block (He et al. 2015): convolutions around which the input is added again.
  case residual(ResidualRecipe)

  /// The words by which recipes call the cases.
  public static let kindNames = ["convolution", "pool", "globalPool", "linear", "fire", "inception", "residual"]

  /// The most channels or features that a layer may have.
  public static let mostChannels = 1 << 16
  /// The most times that a line may be repeated.
  public static let mostRepetitions = 100
}

/// How many channels or features a layer has.
public enum ChannelCount: Sendable, Hashable {
  case fixed(Int)
  /// As many as there are classes.
  case classes

  func resolved(classes: Int) -> Int {
    switch self {
    case .fixed(let count): count
    case .classes: classes
    }
  }
}

/// The activations that a recipe can name.
public enum ActivationName: String, Sendable, Hashable, CaseIterable, Codable {
  case none, relu, relu6, leakyRelu, prelu, elu, sigmoid, tanh, hardSwish

  /// The layer; nil for ``none``.
  var activation: Activation? {
    switch self {
    case .none: nil
    case .relu: .relu
    case .relu6: .clip(lower: 0, upper: 6)
    case .leakyRelu: .leakyRelu(slope: 0.01)
    case .prelu: .prelu([0.25])
    case .elu: .elu(alpha: 1)
    case .sigmoid: .sigmoid
    case .tanh: .tanh
    case .hardSwish: .hardSwish
    }
  }

  /// By how much weights before it are larger than before none, so that variances stay what they are.
  var gain: Double {
    switch self {
    case .none, .sigmoid: 1
    case .tanh: 5.0 / 3
    case .relu, .relu6, .leakyRelu, .prelu, .elu, .hardSwish: 2.0.squareRoot()
    }
  }
}

/// A convolution, its batch normalization if any, its activation if any.
public struct ConvolutionRecipe: Sendable, Hashable {
  public var channels: ChannelCount
  public var kernel: Extent
  public var stride: Int
  /// Pixels of zeros at each side; nil for half the kernel, which keeps the size at stride 1.
  public var padding: Int?
  public var groups: Int
  public var batchNorm: Bool
  /// Nil: a bias unless a batch normalization follows.
  public var bias: Bool?
  public var activation: ActivationName
  /// How many times the line stands; only the first has the stride.
  public var repetitions: Int

  public init(
    channels: ChannelCount, kernel: Extent = Extent(3), stride: Int = 1, padding: Int? = nil, groups: Int = 1,
    batchNorm: Bool = false, bias: Bool? = nil, activation: ActivationName = .relu, repetitions: Int = 1
  ) {
    self.channels = channels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.groups = groups
    self.batchNorm = batchNorm
    self.bias = bias
    self.activation = activation
    self.repetitions = repetitions
  }
}

/// Pooling over windows.
public struct PoolRecipe: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
    case max, average

    var pooling: PoolingKind {
      switch self {
      case .max: .maximum
      case .average: .average(countsPadding: false)
      }
    }
  }

  public var kind: Kind
  public var kernel: Int
  public var stride: Int
  public var padding: Int

  public init(_ kind: Kind = .max, kernel: Int = 2, stride: Int? = nil, padding: Int = 0) {
    self.kind = kind
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
  }
}

/// A fully connected layer and its activation if any.
public struct LinearRecipe: Sendable, Hashable {
  public var features: ChannelCount
  public var activation: ActivationName
  public var bias: Bool

  public init(features: ChannelCount, activation: ActivationName = .none, bias: Bool = true) {
    self.features = features
    self.activation = activation
    self.bias = bias
  }
}

/// A fire block; its output has twice ``expand`` channels.
public struct FireRecipe: Sendable, Hashable {
  public var squeeze: Int
  public var expand: Int
  public var batchNorm: Bool
  public var repetitions: Int

  public init(squeeze: Int, expand: Int, batchNorm: Bool = false, repetitions: Int = 1) {
    self.squeeze = squeeze
    self.expand = expand
    self.batchNorm = batchNorm
    self.repetitions = repetitions
  }
}

/// An inception block; a branch with no channels is left out.
public struct InceptionRecipe: Sendable, Hashable {
  /// Channels of the branch that is one 1×1 convolution.
  public var one: Int
  /// Channels of the 1×1 and of the 3×3 convolution of the second branch.
  public var three: [Int]
  /// Channels of the 1×1 and of the 5×5 convolution of the third branch.
  public var five: [Int]
  /// Channels of the 1×1 convolution behind a 3×3 maximum.
  public var pool: Int
  public var batchNorm: Bool
  public var repetitions: Int

  public init(
    one: Int, three: [Int] = [], five: [Int] = [], pool: Int = 0, batchNorm: Bool = true, repetitions: Int = 1
  ) {
    self.one = one
    self.three = three
    self.five = five
    self.pool = pool
    self.batchNorm = batchNorm
    self.repetitions = repetitions
  }
}

/// A residual block; where the shape changes, a 1×1 convolution fits the input to the sum.
public struct ResidualRecipe: Sendable, Hashable {
  public enum Form: String, Sendable, Hashable, CaseIterable, Codable {
    /// Two 3×3 convolutions.
    case basic
    /// 1×1 to a quarter of the channels, 3×3, 1×1 back.
    case bottleneck
  }

  public var channels: Int
  public var stride: Int
  public var form: Form
  public var batchNorm: Bool
  /// How many times the line stands; only the first has the stride.
  public var repetitions: Int

  public init(channels: Int, stride: Int = 1, form: Form = .basic, batchNorm: Bool = true, repetitions: Int = 1) {
    self.channels = channels
    self.stride = stride
    self.form = form
    self.batchNorm = batchNorm
    self.repetitions = repetitions
  }
}
