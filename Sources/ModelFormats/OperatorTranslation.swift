import InputErrors
import Networks
import Tensors

extension GraphTranslation {
  /// Translates one operator and defines its outputs.
  ///
  /// - Throws: ``InputError`` that names the node.
  mutating func translate(_ node: ONNXNode) throws {
    guard node.domain.isEmpty || node.domain == "ai.onnx" else {
      throw node.error("the operator belongs to an unknown domain", expected: "ONNX's own", found: "'\(node.domain)'")
    }
    guard let kind = ONNXOperator(rawValue: node.operatorType) else {
      throw node.error(
        "the operator cannot be read", expected: "an operator of an image classifier", found: node.operatorType,
        hint: Suggestion.hint(for: node.operatorType, among: ONNXOperator.allCases.map(\.rawValue)))
    }
    let inputs = try node.inputs.map { $0.isEmpty ? nil : try value($0, for: node) }
    let constants = inputs.map { value -> ONNXConstant? in
      guard case .constant(let constant)? = value else { return nil }
      return constant
    }
    let outputs: [GraphValue]
    if zip(inputs, constants).allSatisfy({ $0 == nil || $1 != nil }) {
      outputs = try fold(kind, node, constants).map { .constant($0.named(node.visibleName)) }
    } else {
      outputs = try layers(kind, node, inputs)
    }
    for (name, value) in zip(node.outputs, outputs) { try define(name, value, by: node) }
  }

  /// The layers of an operator of which at least one input depends on the image.
  private mutating func layers(
    _ kind: ONNXOperator, _ node: ONNXNode, _ inputs: [GraphValue?]
  ) throws -> [GraphValue] {
    switch kind {
    case .conv: return [.image(try convolution(node, inputs))]
    case .convTranspose: return [.image(try transposedConvolution(node, inputs))]
    case .gemm: return [.image(try gemm(node, inputs))]
    case .matMul: return [.image(try matrixProduct(node, inputs))]
    case .batchNormalization: return [.image(try batchNormalization(node, inputs))]
    case .lrn: return [.image(try localResponseNormalization(node, inputs))]
    case .softmax: return [.image(try softmax(node, inputs, logarithmic: false))]
    case .logSoftmax: return [.image(try softmax(node, inputs, logarithmic: true))]
    case .maxPool, .averagePool: return [.image(try pool(node, inputs, isMaximum: kind == .maxPool))]
    case .globalMaxPool, .globalAveragePool:
      return [.image(try globalPool(node, inputs, isMaximum: kind == .globalMaxPool))]
    case .reduceMax, .reduceMean: return [.image(try reduction(node, inputs, isMaximum: kind == .reduceMax))]
    case .relu: return [.image(try activation(.relu, node, inputs))]
    case .leakyRelu:
      return [.image(try activation(.leakyRelu(slope: node.float("alpha", default: 0.01)), node, inputs))]
    case .elu: return [.image(try activation(.elu(alpha: node.float("alpha", default: 1)), node, inputs))]
    case .sigmoid: return [.image(try activation(.sigmoid, node, inputs))]
    case .tanh: return [.image(try activation(.tanh, node, inputs))]
    case .hardSigmoid:
      let alpha = try node.float("alpha", default: 0.2), beta = try node.float("beta", default: 0.5)
      return [.image(try activation(.hardSigmoid(alpha: alpha, beta: beta), node, inputs))]
    case .hardSwish: return [.image(try activation(.hardSwish, node, inputs))]
    case .pRelu: return [.image(try parametricRelu(node, inputs))]
    case .clip: return [.image(try clip(node, inputs))]
    case .min, .max: return [.image(try limited(node, inputs, isMinimum: kind == .min))]
    case .add: return [.image(try arithmetic(.add, node, inputs))]
    case .sub: return [.image(try arithmetic(.subtract, node, inputs))]
    case .mul: return [.image(try arithmetic(.multiply, node, inputs))]
    case .div: return [.image(try arithmetic(.divide, node, inputs))]
    case .neg: return [.image(try negated(node, inputs))]
    case .sum: return [.image(try sum(node, inputs))]
    case .concat: return [.image(try concatenation(node, inputs))]
    case .slice: return [.image(try slice(node, inputs))]
    case .gather: return [.image(try gather(node, inputs))]
    case .split:
      try split(node, inputs)
      return []
    case .pad: return [.image(try pad(node, inputs))]
    case .flatten: return [.image(try flatten(node, inputs))]
    case .reshape: return [.image(try reshape(node, inputs))]
    case .squeeze: return [.image(try squeeze(node, inputs))]
    case .unsqueeze: return [.image(try unsqueeze(node, inputs))]
    case .transpose: return [.image(try transposition(node, inputs))]
    case .expand: return [.image(try expansion(node, inputs))]
    case .identity: return [.image(try identity(node, inputs))]
    case .dropout: return [.image(try dropout(node, inputs))]
    case .cast: return [.image(try cast(node, inputs))]
    case .shape: return [.constant(try shapeVector(node, inputs))]
    case .size: return [.constant(try elementCount(node, inputs))]
    case .abs, .ceil, .constant, .constantOfShape, .equal, .floor, .mod, .range, .reduceProd, .sqrt, .where:
      throw node.error("the operator is read only where its inputs depend on no image")
    }
  }

