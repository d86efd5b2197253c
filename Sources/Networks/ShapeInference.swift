import InputErrors
import Tensors

/// Computes a node's output shape from its inputs' shapes and checks that its parameters fit.
public enum ShapeInference {
  /// The largest number of elements that one node may yield for one image; a bound on memory for hostile files.
  public static let maximumElementCount = 1 << 30

  /// - Throws: ``InputError`` (data) that names the node, what was expected and what was found.
  public static func outputShape(of node: Node, inputs: [Shape]) throws -> Shape {
    let check = Check(node: node)
    let shape = try inferred(node.layer, inputs, check)
    var count = 1
    for extent in shape.extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow, product <= maximumElementCount else {
        throw check.error("the output's shape is impossible", expected: "positive extents", found: "\(shape)")
      }
      count = product
    }
    return shape
  }

  /// The number of windows along one axis, or nil when not even one fits.
  public static func windowCount(
    extent: Int, kernel: Int, stride: Int, dilation: Int, before: Int, after: Int, roundsUp: Bool = false
  ) -> Int? {
    let span = dilation * (kernel - 1) + 1
    let room = extent + before + after - span
    guard room >= 0 else { return nil }
    var count = room / stride + 1
    if roundsUp, room % stride != 0, count * stride < extent + before { count += 1 }
    return count
  }

  private static func inferred(_ layer: Layer, _ inputs: [Shape], _ check: Check) throws -> Shape {
    switch layer {
    case .input(let shape):
      try check.arity(inputs, 0...0)
      guard shape.rank == 3 || shape.rank == 1 else {
        throw check.error("the input is no image", expected: "channels×height×width", found: "\(shape)")
      }
      return shape
    case .constant(let tensor):
      try check.arity(inputs, 0...0)
      return tensor.shape
    case .convolution(let layer):
      try check.arity(inputs, 1...1)
      return try convolution(layer, check.map(inputs[0]), check)
    case .transposedConvolution(let layer):
      try check.arity(inputs, 1...1)
      return try transposedConvolution(layer, check.map(inputs[0]), check)
    case .linear(let layer):
      try check.arity(inputs, 1...1)
      try check.rank(layer.weight, 2, "weight")
      guard inputs[0].rank == 1, inputs[0][0] == layer.inputCount else {
        throw check.error("the input does not fit the weight", expected: "\(layer.inputCount)", found: "\(inputs[0])")
      }
      try check.perChannel(layer.bias, layer.outputCount, "bias")
      return Shape(layer.outputCount)
    case .batchNormalization(let layer):
      try check.arity(inputs, 1...1)
      for (values, name) in [
        (layer.scale, "scale"), (layer.shift, "shift"), (layer.mean, "mean"), (layer.variance, "variance"),
      ] {
        try check.perChannel(values, inputs[0].channels, name)
      }
      return inputs[0]
    case .affine(let layer):
      try check.arity(inputs, 1...1)
      try check.perChannel(layer.scale, inputs[0].channels, "scale")
      try check.perChannel(layer.shift, inputs[0].channels, "shift")
      return inputs[0]
    case .activation(let activation):
      try check.arity(inputs, 1...1)
      if case .prelu(let slopes) = activation, slopes.count != 1 {
        try check.perChannel(slopes, inputs[0].channels, "slopes")
      }
      return inputs[0]
    case .pool(let layer):
      try check.arity(inputs, 1...1)
      let map = try check.map(inputs[0])
      try check.window(layer.kernel, layer.stride, layer.dilation, layer.padding)
      return try check.windows(
        map, channels: map[0], kernel: layer.kernel, stride: layer.stride, dilation: layer.dilation,
        padding: layer.padding, roundsUp: layer.roundsUp)
    case .globalPool:
      try check.arity(inputs, 1...1)
      return Shape(try check.map(inputs[0])[0], 1, 1)
    case .concatenate:
      try check.arity(inputs, 1...Int.max)
      guard let first = inputs.first,
        inputs.allSatisfy({ $0.extents.dropFirst() == first.extents.dropFirst() && $0.rank == first.rank })
      else {
        throw check.error("the inputs differ in more than their channels", found: check.list(inputs))
      }
      return Shape([inputs.reduce(0) { $0 + $1[0] }] + first.extents.dropFirst())
    case .combine(let combination):
      try check.arity(inputs, combination == .add ? 1...Int.max : 2...2)
      return try broadcast(inputs, check)
    case .localResponseNormalization(let layer):
      try check.arity(inputs, 1...1)
      guard layer.size >= 1 else {
        throw check.error("the size is impossible", expected: "≥ 1", found: "\(layer.size)")
      }
      return inputs[0]
    case .slice(let slice):
      try check.arity(inputs, 1...1)
      return try sliced(slice, inputs[0], check)
    case .pad(let padding):
      try check.arity(inputs, 1...1)
      return try padded(padding, inputs[0], check)
    case .reshape(let shape):
      try check.arity(inputs, 1...1)
      guard shape.extents.allSatisfy({ $0 > 0 && $0 <= maximumElementCount }), check.product(shape) == inputs[0].count
      else {
        throw check.error(
          "the new shape has another number of elements", expected: "\(inputs[0].count) as \(inputs[0])",
          found: "\(shape)")
      }
      return shape
    case .softmax, .identity:
      try check.arity(inputs, 1...1)
      return inputs[0]
    }
  }

  private static func convolution(_ layer: Convolution, _ map: Shape, _ check: Check) throws -> Shape {
    try check.rank(layer.weight, 4, "weight")
    guard layer.groups >= 1, layer.outputChannels % layer.groups == 0 else {
      throw check.error(
        "the groups do not divide the outputs", expected: "a divisor of \(layer.outputChannels)",
        found: "\(layer.groups)")
    }
    guard map[0] == layer.inputChannels else {
      throw check.error(
        "the input does not fit the weight", expected: "\(layer.inputChannels) channels", found: "\(map[0])")
    }
    try check.perChannel(layer.bias, layer.outputChannels, "bias")
    try check.window(layer.kernel, layer.stride, layer.dilation, layer.padding)
    return try check.windows(
      map, channels: layer.outputChannels, kernel: layer.kernel, stride: layer.stride, dilation: layer.dilation,
      padding: layer.padding)
  }

  private static func transposedConvolution(
    _ layer: TransposedConvolution, _ map: Shape, _ check: Check
  ) throws -> Shape {
    try check.rank(layer.weight, 4, "weight")
    guard layer.groups >= 1, layer.inputChannels % layer.groups == 0 else {
      throw check.error(
        "the groups do not divide the inputs", expected: "a divisor of \(layer.inputChannels)", found: "\(layer.groups)"
      )
    }
    guard map[0] == layer.inputChannels else {
      throw check.error(
        "the input does not fit the weight", expected: "\(layer.inputChannels) channels", found: "\(map[0])")
    }
    try check.perChannel(layer.bias, layer.outputChannels, "bias")
    try check.window(layer.kernel, layer.stride, layer.dilation, layer.padding)
    guard (0..<Check.maximumGeometry).contains(layer.outputPadding.height),
      (0..<Check.maximumGeometry).contains(layer.outputPadding.width)
    else { throw check.error("the output padding is impossible", found: "\(layer.outputPadding)") }
    func extent(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ pads: Int, _ extra: Int) -> Int {
      (size - 1) * stride - pads + dilation * (kernel - 1) + 1 + extra
    }
    return Shape(
      layer.outputChannels,
      extent(
        map[1], layer.kernel.height, layer.stride.height, layer.dilation.height,
        layer.padding.top + layer.padding.bottom, layer.outputPadding.height),
      extent(
        map[2], layer.kernel.width, layer.stride.width, layer.dilation.width,
        layer.padding.left + layer.padding.right, layer.outputPadding.width))
  }

  private static func broadcast(_ inputs: [Shape], _ check: Check) throws -> Shape {
    let rank = inputs.map(\.rank).max() ?? 0
    var extents = [Int](repeating: 1, count: rank)
    for shape in inputs {
      guard shape.rank == rank || shape.count == 1 else {
        throw check.error("the inputs' ranks differ", found: check.list(inputs))
      }
      guard shape.rank == rank else { continue }
      for axis in 0..<rank where shape[axis] != extents[axis] {
        guard shape[axis] == 1 || extents[axis] == 1 else {
          throw check.error("the inputs' shapes do not fit each other", found: check.list(inputs))
        }
        extents[axis] = max(extents[axis], shape[axis])
      }
    }
    return Shape(extents)
  }

  private static func sliced(_ slice: Slice, _ input: Shape, _ check: Check) throws -> Shape {
    guard slice.axes.count == input.rank else {
      throw check.error(
        "the slice has another number of axes", expected: "\(input.rank)", found: "\(slice.axes.count)")
    }
    for (axis, part) in slice.axes.enumerated() {
      let inside = 0..<input[axis]
      guard part.step != 0, abs(part.step) <= maximumElementCount, part.count >= 1, part.count <= input[axis],
        inside.contains(part.start), inside.contains(part.start + (part.count - 1) * part.step)
      else {
        throw check.error(
          "the slice leaves the input", expected: "within \(input[axis]) along axis \(axis)",
          found: "start \(part.start), step \(part.step), count \(part.count)")
      }
    }
    return Shape(slice.axes.map(\.count))
  }

  private static func padded(_ padding: Padding, _ input: Shape, _ check: Check) throws -> Shape {
    guard padding.before.count == input.rank, padding.after.count == input.rank else {
      throw check.error(
        "the padding has another number of axes", expected: "\(input.rank)",
        found: "\(padding.before.count) and \(padding.after.count)")
    }
    var extents: [Int] = []
    for axis in 0..<input.rank {
      let before = padding.before[axis], after = padding.after[axis]
      let limit: Int
      switch padding.fill {
      case .constant, .edge: limit = Check.maximumGeometry
      case .reflect: limit = input[axis] - 1
      }
      guard (0...limit).contains(before), (0...limit).contains(after) else {
        throw check.error(
          "the padding is impossible", expected: "0 to \(limit) along axis \(axis)", found: "\(before) and \(after)")
      }
      extents.append(input[axis] + before + after)
    }
    return Shape(extents)
  }
}

