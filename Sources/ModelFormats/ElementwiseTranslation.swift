import InputErrors
import Networks
import Tensors

extension GraphTranslation {
  mutating func activation(_ activation: Activation, _ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    try pointwise(node, .activation(activation), image(node, inputs))
  }

  mutating func parametricRelu(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    switch try spread(constant(node, inputs, 1), over: image(node, inputs), node) {
    case .scalar(let slope): return try activation(.prelu([slope]), node, inputs)
    case .channels(let slopes): return try activation(.prelu(slopes), node, inputs)
    case .tensor: throw node.error("the slopes differ within a channel", expected: "one slope a channel")
    }
  }

  mutating func clip(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    guard operatorSet < 11 else {
      let lower = try bound(node, optionalConstant(node, inputs, 1)) ?? -.infinity
      let upper = try bound(node, optionalConstant(node, inputs, 2)) ?? .infinity
      return try activation(.clip(lower: lower, upper: upper), node, inputs)
    }
    // The defaults of old files are the largest floats: no bounds.
    let largest = Float.greatestFiniteMagnitude
    let lower = try node.float("min", default: -largest), upper = try node.float("max", default: largest)
    let activation = Activation.clip(
      lower: lower <= -largest ? -.infinity : lower, upper: upper >= largest ? .infinity : upper)
    return try self.activation(activation, node, inputs)
  }

  /// The smaller or larger one of each value and one number: a clip with one bound.
  mutating func limited(_ node: ONNXNode, _ inputs: [GraphValue?], isMinimum: Bool) throws -> ImageValue {
    guard inputs.count == 2 else { throw node.error("the operator is read only with one number", expected: "2 inputs") }
    var position = 0
    if case .constant? = inputs[0] { position = 1 }
    guard let limit = try bound(node, constant(node, inputs, 1 - position)) else {
      throw node.error("the bound is missing")
    }
    let activation: Activation =
      isMinimum ? .clip(lower: -.infinity, upper: limit) : .clip(lower: limit, upper: .infinity)
    return try pointwise(node, .activation(activation), image(node, inputs, position))
  }

  private func bound(_ node: ONNXNode, _ constant: ONNXConstant?) throws -> Float? {
    guard let constant else { return nil }
    guard constant.count == 1, let value = constant.floats.first else {
      throw node.error("a bound is not one number", found: Shape(constant.extents).description)
    }
    return value
  }

  /// A layer that works on every element alike, whatever the layout.
  mutating func pointwise(_ node: ONNXNode, _ layer: Layer, _ value: ImageValue) throws -> ImageValue {
    value.with(node: try append(node.visibleName, layer, inputs: [value.node]))
  }

  mutating func identity(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    try pointwise(node, .identity, image(node, inputs))
  }

  mutating func dropout(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    if let training = try optionalIntegers(node, inputs, 2), training.contains(where: { $0 != 0 }) {
      throw node.error("the layer is in training mode", hint: "export the network for inference")
    }
    return try identity(node, inputs)
  }

  /// All numbers of images are floats here: conversions between floating types change nothing.
  mutating func cast(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let type = try node.integer("to", default: 1)
    guard [1, 10, 11, 16].contains(type) else {
      throw node.error(
        "values of images cannot become whole numbers", expected: "a floating type", found: "type \(type)")
    }
    return try image(node, inputs)
  }

  mutating func batchNormalization(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    guard try node.integer("training_mode", default: 0) == 0 else {
      throw node.error("the layer is in training mode", hint: "export the network for inference")
    }
    guard try node.integer("spatial", default: 1) == 1 else {
      throw node.error("the layer normalizes each position by itself", expected: "spatial 1")
    }
    let layer = BatchNormalization(
      scale: try constant(node, inputs, 1).floats, shift: try constant(node, inputs, 2).floats,
      mean: try constant(node, inputs, 3).floats, variance: try constant(node, inputs, 4).floats,
      epsilon: try node.float("epsilon", default: 1e-5))
    return try perChannel(node, .batchNormalization(layer), value)
  }

  mutating func localResponseNormalization(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let size = try node.integer("size", default: 0)
    guard (1...(1 << 20)).contains(size) else {
      throw node.error("attribute 'size' is impossible", expected: "1 to \(1 << 20)", found: "\(size)")
    }
    let layer = LocalResponseNormalization(
      size: size, alpha: try node.float("alpha", default: 1e-4), beta: try node.float("beta", default: 0.75),
      bias: try node.float("bias", default: 1))
    return try perChannel(node, .localResponseNormalization(layer), image(node, inputs))
  }

  /// A layer with parameters for axis 1 of ONNX, which must be the network's channels.
  private mutating func perChannel(_ node: ONNXNode, _ layer: Layer, _ value: ImageValue) throws -> ImageValue {
    guard value.extents.count >= 2, value.batchAxis == 0 else {
      throw node.error(
        "the input has no channels", expected: "batch×channels×…", found: Shape(value.extents).description)
    }
    if value.storedAxis(1) == 0 { return try pointwise(node, layer, value) }
    var value = value
    value.node = try stored(value)
    value.order = .stored
    return try pointwise(node, layer, value)
  }

  mutating func softmax(_ node: ONNXNode, _ inputs: [GraphValue?], logarithmic: Bool) throws -> ImageValue {
    let value = try image(node, inputs)
    let rank = value.extents.count
    let axis = try node.axis(node.integer("axis", default: operatorSet < 13 ? 1 : -1), rank: rank)
    let layer = Layer.softmax(logarithmic: logarithmic)
    // Before opset 13 the operator runs over all axes from the given one on.
    let normalized = (operatorSet < 13 ? Array(axis..<rank) : [axis]).filter { value.extents[$0] != 1 }
    let others = (0..<rank).filter { $0 != value.batchAxis && value.extents[$0] != 1 && !normalized.contains($0) }
    guard !normalized.contains(where: { $0 == value.batchAxis }) else {
      throw node.error("the operator runs over the batch", found: "axis \(axis)")
    }
    if normalized.count == 1, value.storedAxis(normalized[0]) == 0 { return try pointwise(node, layer, value) }
    guard others.isEmpty else {
      throw node.error(
        "softmax is read only over the channels, or over all of an image's values", expected: "the channels' axis",
        found: "axis \(axis) of \(Shape(value.extents))")
    }
    // Over all values of an image, in whatever order: as one vector.
    let shape = shapes[value.node]
    if shape.rank == 1 { return try pointwise(node, layer, value) }
    let flat = try append(
      node.visibleName + "/Flatten", .reshape(Shape(shape.count)), inputs: [value.node])
    let index = try append(node.visibleName, layer, inputs: [flat])
    return value.with(node: try append(node.visibleName + "/Reshape", .reshape(shape), inputs: [index]))
  }
}
