import InputErrors
import Networks
import Tensors

extension GraphTranslation {
  /// `alpha · A · B + beta · C` with a vector an image as A and constants as B and C: a fully connected layer.
  mutating func gemm(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    guard try node.integer("transA", default: 0) == 0 else {
      throw node.error("the operator transposes the batch", expected: "transA 0", found: "1")
    }
    let factor = try constant(node, inputs, 1)
    guard factor.rank == 2, factor.count > 0 else {
      throw node.error("the weight is no matrix", expected: "2 extents", found: Shape(factor.extents).description)
    }
    var weight = try node.integer("transB", default: 0) == 0 ? transposedMatrix(factor, node) : factor
    let alpha = try node.float("alpha", default: 1)
    if alpha != 1 {
      try spend(weight.count, for: node)
      weight.storage = .floats(weight.floats.map { $0 * alpha })
    }
    var bias: [Float]?
    if let shift = try optionalConstant(node, inputs, 2) {
      let beta = try node.float("beta", default: 1)
      let outputs = weight.extents[0]
      guard shift.count == outputs && shift.extents.last == outputs || shift.count == 1 else {
        throw node.error(
          "the bias does not fit the weight", expected: "\(outputs) values", found: Shape(shift.extents).description)
      }
      try spend(outputs, for: node)
      let values = shift.floats
      bias = (0..<outputs).map { beta * values[shift.count == 1 ? 0 : $0] }
    }
    guard value.extents.count == 2 else {
      throw node.error(
        "the input is no batch of vectors", expected: "batch×features", found: Shape(value.extents).description)
    }
    return try linear(node, value, weight: weight, bias: bias)
  }

  /// A matrix product with a constant on the right: a fully connected layer, or a 1×1 convolution of a map whose
  /// channels come last.
  mutating func matrixProduct(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    guard case .image(let value)? = inputs.first ?? nil, inputs.count == 2 else {
      throw node.error("a matrix product is read only with a constant on the right")
    }
    guard case .constant(var factor)? = inputs[1] else {
      throw node.error("a matrix product is read only with a constant on the right", found: "two images' values")
    }
    while factor.rank > 2, factor.extents[0] == 1 { factor.extents.removeFirst() }
    guard factor.rank == 2, factor.count > 0 else {
      throw node.error("the weight is no matrix", expected: "2 extents", found: Shape(factor.extents).description)
    }
    let weight = try transposedMatrix(factor, node)
    let last = value.extents.count - 1
    guard last >= 0, value.batchAxis != last, value.extents[last] == factor.extents[0] else {
      throw node.error(
        "the input does not fit the weight", expected: "\(factor.extents[0]) as the last extent",
        found: Shape(value.extents).description)
    }
    if value.imageExtents.dropLast().allSatisfy({ $0 == 1 }) {
      return try linear(node, value, weight: weight, bias: nil)
    }
    guard value.storedAxis(last) == 0, shapes[value.node].rank == 3 else {
      throw node.error(
        "a matrix product is read only along the channels", found: Shape(value.extents).description)
    }
    let kernel = try Tensor(shape: Shape(weight.extents + [1, 1]), values: weight.floats)
    let index = try append(node.visibleName, .convolution(Convolution(weight: kernel)), inputs: [value.node])
    return value.with(node: index, extents: value.extents.dropLast() + [weight.extents[0]])
  }

  /// A fully connected layer on a value that has one axis longer than 1, its last.
  private mutating func linear(
    _ node: ONNXNode, _ value: ImageValue, weight: ONNXConstant, bias: [Float]?
  ) throws -> ImageValue {
    let features = weight.extents[1]
    guard value.imageExtents.reduce(1, *) == features else {
      throw node.error(
        "the input does not fit the weight", expected: "\(features) features", found: Shape(value.extents).description)
    }
    var weight = weight
    var source = value.node
    switch value.order {
    case .stored, .permuted: break
    case .flattened(let factors, let order, _):
      // The columns move to where the elements are.
      try spend(weight.count, for: node)
      let inverse = order.indices.sorted { order[$0] < order[$1] }
      let seen = order.map { factors[$0] }
      weight = weight.reshaped([weight.extents[0]] + seen).transposed([0] + inverse.map { $0 + 1 })
        .reshaped(weight.extents)
    }
    if shapes[source].rank != 1 {
      source = try append(node.visibleName + "/Reshape", .reshape(Shape(features)), inputs: [source])
    }
    let matrix = try Tensor(shape: Shape(weight.extents), values: weight.floats)
    var index = try append(node.visibleName, .linear(Linear(weight: matrix, bias: bias)), inputs: [source])
    let extents = value.extents.dropLast() + [weight.extents[0]]
    let result = ImageValue(node: index, extents: Array(extents), batchAxis: value.batchAxis)
    if result.imageExtents != shapes[index].extents {
      index = try append(node.visibleName + "/Unsqueeze", .reshape(Shape(result.imageExtents)), inputs: [index])
    }
    return result.with(node: index)
  }

  /// Rows and columns exchanged, tile by tile, so that both sides stay in the cache.
  private mutating func transposedMatrix(_ matrix: ONNXConstant, _ node: ONNXNode) throws -> ONNXConstant {
    try spend(matrix.count, for: node)
    let rows = matrix.extents[0], columns = matrix.extents[1], tile = 32
    let source = matrix.floats
    var result = [Float](repeating: 0, count: source.count)
    for top in stride(from: 0, to: rows, by: tile) {
      for left in stride(from: 0, to: columns, by: tile) {
        for row in top..<min(top + tile, rows) {
          for column in left..<min(left + tile, columns) {
            result[column * rows + row] = source[row * columns + column]
          }
        }
      }
    }
    return ONNXConstant(extents: [columns, rows], storage: .floats(result))
  }
}