/// The checks that several layer kinds share, with the node at hand for their errors.
private struct Check {
  static let maximumGeometry = 1 << 20
  let node: Node

  func error(_ what: String, expected: String? = nil, found: String? = nil) -> InputError {
    InputError(.data, what, at: .init(node: node.title), expected: expected, found: found)
  }

  func list(_ shapes: [Shape]) -> String { shapes.map(\.description).joined(separator: " and ") }

  func product(_ shape: Shape) -> Int? {
    var count = 1
    for extent in shape.extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return count
  }

  func arity(_ inputs: [Shape], _ allowed: ClosedRange<Int>) throws {
    guard allowed.contains(inputs.count) else {
      let expected =
        allowed.lowerBound == allowed.upperBound ? "\(allowed.lowerBound)" : "\(allowed.lowerBound) or more"
      throw error("the number of inputs is wrong", expected: expected, found: "\(inputs.count)")
    }
  }

  func map(_ shape: Shape) throws -> Shape {
    guard shape.rank == 3 else {
      throw error("the input is no feature map", expected: "channels×height×width", found: "\(shape)")
    }
    return shape
  }

  func rank(_ tensor: Tensor, _ rank: Int, _ name: String) throws {
    guard tensor.shape.rank == rank, tensor.shape.extents.allSatisfy({ $0 > 0 }) else {
      throw error("the \(name) has another rank", expected: "\(rank) positive extents", found: "\(tensor.shape)")
    }
  }

