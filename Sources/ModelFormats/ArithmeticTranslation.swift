import InputErrors
import Networks
import Tensors

/// How a constant operand is spread over a value of the image.
enum ConstantSpread {
  case scalar(Float)
  /// One number for each of the node's channels.
  case channels([Float])
  /// Anything else: a tensor with as many axes as the node.
  case tensor(Tensor)
}

extension GraphTranslation {
  mutating func arithmetic(
    _ combination: Combination, _ node: ONNXNode, _ inputs: [GraphValue?]
  ) throws -> ImageValue {
    guard inputs.count == 2, let left = inputs[0], let right = inputs[1] else {
      throw node.error("the number of inputs is wrong", expected: "2", found: "\(inputs.count)")
    }
    switch (left, right) {
    case (.image(let left), .image(let right)): return try combine(combination, node, [left, right])
    case (.image(let value), .constant(let constant)):
      return try arithmetic(combination, node, value, constant, constantIsFirst: false)
    case (.constant(let constant), .image(let value)):
      return try arithmetic(combination, node, value, constant, constantIsFirst: true)
    case (.constant, .constant): preconditionFailure("constants have been folded")
    }
  }

  mutating func negated(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    let channels = shapes[value.node].channels
    try spend(2 * channels, for: node)
    let layer = ChannelAffine(
      scale: [Float](repeating: -1, count: channels), shift: [Float](repeating: 0, count: channels))
    return try pointwise(node, .affine(layer), value)
  }

  mutating func sum(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let images = inputs.compactMap { value -> ImageValue? in
      guard case .image(let image)? = value else { return nil }
      return image
    }
    guard images.count == inputs.count else {
      if inputs.count == 2 { return try arithmetic(.add, node, inputs) }
      throw node.error("a sum of several inputs is read only when all depend on the image")
    }
    return try combine(.add, node, images)
  }

  /// Arithmetic between values of the image, which must have the same layout.
  private mutating func combine(
    _ combination: Combination, _ node: ONNXNode, _ values: [ImageValue]
  ) throws -> ImageValue {
    guard let first = values.first else { throw node.error("the node has no inputs") }
    // The layout of the largest operand stays; smaller ones (a gate for each channel) follow it.
    let leader = values.max { shapes[$0.node].count < shapes[$1.node].count } ?? first
    var extents = leader.extents
    var sources: [Int] = []
    for value in values {
      guard value.extents.count == extents.count, value.batchAxis == leader.batchAxis else {
        throw node.error(
          "the inputs' ranks differ",
          found: values.map { Shape($0.extents).description }.joined(separator: " and "))
      }
      if let order = leader.axisOrder {
        sources.append(try arranged(value, order: order))
      } else if value.axisOrder == nil, isSameFlattening(value, leader) {
        sources.append(value.node)
      } else {
        // The one that has been transposed is named by the error.
        sources.append(try stored(value.axisOrder == nil ? value : leader))
      }
      for axis in extents.indices { extents[axis] = max(extents[axis], value.extents[axis]) }
    }
    let index = try append(node.visibleName, .combine(combination), inputs: sources)
    return leader.with(node: index, extents: extents)
  }

  private func isSameFlattening(_ a: ImageValue, _ b: ImageValue) -> Bool {
    guard case .flattened(let factors, let order, _) = a.order, case .flattened(let others, let other, _) = b.order
    else { return false }
    return factors == others && order == other
  }

