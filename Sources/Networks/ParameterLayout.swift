import Tensors

/// The trainable parameters of a network as one flat vector of named segments.
///
/// Segments stand in node order; within a node the weight comes before the bias and the scale before the shift. The
/// elements of a segment are those of the layer's own array in row-major order.
public struct ParameterLayout: Sendable, Hashable {
  /// What a segment's values are to their layer.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Of a convolution, a transposed convolution or a linear layer.
    case weight
    case bias
    /// Of a batch normalization or a per-channel affine map.
    case scale
    case shift
    /// Of a parametric ReLU.
    case slope
  }

  public struct Segment: Sendable, Hashable {
    public let node: Int
    public let kind: Kind
    /// Where its values stand in the flat vector.
    public let range: Range<Int>
    public let shape: Shape
  }

  public let segments: [Segment]
  /// Parameters of all segments together.
  public let count: Int

  /// - Complexity: O(nodes).
  public init(_ network: Network) {
    var segments: [Segment] = []
    var count = 0
    for (index, node) in network.nodes.enumerated() {
      for (kind, shape) in Self.parts(of: node.layer) where shape.count > 0 {
        segments.append(Segment(node: index, kind: kind, range: count..<count + shape.count, shape: shape))
        count += shape.count
      }
    }
    self.segments = segments
    self.count = count
  }

  /// The segment of a node's parameters of one kind; nil when it has none.
  public func segment(ofNode node: Int, _ kind: Kind) -> Segment? {
    segments.first { $0.node == node && $0.kind == kind }
  }

  /// The present parameters of a network with this layout, as the flat vector.
  public func values(of network: Network) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(count)
    for segment in segments {
      switch (network.nodes[segment.node].layer, segment.kind) {
      case (.convolution(let layer), .weight): values += layer.weight.values
      case (.convolution(let layer), .bias): values += layer.bias ?? []
      case (.transposedConvolution(let layer), .weight): values += layer.weight.values
      case (.transposedConvolution(let layer), .bias): values += layer.bias ?? []
      case (.linear(let layer), .weight): values += layer.weight.values
      case (.linear(let layer), .bias): values += layer.bias ?? []
      case (.batchNormalization(let layer), .scale): values += layer.scale
      case (.batchNormalization(let layer), .shift): values += layer.shift
      case (.affine(let layer), .scale): values += layer.scale
      case (.affine(let layer), .shift): values += layer.shift
      case (.activation(.prelu(let slopes)), .slope): values += slopes
      default: preconditionFailure("the layout is another network's")
      }
    }
    precondition(values.count == count, "the layout is another network's")
    return values
  }

  /// The layer with the parameters that a flat vector holds for it.
  public func layer(_ layer: Layer, ofNode node: Int, from values: [Float]) -> Layer {
    func part(_ kind: Kind) -> [Float]? { segment(ofNode: node, kind).map { Array(values[$0.range]) } }
    switch layer {
    case .convolution(var own):
      own.weight.values = part(.weight) ?? own.weight.values
      own.bias = part(.bias)
      return .convolution(own)
    case .transposedConvolution(var own):
      own.weight.values = part(.weight) ?? own.weight.values
      own.bias = part(.bias)
      return .transposedConvolution(own)
    case .linear(var own):
      own.weight.values = part(.weight) ?? own.weight.values
      own.bias = part(.bias)
      return .linear(own)
    case .batchNormalization(var own):
      own.scale = part(.scale) ?? own.scale
      own.shift = part(.shift) ?? own.shift
      return .batchNormalization(own)
    case .affine(var own):
      own.scale = part(.scale) ?? own.scale
      own.shift = part(.shift) ?? own.shift
      return .affine(own)
    case .activation(.prelu(let slopes)): return .activation(.prelu(part(.slope) ?? slopes))
    case .input, .constant, .activation, .pool, .globalPool, .concatenate, .combine, .localResponseNormalization,
      .slice, .pad, .reshape, .softmax, .identity:
      return layer
    }
  }

  private static func parts(of layer: Layer) -> [(Kind, Shape)] {
    func weighted(_ weight: Tensor, _ bias: [Float]?) -> [(Kind, Shape)] {
      [(.weight, weight.shape)] + (bias.map { [(.bias, Shape($0.count))] } ?? [])
    }
    switch layer {
    case .convolution(let layer): return weighted(layer.weight, layer.bias)
    case .transposedConvolution(let layer): return weighted(layer.weight, layer.bias)
    case .linear(let layer): return weighted(layer.weight, layer.bias)
    case .batchNormalization(let layer):
      return [(.scale, Shape(layer.scale.count)), (.shift, Shape(layer.shift.count))]
    case .affine(let layer): return [(.scale, Shape(layer.scale.count)), (.shift, Shape(layer.shift.count))]
    case .activation(.prelu(let slopes)): return [(.slope, Shape(slopes.count))]
    case .input, .constant, .activation, .pool, .globalPool, .concatenate, .combine, .localResponseNormalization,
      .slice, .pad, .reshape, .softmax, .identity:
      return []
    }
  }
}
