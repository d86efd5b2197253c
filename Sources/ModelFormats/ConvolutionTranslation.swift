import InputErrors
import Networks
import Tensors

extension GraphTranslation {
  mutating func convolution(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    let source = try featureMap(node, value)
    let weight = try kernelWeight(node, inputs)
    let geometry = try WindowGeometry(node, kernel: Extent(height: weight.shape[2], width: weight.shape[3]))
    let layer = Convolution(
      weight: weight, bias: try optionalConstant(node, inputs, 2)?.floats, stride: geometry.stride,
      padding: geometry.resolvedPadding(height: shapes[source].height, width: shapes[source].width),
      dilation: geometry.dilation, groups: try node.integer("group", default: 1))
    return try feature(node, .convolution(layer), source, of: value)
  }

  mutating func transposedConvolution(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    let source = try featureMap(node, value)
    let weight = try kernelWeight(node, inputs)
    let geometry = try WindowGeometry(node, kernel: Extent(height: weight.shape[2], width: weight.shape[3]))
    let extra = try pair(node, "output_padding") ?? [0, 0]
    let outputPadding = Extent(height: extra[0], width: extra[1])
    let size = Extent(height: shapes[source].height, width: shapes[source].width)
    var padding = geometry.padding
    let requested: [Int]?
    if let outputShape = try pair(node, "output_shape") {
      requested = outputShape
    } else {
      switch geometry.automaticPadding {
      case .explicit: requested = nil
      case .valid:
        padding = .zero
        requested = nil
      case .sameUpper, .sameLower:
        requested = [size.height * geometry.stride.height, size.width * geometry.stride.width]
      }
    }
    if let requested {
      func total(_ size: Int, _ stride: Int, _ dilation: Int, _ kernel: Int, _ extra: Int, _ wanted: Int) throws -> Int
      {
        let pads = (size - 1) * stride + extra + dilation * (kernel - 1) + 1 - wanted
        guard pads >= 0 else {
          throw node.error(
            "the output is larger than the layer can make it", expected: "at most \(pads + wanted)", found: "\(wanted)")
        }
        return pads
      }
      let vertical = try total(
        size.height, geometry.stride.height, geometry.dilation.height, geometry.kernel.height, extra[0], requested[0])
      let horizontal = try total(
        size.width, geometry.stride.width, geometry.dilation.width, geometry.kernel.width, extra[1], requested[1])
      // Unlike elsewhere, the odd pixel is cut at the beginning unless the file says SAME_UPPER.
      var atEnd = false
      if case .sameUpper = geometry.automaticPadding { atEnd = true }
      padding = WindowGeometry.split(vertical: vertical, horizontal: horizontal, atEnd: atEnd)
    }
    let layer = TransposedConvolution(
      weight: weight, bias: try optionalConstant(node, inputs, 2)?.floats, stride: geometry.stride, padding: padding,
      outputPadding: outputPadding, dilation: geometry.dilation, groups: try node.integer("group", default: 1))
    return try feature(node, .transposedConvolution(layer), source, of: value)
  }

  mutating func pool(_ node: ONNXNode, _ inputs: [GraphValue?], isMaximum: Bool) throws -> ImageValue {
    let value = try image(node, inputs)
    let source = try featureMap(node, value)
    let geometry = try WindowGeometry(node)
    let countsPadding = try node.integer("count_include_pad", default: 0) != 0
    let layer = Pooling(
      isMaximum ? .maximum : .average(countsPadding: countsPadding), kernel: geometry.kernel, stride: geometry.stride,
      padding: geometry.resolvedPadding(height: shapes[source].height, width: shapes[source].width),
      dilation: geometry.dilation, roundsUp: try node.integer("ceil_mode", default: 0) != 0)
    return try feature(node, .pool(layer), source, of: value)
  }

  mutating func globalPool(_ node: ONNXNode, _ inputs: [GraphValue?], isMaximum: Bool) throws -> ImageValue {
    let value = try image(node, inputs)
    let source = try featureMap(node, value)
    return try feature(node, .globalPool(isMaximum ? .maximum : .average(countsPadding: false)), source, of: value)
  }

  /// A mean or maximum over both spatial axes.
  mutating func reduction(_ node: ONNXNode, _ inputs: [GraphValue?], isMaximum: Bool) throws -> ImageValue {
    let value = try image(node, inputs)
    let rank = value.extents.count
    let named = try node.integers("axes") ?? optionalIntegers(node, inputs, 1) ?? []
    if named.isEmpty, try node.integer("noop_with_empty_axes", default: 0) != 0 { return value }
    let axes = named.isEmpty ? Array(0..<rank) : try node.axes(named, rank: rank)
    // An axis of extent 1 is its own mean, whether it is named or not.
    let spatial = Set(axes.filter { value.extents[$0] != 1 }.map { value.storedAxis($0) ?? -1 })
    guard shapes[value.node].rank == 3, value.axisOrder != nil, !axes.contains(where: { $0 == value.batchAxis }),
      spatial.isSubset(of: [1, 2]), spatial.contains(1) || shapes[value.node].height == 1,
      spatial.contains(2) || shapes[value.node].width == 1
    else {
      throw node.error(
        "the operator is read only over height and width together", expected: "the two spatial axes",
        found: "axes \(axes) of \(Shape(value.extents))")
    }
    let kind: PoolingKind = isMaximum ? .maximum : .average(countsPadding: false)
    let pooled = try append(node.visibleName, .globalPool(kind), inputs: [value.node])
    var extents = value.extents
    for axis in axes { extents[axis] = 1 }
    let result = value.with(node: pooled, extents: extents)
    if try node.integer("keepdims", default: 1) != 0 { return result }
    return try removingAxes(axes, from: result, node, name: node.visibleName + "/Reshape")
  }

  // MARK: Parts

  private mutating func kernelWeight(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> Tensor {
    let constant = try constant(node, inputs, 1)
    guard constant.rank == 4, constant.count > 0 else {
      throw node.error(
        "the weight is not that of two dimensions", expected: "4 extents", found: Shape(constant.extents).description)
    }
    // Floats are shared with the initializer; whole numbers are converted at every use.
    if case .integers = constant.storage { try spend(constant.count, for: node) }
    return try Tensor(shape: Shape(constant.extents), values: constant.floats)
  }

  /// A layer between feature maps with the channels first.
  private mutating func feature(
    _ node: ONNXNode, _ layer: Layer, _ source: Int, of value: ImageValue
  ) throws -> ImageValue {
    let index = try append(node.visibleName, layer, inputs: [source])
    return ImageValue(node: index, extents: [value.extents[0]] + shapes[index].extents, batchAxis: 0)
  }

  /// An optional attribute of two numbers that are not negative and not too large.
  private func pair(_ node: ONNXNode, _ name: String) throws -> [Int]? {
    guard let all = try node.integers(name) else { return nil }
    let values = Array(all.suffix(2))
    guard values.count == 2, values.allSatisfy({ (0...(1 << 20)).contains($0) }) else {
      throw node.error("attribute '\(name)' is impossible", expected: "2 values of 0 or more", found: "\(all)")
    }
    return values
  }
}