  private mutating func arithmetic(
    _ combination: Combination, _ node: ONNXNode, _ value: ImageValue, _ constant: ONNXConstant, constantIsFirst: Bool
  ) throws -> ImageValue {
    let channels = shapes[value.node].channels
    let spread = try spread(constant, over: value, node)
    let operand: [Float]?
    switch spread {
    case .scalar(let number):
      try spend(channels, for: node)
      operand = [Float](repeating: number, count: channels)
    case .channels(let numbers): operand = numbers
    case .tensor: operand = nil
    }
    // A constant over the values is no affine map.
    let isQuotientOfConstant = combination == .divide && constantIsFirst
    if let operand, !isQuotientOfConstant {
      try spend(channels, for: node)
      return try affine(combination, node, value, operand, constantIsFirst: constantIsFirst)
    }
    let tensor: Tensor
    switch spread {
    case .scalar(let number):
      tensor = Tensor(repeating: number, shape: Shape([Int](repeating: 1, count: shapes[value.node].rank)))
    case .channels(let numbers):
      tensor = try Tensor(
        shape: Shape([numbers.count] + [Int](repeating: 1, count: shapes[value.node].rank - 1)), values: numbers)
    case .tensor(let whole): tensor = whole
    }
    try spend(tensor.count, for: node)
    let name = constant.name.isEmpty ? node.visibleName + "/Constant" : constant.name
    let other = try append(name, constant: tensor)
    let index = try append(
      node.visibleName, .combine(combination), inputs: constantIsFirst ? [other, value.node] : [value.node, other])
    guard let order = value.axisOrder else { return value.with(node: index) }
    var extents = value.extents
    for (position, axis) in value.imageAxes.enumerated() { extents[axis] = shapes[index][order[position]] }
    return value.with(node: index, extents: extents)
  }

  private mutating func affine(
    _ combination: Combination, _ node: ONNXNode, _ value: ImageValue, _ operand: [Float], constantIsFirst: Bool
  ) throws -> ImageValue {
    let ones = [Float](repeating: 1, count: operand.count)
    let zeros = [Float](repeating: 0, count: operand.count)
    var layer: ChannelAffine
    switch combination {
    case .add: layer = ChannelAffine(scale: ones, shift: operand)
    case .subtract:
      layer =
        constantIsFirst
        ? ChannelAffine(scale: ones.map { -$0 }, shift: operand)
        : ChannelAffine(scale: ones, shift: operand.map { -$0 })
    case .multiply: layer = ChannelAffine(scale: operand, shift: zeros)
    case .divide: layer = ChannelAffine(scale: operand.map { 1 / $0 }, shift: zeros)
    }
    // A multiplication whose only reader is this addition: together they are one affine layer.
    let isSum = combination == .add || combination == .subtract && !constantIsFirst
    if isSum, value.isPlainScale, isUsedOnce(node.inputs[constantIsFirst ? 1 : 0]),
      case .affine(let scaled) = nodes[value.node].layer
    {
      layer.scale = scaled.scale
      replace(value.node, name: node.visibleName, layer: .affine(layer))
      return value.with(node: value.node)
    }
    var result = try pointwise(node, .affine(layer), value)
    if case .multiply = combination { result.isPlainScale = true }
    return result
  }

  /// Aligns a constant's axes with those of a value, from the last one backwards as NumPy does.
  mutating func spread(_ constant: ONNXConstant, over value: ImageValue, _ node: ONNXNode) throws -> ConstantSpread {
    let rank = value.extents.count
    if constant.count == 1, constant.rank <= rank, let number = constant.floats.first { return .scalar(number) }
    guard constant.rank <= rank, constant.count > 0 else { throw misfit(constant, value, node) }
    let extents = [Int](repeating: 1, count: rank - constant.rank) + constant.extents
    for axis in 0..<rank where extents[axis] != 1 {
      guard axis != value.batchAxis, extents[axis] == value.extents[axis] || value.extents[axis] == 1 else {
        throw misfit(constant, value, node)
      }
    }
    let long = extents.indices.filter { extents[$0] != 1 }
    try spend(constant.count, for: node)
    if long.count == 1, extents[long[0]] == value.extents[long[0]] {
      if value.storedAxis(long[0]) == 0 { return .channels(constant.floats) }
      if case .flattened(let factors, let order, _) = value.order, shapes[value.node].rank == 1 {
        let inverse = order.indices.sorted { order[$0] < order[$1] }
        return .channels(constant.reshaped(order.map { factors[$0] }).transposed(inverse).floats)
      }
    }
    guard let order = value.axisOrder else { throw misfit(constant, value, node) }
    let inverse = order.indices.sorted { order[$0] < order[$1] }
    let image = constant.reshaped(value.imageAxes.map { extents[$0] }).transposed(inverse)
    return .tensor(try Tensor(shape: Shape(image.extents), values: image.floats))
  }

  private func misfit(_ constant: ONNXConstant, _ value: ImageValue, _ node: ONNXNode) -> InputError {
    node.error(
      "a constant does not fit the other input", expected: "what \(Shape(value.extents)) can be combined with",
      found: Shape(constant.extents).description)
  }
}