  // MARK: Inputs

  /// The input of that position, which must depend on the image.
  func image(_ node: ONNXNode, _ inputs: [GraphValue?], _ position: Int = 0) throws -> ImageValue {
    guard position < inputs.count, let value = inputs[position] else {
      throw node.error("an input is missing", expected: "input \(position)", found: "\(inputs.count) inputs")
    }
    guard case .image(let image) = value else {
      throw node.error("an input is a constant", expected: "input \(position) depends on the image")
    }
    return image
  }

  /// The optional input of that position, which must not depend on the image.
  func optionalConstant(_ node: ONNXNode, _ inputs: [GraphValue?], _ position: Int) throws -> ONNXConstant? {
    guard position < inputs.count, let value = inputs[position] else { return nil }
    guard case .constant(let constant) = value else {
      throw node.error("an input depends on the image", expected: "input \(position) is a constant")
    }
    return constant
  }

  func constant(_ node: ONNXNode, _ inputs: [GraphValue?], _ position: Int) throws -> ONNXConstant {
    guard let constant = try optionalConstant(node, inputs, position) else {
      throw node.error("an input is missing", expected: "input \(position)", found: "\(inputs.count) inputs")
    }
    return constant
  }

  /// The optional input of that position as whole numbers.
  func optionalIntegers(_ node: ONNXNode, _ inputs: [GraphValue?], _ position: Int) throws -> [Int]? {
    guard let constant = try optionalConstant(node, inputs, position) else { return nil }
    guard let integers = constant.integers else {
      throw node.error("an input has another type", expected: "input \(position) holds whole numbers")
    }
    return integers
  }

  // MARK: Layouts

  /// A node that holds the value with its channels first, as layers want it.
  mutating func stored(_ value: ImageValue) throws -> Int {
    try arranged(value, order: Array(0..<value.imageAxes.count))
  }

  /// A node whose axis `order[i]` is the value's image axis i: the value's own, or the same elements reshaped.
  ///
  /// - Throws: ``InputError`` that names the transposition when elements would have to move.
  mutating func arranged(_ value: ImageValue, order target: [Int]) throws -> Int {
    let extents = value.imageExtents
    let transposition: ONNXNode
    switch value.order {
    case .stored:
      if target == Array(0..<extents.count) { return value.node }
      transposition = ONNXNode(name: nodes[value.node].name, operatorType: nodes[value.node].layer.kindName)
    case .permuted(let order, let node):
      if target == order { return value.node }
      transposition = node
    case .flattened(_, _, let node): transposition = node
    }
    /// The axes longer than 1 in the order in which they are stored: only these have to stay in place.
    func sequence(_ order: [Int]) -> [Int] {
      extents.indices.sorted { order[$0] < order[$1] }.filter { extents[$0] != 1 }
    }
    guard let current = value.axisOrder, sequence(current) == sequence(target) else {
      throw transposition.error(
        "the transposition does not fold away",
        hint: "only transpositions between channels-first and channels-last layouts around layers can be read")
    }
    var shape = extents
    for (axis, place) in target.enumerated() { shape[place] = extents[axis] }
    return try append(transposition.visibleName, .reshape(Shape(shape)), inputs: [value.node])
  }

  /// A feature map `[batch, channels, height, width]` as a node.
  mutating func featureMap(_ node: ONNXNode, _ value: ImageValue) throws -> Int {
    guard value.extents.count == 4, value.batchAxis == 0 else {
      throw node.error(
        "the input is no batch of feature maps", expected: "batch×channels×height×width",
        found: Shape(value.extents).description)
    }
    return try stored(value)
  }
}
