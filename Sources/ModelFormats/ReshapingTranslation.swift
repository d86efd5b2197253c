import InputErrors
import Networks
import Tensors

extension GraphTranslation {
  mutating func flatten(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    let rank = value.extents.count
    let axis = try node.integer("axis", default: 1)
    let split = axis == rank ? rank : try node.axis(axis, rank: rank)
    let extents = [value.extents[..<split].reduce(1, *), value.extents[split...].reduce(1, *)]
    return try reshaped(value, to: extents, batchAxis: batchAxis(of: extents, node), node)
  }

  mutating func reshape(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    guard let target = try node.integers("shape") ?? optionalIntegers(node, inputs, 1) else {
      throw node.error("the new shape is missing")
    }
    let allowsZero = try node.integer("allowzero", default: 0) != 0
    let extents = try ReshapeTarget.extents(target, of: value.extents, allowsZero: allowsZero, node)
    return try reshaped(value, to: extents, batchAxis: batchAxis(of: extents, node), node)
  }

  mutating func squeeze(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    let rank = value.extents.count
    let axes: [Int]
    if let named = try node.integers("axes") ?? optionalIntegers(node, inputs, 1) {
      axes = try node.axes(named, rank: rank)
    } else {
      axes = (0..<rank).filter { value.extents[$0] == 1 && ($0 != value.batchAxis || batchIsFixed) }
    }
    return try removingAxes(axes, from: value, node, name: node.visibleName)
  }

  mutating func unsqueeze(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    guard let named = try node.integers("axes") ?? optionalIntegers(node, inputs, 1) else {
      throw node.error("the new axes are missing")
    }
    let rank = value.extents.count + named.count
    guard rank <= ONNXTensor.maximumRank else {
      throw node.error("there are too many axes", expected: "at most \(ONNXTensor.maximumRank)", found: "\(rank)")
    }
    let axes = try node.axes(named, rank: rank)
    var extents: [Int] = []
    var batchAxis: Int?
    var next = 0
    for axis in 0..<rank {
      if axes.contains(axis) {
        extents.append(1)
      } else {
        if next == value.batchAxis { batchAxis = axis }
        extents.append(value.extents[next])
        next += 1
      }
    }
    // A batch that was squeezed away comes back in front.
    if batchAxis == nil, extents.first == 1, batchSize == 1 { batchAxis = 0 }
    return try reshaped(value, to: extents, batchAxis: batchAxis, node)
  }

  /// The value without axes of extent 1.
  mutating func removingAxes(
    _ axes: [Int], from value: ImageValue, _ node: ONNXNode, name: String
  ) throws -> ImageValue {
    for axis in axes where value.extents[axis] != 1 {
      throw node.error("only axes of extent 1 can be removed", found: "axis \(axis) of \(Shape(value.extents))")
    }
    let kept = value.extents.indices.filter { !axes.contains($0) }
    let batchAxis = value.batchAxis.flatMap { kept.firstIndex(of: $0) }
    return try reshaped(value, to: kept.map { value.extents[$0] }, batchAxis: batchAxis, node, name: name)
  }

  /// The same elements with other extents.
  mutating func reshaped(
    _ value: ImageValue, to extents: [Int], batchAxis: Int?, _ node: ONNXNode, name: String? = nil
  ) throws -> ImageValue {
    var result = ImageValue(node: value.node, extents: extents, batchAxis: batchAxis)
    let image = result.imageExtents
    guard !image.isEmpty else {
      throw node.error("the result has no axis but the batch", expected: "at least one more")
    }
    let name = name ?? node.visibleName
    switch value.order {
    case .stored:
      result.node = try append(name, .reshape(Shape(image)), inputs: [value.node])
      return result
    case .permuted(let order, let transposition):
      let factors = shapes[value.node].extents
      let long = order.filter { factors[$0] != 1 }
      if long == long.sorted() {
        result.node = try append(name, .reshape(Shape(image)), inputs: [value.node])
        return result
      }
      result.order = .flattened(factors: factors, order: order, by: transposition)
    case .flattened: result.order = value.order
    }
    guard image.filter({ $0 != 1 }).count <= 1 else {
      // Naming the transposition tells more than naming the reshape that it prevents.
      _ = try stored(value)
      throw node.error("a transposed value can only be flattened")
    }
    result.node = try append(name, .reshape(Shape(image)), inputs: [value.node])
    return result
  }

