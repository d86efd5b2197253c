import InputErrors
import Tensors

extension GraphTranslation {
  /// The outputs of an operator all of whose inputs are constants: mostly the arithmetic of shapes.
  mutating func fold(_ kind: ONNXOperator, _ node: ONNXNode, _ inputs: [ONNXConstant?]) throws -> [ONNXConstant] {
    func input(_ position: Int = 0) throws -> ONNXConstant {
      guard position < inputs.count, let constant = inputs[position] else {
        throw node.error("an input is missing", expected: "input \(position)", found: "\(inputs.count) inputs")
      }
      return constant
    }
    func integers(_ position: Int) throws -> [Int]? {
      guard position < inputs.count, let constant = inputs[position] else { return nil }
      guard let values = constant.integers else {
        throw node.error("an input has another type", expected: "input \(position) holds whole numbers")
      }
      return values
    }
    switch kind {
    case .constant: return [try constantValue(node)]
    case .identity, .dropout: return [try input()]
    case .cast: return [try ConstantFolding.cast(input(), node)]
    case .shape: return [ONNXConstant(integers: try ConstantFolding.part(of: input().extents, node))]
    case .size: return [ONNXConstant(extents: [], storage: .integers([try input().count]))]
    case .constantOfShape:
      guard let extents = try integers(0), let count = ONNXConstant.elementCount(extents) else {
        throw node.error("the shape is impossible")
      }
      try spend(count, for: node)
      guard case .tensor(let tensor)? = node.attribute("value") else {
        return [ONNXConstant(extents: extents, storage: .floats([Float](repeating: 0, count: count)))]
      }
      return [try ConstantFolding.filled(extents, count, tensor.constant(externalData: &externalData), node)]
    case .reshape: return [try ConstantFolding.reshaped(input(), target: integers(1), node)]
    case .flatten: return [try ConstantFolding.flattened(input(), node)]
    case .squeeze: return [try ConstantFolding.squeezed(input(), axes: integers(1), node)]
    case .unsqueeze: return [try ConstantFolding.unsqueezed(input(), axes: integers(1), node)]
    case .transpose:
      let constant = try input()
      let order = try node.integers("perm") ?? Array((0..<constant.rank).reversed())
      guard order.sorted() == Array(0..<constant.rank) else {
        throw node.error("the axes are no permutation", found: "\(order)")
      }
      try spend(constant.count, for: node)
      return [constant.transposed(order)]
    case .slice:
      let constant = try input()
      guard let starts = try node.integers("starts") ?? integers(1), let ends = try node.integers("ends") ?? integers(2)
      else { throw node.error("the slice's starts or ends are missing") }
      let parts = try SliceBounds.axes(
        starts: starts, ends: ends, axes: node.integers("axes") ?? integers(3), steps: integers(4),
        extents: constant.extents, node)
      let steps = constant.steps
      let extents = parts.map(\.count)
      guard let count = ONNXConstant.elementCount(extents) else { throw node.error("the slice is impossible") }
      try spend(count, for: node)
      return [
        constant.strided(
          extents: extents, offset: count == 0 ? 0 : zip(parts, steps).reduce(0) { $0 + $1.0.start * $1.1 },
          steps: zip(parts, steps).map { $0.step * $1 })
      ]
    case .expand:
      let constant = try input()
      guard let target = try integers(1),
        let extents = ConstantFolding.broadcast(constant.extents, target)
      else { throw node.error("the new shape does not fit") }
      return [try expanded(constant, extents, node)]
    case .gather: return [try gathered(node, input(), input(1))]
    case .concat:
      try spend(inputs.reduce(0) { $0 + ($1?.count ?? 0) }, for: node)
      return [try ConstantFolding.concatenated(inputs.compactMap { $0 }, node)]
    case .range:
      let bounds = try (0..<3).map { try input($0).integers?.first ?? 0 }
      let (start, limit, delta) = (bounds[0], bounds[1], bounds[2])
      let magnitude = 1 << 40
      guard delta != 0, [start, limit, delta].allSatisfy({ (-magnitude...magnitude).contains($0) }) else {
        throw node.error("the range is impossible", found: "\(bounds)")
      }
      let count = max(0, (limit - start + delta - delta.signum()) / delta)
      try spend(count, for: node)
      return [ONNXConstant(integers: (0..<count).map { start + $0 * delta })]
    case .reduceProd:
      var product = 1
      for value in try integers(0) ?? [] { product = try ConstantFolding.whole(.multiply, product, value, node) }
      let keeps = try node.integer("keepdims", default: 1) != 0
      guard try input().rank <= 1 else { throw node.error("the operator is read only on vectors of whole numbers") }
      return [ONNXConstant(extents: keeps ? [1] : [], storage: .integers([product]))]
    case .where:
      let (condition, first, second) = (try input(0), try input(1), try input(2))
      guard let some = ConstantFolding.broadcast(first.extents, second.extents),
        let extents = ConstantFolding.broadcast(condition.extents, some)
      else { throw node.error("the inputs' shapes do not fit each other") }
      let choices = try expanded(condition, extents, node).floats
      return [
        try ConstantFolding.choice(choices, expanded(first, extents, node), expanded(second, extents, node))
      ]
    case .add, .sum: return [try folded(.add, node, inputs)]
    case .sub: return [try folded(.subtract, node, inputs)]
    case .mul: return [try folded(.multiply, node, inputs)]
    case .div: return [try folded(.divide, node, inputs)]
    case .mod: return [try folded(.modulo, node, inputs)]
    case .min: return [try folded(.minimum, node, inputs)]
    case .max: return [try folded(.maximum, node, inputs)]
    case .equal: return [try folded(.equal, node, inputs)]
    case .neg: return [try folded(.negation, node, input())]
    case .abs: return [try folded(.magnitude, node, input())]
    case .sqrt: return [try folded(.squareRoot, node, input())]
    case .floor: return [try folded(.floor, node, input())]
    case .ceil: return [try folded(.ceiling, node, input())]
    case .averagePool, .batchNormalization, .clip, .conv, .convTranspose, .elu, .gemm, .globalAveragePool,
      .globalMaxPool, .hardSigmoid, .hardSwish, .leakyRelu, .logSoftmax, .lrn, .matMul, .maxPool, .pad, .pRelu,
      .reduceMax, .reduceMean, .relu, .sigmoid, .softmax, .split, .tanh:
      throw node.error("the operator is read only where its input depends on the image")
    }
  }

