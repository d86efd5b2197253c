import Tensors

/// The closed set of things that a node of a network computes, with their parameters.
///
/// Shapes speak of one image: a feature map is `[channels, height, width]`, a vector `[features]`. Kernels, plans,
/// gradients and file formats switch over these cases without `default`, so that a new kind cannot be forgotten.
public enum Layer: Sendable, Hashable {
  /// The network's image; always node 0 and nowhere else.
  case input(Shape)
  /// A value that depends on no image, for arithmetic that is not per channel.
  case constant(Tensor)
  case convolution(Convolution)
  case transposedConvolution(TransposedConvolution)
  case linear(Linear)
  case batchNormalization(BatchNormalization)
  /// `scale · x + shift` for each channel: an addition or a multiplication with a constant.
  case affine(ChannelAffine)
  case activation(Activation)
  case pool(Pooling)
  /// One value a channel over all positions; the output is `[channels, 1, 1]`.
  case globalPool(PoolingKind)
  /// Inputs one after another along the channels.
  case concatenate
  /// Arithmetic between inputs, element by element, extents of 1 repeated as needed.
  case combine(Combination)
  case localResponseNormalization(LocalResponseNormalization)
  case slice(Slice)
  case pad(Padding)
  /// The same elements in row-major order under another shape; flattening, squeezing and unsqueezing are this.
  case reshape(Shape)
  /// Softmax over the channels at each position; its logarithm when `logarithmic`.
  case softmax(logarithmic: Bool)
  case identity
}

extension Layer {
  /// The kind's name as it stands in listings and error messages.
  public var kindName: String {
    switch self {
    case .input: "Input"
    case .constant: "Constant"
    case .convolution: "Convolution"
    case .transposedConvolution: "TransposedConvolution"
    case .linear: "Linear"
    case .batchNormalization: "BatchNormalization"
    case .affine: "Affine"
    case .activation(let activation): activation.kindName
    case .pool(let pooling): pooling.kind.isMaximum ? "MaxPool" : "AveragePool"
    case .globalPool(let kind): kind.isMaximum ? "GlobalMaxPool" : "GlobalAveragePool"
    case .concatenate: "Concatenate"
    case .combine(let combination):
      switch combination {
      case .add: "Add"
      case .subtract: "Subtract"
      case .multiply: "Multiply"
      case .divide: "Divide"
      }
    case .localResponseNormalization: "LocalResponseNormalization"
    case .slice: "Slice"
    case .pad: "Pad"
    case .reshape: "Reshape"
    case .softmax(let logarithmic): logarithmic ? "LogSoftmax" : "Softmax"
    case .identity: "Identity"
    }
  }

  /// The number of trained values that the layer holds.
  public var parameterCount: Int {
    switch self {
    case .convolution(let layer): layer.weight.count + (layer.bias?.count ?? 0)
    case .transposedConvolution(let layer): layer.weight.count + (layer.bias?.count ?? 0)
    case .linear(let layer): layer.weight.count + (layer.bias?.count ?? 0)
    case .batchNormalization(let layer): layer.scale.count + layer.shift.count
    case .affine(let layer): layer.scale.count + layer.shift.count
    case .activation(.prelu(let slopes)): slopes.count
    case .constant(let tensor): tensor.count
    case .input, .activation, .pool, .globalPool, .concatenate, .combine, .localResponseNormalization, .slice, .pad,
      .reshape, .softmax, .identity:
      0
    }
  }
}