  func perChannel(_ values: [Float]?, _ channels: Int, _ name: String) throws {
    guard let values, values.count != channels else { return }
    throw error("the \(name) does not fit the channels", expected: "\(channels) values", found: "\(values.count)")
  }

  func window(_ kernel: Extent, _ stride: Extent, _ dilation: Extent, _ padding: Insets) throws {
    let limit = Check.maximumGeometry
    for (extent, name) in [(kernel, "kernel"), (stride, "stride"), (dilation, "dilation")] {
      guard (1...limit).contains(extent.height), (1...limit).contains(extent.width) else {
        throw error("the \(name) is impossible", expected: "1 to \(limit)", found: "\(extent)")
      }
    }
    for pad in [padding.top, padding.left, padding.bottom, padding.right] where !(0...limit).contains(pad) {
      throw error("the padding is impossible", expected: "0 to \(limit)", found: "\(padding)")
    }
  }

  func windows(
    _ map: Shape, channels: Int, kernel: Extent, stride: Extent, dilation: Extent, padding: Insets,
    roundsUp: Bool = false
  ) throws -> Shape {
    guard
      let height = ShapeInference.windowCount(
        extent: map[1], kernel: kernel.height, stride: stride.height, dilation: dilation.height, before: padding.top,
        after: padding.bottom, roundsUp: roundsUp),
      let width = ShapeInference.windowCount(
        extent: map[2], kernel: kernel.width, stride: stride.width, dilation: dilation.width, before: padding.left,
        after: padding.right, roundsUp: roundsUp)
    else {
      throw error(
        "the window is larger than the padded input", expected: "at least the kernel's \(kernel)",
        found: "\(map) with padding \(padding)")
    }
    return Shape(channels, height, width)
  }
}