  /// Arithmetic between all inputs, from the first to the last.
  private mutating func folded(
    _ operation: ConstantFolding.Arithmetic, _ node: ONNXNode, _ inputs: [ONNXConstant?]
  ) throws -> ONNXConstant {
    guard var result = inputs.first ?? nil else { throw node.error("the node has no inputs") }
    for other in inputs.dropFirst() {
      guard let other, let extents = ConstantFolding.broadcast(result.extents, other.extents),
        let count = ONNXConstant.elementCount(extents)
      else {
        throw node.error(
          "the inputs' shapes do not fit each other",
          found: inputs.map { Shape($0?.extents ?? []).description }.joined(separator: " and "))
      }
      try spend(count, for: node)
      result = try ConstantFolding.arithmetic(
        operation, expanded(result, extents, node), expanded(other, extents, node), node)
    }
    return result
  }

  private mutating func folded(
    _ function: ConstantFolding.Function, _ node: ONNXNode, _ constant: ONNXConstant
  ) throws -> ONNXConstant {
    try spend(constant.count, for: node)
    return try ConstantFolding.applied(function, constant, node)
  }

  private mutating func constantValue(_ node: ONNXNode) throws -> ONNXConstant {
    for attribute in node.attributes {
      switch (attribute.name, attribute.value) {
      case ("value", .tensor(let tensor)): return try tensor.constant(externalData: &externalData)
      case ("value_float", .float(let value)): return ONNXConstant(extents: [], storage: .floats([value]))
      case ("value_int", .integer(let value)): return ONNXConstant(extents: [], storage: .integers([value]))
      case ("value_floats", .floats(let values)):
        return ONNXConstant(extents: [values.count], storage: .floats(values))
      case ("value_ints", .integers(let values)): return ONNXConstant(integers: values)
      default: continue
      }
    }
    throw node.error("the constant has no numbers", found: node.attributes.map(\.name).joined(separator: ", "))
  }

  /// The constant repeated to larger extents that it can be broadcast to.
  private mutating func expanded(
    _ constant: ONNXConstant, _ extents: [Int], _ node: ONNXNode
  ) throws -> ONNXConstant {
    if constant.extents == extents { return constant }
    guard let count = ONNXConstant.elementCount(extents) else { throw node.error("the shape is impossible") }
    try spend(count, for: node)
    let added = extents.count - constant.rank
    let steps = [Int](repeating: 0, count: added) + zip(constant.extents, constant.steps).map { $0 == 1 ? 0 : $1 }
    return constant.strided(extents: extents, offset: 0, steps: steps)
  }

  private mutating func gathered(
    _ node: ONNXNode, _ data: ONNXConstant, _ indices: ONNXConstant
  ) throws -> ONNXConstant {
    let axis = try node.axis(node.integer("axis", default: 0), rank: data.rank)
    guard let named = indices.integers else { throw node.error("the indices are no whole numbers") }
    let extents = data.extents[..<axis] + indices.extents + data.extents[(axis + 1)...]
    guard let count = ONNXConstant.elementCount(Array(extents)) else { throw node.error("the shape is impossible") }
    try spend(count, for: node)
    let places = try named.map { try node.axis($0, rank: data.extents[axis]) }
    let outer = data.extents[..<axis].reduce(1, *)
    let inner = data.extents[(axis + 1)...].reduce(1, *)
    let extent = data.extents[axis]
    func picked<Element>(_ values: [Element]) -> [Element] {
      var result: [Element] = []
      result.reserveCapacity(count)
      for block in 0..<outer {
        for place in places {
          let start = (block * extent + place) * inner
          result.append(contentsOf: values[start..<(start + inner)])
        }
      }
      return result
    }
    switch data.storage {
    case .floats(let values): return ONNXConstant(extents: Array(extents), storage: .floats(picked(values)))
    case .integers(let values): return ONNXConstant(extents: Array(extents), storage: .integers(picked(values)))
    }
  }
}