  mutating func transposition(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    let rank = value.extents.count
    let permutation = try node.integers("perm") ?? Array((0..<rank).reversed())
    guard permutation.sorted() == Array(0..<rank) else {
      throw node.error(
        "the axes are no permutation", expected: "each of 0 to \(rank - 1) once", found: "\(permutation)")
    }
    var result = value
    result.isPlainScale = false
    result.extents = permutation.map { value.extents[$0] }
    result.batchAxis = value.batchAxis.flatMap { permutation.firstIndex(of: $0) }
    guard let order = value.axisOrder else {
      guard value.imageExtents.filter({ $0 != 1 }).count <= 1 else {
        throw node.error("the axes are flattened already")
      }
      return result
    }
    let places = value.imageAxes
    var moved: [Int] = []
    for axis in permutation where axis != value.batchAxis {
      if let place = places.firstIndex(of: axis) { moved.append(order[place]) }
    }
    result.order = moved == Array(0..<moved.count) ? .stored : .permuted(order: moved, by: node)
    return result
  }

  mutating func expansion(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    guard let target = try optionalIntegers(node, inputs, 1) else { throw node.error("the new shape is missing") }
    let padded = [Int](repeating: 1, count: max(0, value.extents.count - target.count)) + target
    guard padded.count == value.extents.count, zip(padded, value.extents).allSatisfy({ $0 == 1 || $0 == $1 }) else {
      throw node.error(
        "values of images are not repeated", expected: "\(Shape(value.extents))", found: "\(Shape(target))")
    }
    return value
  }

  /// The extents as a constant, a symbolic batch counting as one image.
  func shapeVector(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ONNXConstant {
    let extents = try image(node, inputs).extents
    return ONNXConstant(integers: try ConstantFolding.part(of: extents, node))
  }

  func elementCount(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ONNXConstant {
    let count = try image(node, inputs).extents.reduce(1, *)
    return ONNXConstant(extents: [], storage: .integers([count]))
  }

  /// Where the batch stands after a reshape: in front, or nowhere when a batch of one has been dropped.
  private func batchAxis(of extents: [Int], _ node: ONNXNode) throws -> Int? {
    if extents.first == batchSize { return 0 }
    guard batchSize == 1 else {
      throw node.error(
        "the images of a batch are mixed", expected: "\(batchSize) as the first extent", found: "\(Shape(extents))")
    }
    return nil
  }
}

/// What the 0 and −1 in the target of a reshape stand for.
enum ReshapeTarget {
  static func extents(_ target: [Int], of extents: [Int], allowsZero: Bool, _ node: ONNXNode) throws -> [Int] {
    guard target.count <= ONNXTensor.maximumRank, let count = ONNXConstant.elementCount(extents) else {
      throw node.error("the new shape is impossible", found: "\(target.count) extents")
    }
    var result = target
    var known = 1
    var unknown: Int?
    for (axis, extent) in target.enumerated() {
      if extent == 0, !allowsZero {
        guard axis < extents.count else {
          throw node.error("the new shape copies an extent that is not there", found: "\(target) of \(Shape(extents))")
        }
        result[axis] = extents[axis]
      } else if extent == -1 {
        guard unknown == nil else { throw node.error("two extents are left open", found: "\(target)") }
        unknown = axis
        continue
      }
      let (product, overflow) = known.multipliedReportingOverflow(by: result[axis])
      guard result[axis] >= 0, !overflow else { throw node.error("the new shape is impossible", found: "\(target)") }
      known = product
    }
    if let unknown {
      guard known > 0, count % known == 0 else { throw mismatch(target, extents, node) }
      result[unknown] = count / known
    } else if known != count {
      throw mismatch(target, extents, node)
    }
    return result
  }

  private static func mismatch(_ target: [Int], _ extents: [Int], _ node: ONNXNode) -> InputError {
    node.error(
      "the new shape has another number of elements", expected: "as many as \(Shape(extents))", found: "\(target)")
  }
}
