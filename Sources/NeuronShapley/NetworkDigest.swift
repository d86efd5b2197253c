import Images
import Networks
import Tensors

extension Network {
  /// SHA-256 over the graph and all parameters, as hexadecimal digits: equal digests mean the same function under the
  /// same node names.
  ///
  /// It is the content's digest, not a file's: the same network from another file, or built in code, has the same one.
  /// Complexity: O(parameters).
  public var digest: String {
    var digest = SHA256Digest()
    digest.update("network, version 1")
    digest.update(UInt64(nodes.count))
    digest.update(UInt64(output))
    for node in nodes {
      digest.update(node.name)
      digest.update(node.inputs)
      digest.update(node.layer)
    }
    return SHA256Digest.hexadecimal(digest.finalize())
  }
}

// Every list is written with its length, so that no two networks write the same bytes.
extension SHA256Digest {
  fileprivate mutating func update(_ text: String) {
    let bytes = Array(text.utf8)
    update(UInt64(bytes.count))
    update(bytes)
  }

  fileprivate mutating func update(_ numbers: [Int]) {
    update(UInt64(numbers.count))
    for number in numbers { update(UInt64(bitPattern: Int64(number))) }
  }

  fileprivate mutating func update(_ values: [Float]) {
    update(UInt64(values.count))
    #if _endian(little)
      values.withUnsafeBytes { update($0) }
    #else
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { update($0) } }
    #endif
  }

  fileprivate mutating func update(_ values: [Float]?) {
    update([values == nil ? 0 : 1])
    update(values ?? [])
  }

  fileprivate mutating func update(_ tensor: Tensor) {
    update(tensor.shape.extents)
    update(tensor.values)
  }

  fileprivate mutating func update(_ layer: Layer) {
    update(layer.kindName)
    switch layer {
    case .input(let shape), .reshape(let shape): update(shape.extents)
    case .constant(let tensor): update(tensor)
    case .convolution(let layer):
      update(layer.weight)
      update(layer.bias)
      update(layer.stride.numbers + layer.padding.numbers + layer.dilation.numbers + [layer.groups])
    case .transposedConvolution(let layer):
      update(layer.weight)
      update(layer.bias)
      update(layer.stride.numbers + layer.padding.numbers + layer.outputPadding.numbers)
      update(layer.dilation.numbers + [layer.groups])
    case .linear(let layer):
      update(layer.weight)
      update(layer.bias)
    case .batchNormalization(let layer):
      for values in [layer.scale, layer.shift, layer.mean, layer.variance, [layer.epsilon]] { update(values) }
    case .affine(let layer):
      update(layer.scale)
      update(layer.shift)
    case .activation(let activation): update(activation.parameters)
    case .pool(let layer):
      update(layer.kind.numbers + layer.kernel.numbers + layer.stride.numbers)
      update(layer.padding.numbers + layer.dilation.numbers + [layer.roundsUp ? 1 : 0])
    case .globalPool(let kind): update(kind.numbers)
    case .localResponseNormalization(let layer):
      update([layer.size])
      update([layer.alpha, layer.beta, layer.bias])
    case .slice(let slice): update(slice.axes.flatMap { [$0.start, $0.step, $0.count] })
    case .pad(let padding):
      update(padding.before)
      update(padding.after)
      switch padding.fill {
      case .constant(let value): update([value])
      case .reflect: update("reflect")
      case .edge: update("edge")
      }
    case .concatenate, .combine, .softmax, .identity: break
    }
  }
}

extension Extent {
  fileprivate var numbers: [Int] { [height, width] }
}

extension Insets {
  fileprivate var numbers: [Int] { [top, left, bottom, right] }
}

extension PoolingKind {
  fileprivate var numbers: [Int] {
    switch self {
    case .maximum: [0]
    case .average(let countsPadding): [1, countsPadding ? 1 : 0]
    }
  }
}

extension Activation {
  /// The function's own numbers; its name is the layer's kind.
  fileprivate var parameters: [Float] {
    switch self {
    case .relu, .sigmoid, .tanh, .hardSwish: []
    case .leakyRelu(let slope): [slope]
    case .prelu(let slopes): slopes
    case .elu(let alpha): [alpha]
    case .hardSigmoid(let alpha, let beta): [alpha, beta]
    case .clip(let lower, let upper): [lower, upper]
    }
  }
}
