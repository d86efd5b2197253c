import InputErrors
import Networks
import Tensors

/// The elements that a slice takes along one axis, after ONNX's clamping of its bounds.
enum SliceBounds {
  static func axis(start: Int, end: Int, step: Int, extent: Int, _ node: ONNXNode) throws -> Slice.Axis {
    guard step != 0 else { throw node.error("a slice has a step of 0") }
    let from = start < 0 ? start + extent : start
    let to = end < 0 ? end + extent : end
    // A step beyond the axis takes one element, whatever it is.
    let step = min(max(step, -(1 << 30)), 1 << 30)
    if step > 0 {
      let first = min(max(from, 0), extent)
      let last = min(max(to, 0), extent)
      return Slice.Axis(start: first, step: step, count: max(0, (last - first + step - 1) / step))
    }
    let first = min(max(from, 0), extent - 1)
    let last = min(max(to, -1), extent - 1)
    return Slice.Axis(start: first, step: step, count: max(0, (first - last - step - 1) / -step))
  }

  /// Starts, ends, axes and steps of a `Slice` node as one entry for each axis of its input.
  static func axes(
    starts: [Int], ends: [Int], axes: [Int]?, steps: [Int]?, extents: [Int], _ node: ONNXNode
  ) throws -> [Slice.Axis] {
    var parts = extents.map { Slice.Axis(start: 0, step: 1, count: $0) }
    let named = axes ?? Array(0..<starts.count)
    guard starts.count == ends.count, named.count == starts.count, steps?.count ?? starts.count == starts.count else {
      throw node.error(
        "starts, ends, axes and steps differ in number",
        found: "\(starts.count), \(ends.count), \(named.count) and \(steps?.count ?? starts.count)")
    }
    _ = try node.axes(named, rank: extents.count)
    for index in starts.indices {
      let axis = try node.axis(named[index], rank: extents.count)
      parts[axis] = try self.axis(
        start: starts[index], end: ends[index], step: steps?[index] ?? 1, extent: extents[axis], node)
    }
    return parts
  }
}

extension GraphTranslation {
  mutating func slice(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    guard let starts = try node.integers("starts") ?? optionalIntegers(node, inputs, 1),
      let ends = try node.integers("ends") ?? optionalIntegers(node, inputs, 2)
    else { throw node.error("the slice's starts or ends are missing") }
    let parts = try SliceBounds.axes(
      starts: starts, ends: ends, axes: node.integers("axes") ?? optionalIntegers(node, inputs, 3),
      steps: optionalIntegers(node, inputs, 4), extents: value.extents, node)
    return try selection(parts, of: value, node, name: node.visibleName)
  }

  /// Some elements along one axis, which must be evenly spaced: a slice; one element removes the axis.
  mutating func gather(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    let axis = try node.axis(node.integer("axis", default: 0), rank: value.extents.count)
    let indices = try constant(node, inputs, 1)
    let extent = value.extents[axis]
    guard indices.rank <= 1, let named = indices.integers, !named.isEmpty else {
      throw node.error("the indices are no list of whole numbers", found: Shape(indices.extents).description)
    }
    let places = try named.map { try node.axis($0, rank: extent) }
    let step = places.count > 1 ? places[1] - places[0] : 1
    guard step != 0, places.indices.allSatisfy({ places[$0] == places[0] + $0 * step }) else {
      throw node.error("the indices are not evenly spaced", found: "\(places.prefix(8))")
    }
    var parts = value.extents.map { Slice.Axis(start: 0, step: 1, count: $0) }
    parts[axis] = Slice.Axis(start: places[0], step: step, count: places.count)
    let result = try selection(parts, of: value, node, name: node.visibleName)
    return indices.rank == 1
      ? result : try removingAxes([axis], from: result, node, name: node.visibleName + "/Squeeze")
  }

  /// A slice for each output that something reads.
  mutating func split(_ node: ONNXNode, _ inputs: [GraphValue?]) throws {
    let value = try image(node, inputs)
    let axis = try node.axis(node.integer("axis", default: 0), rank: value.extents.count)
    let extent = value.extents[axis]
    let parts = node.outputs.count
    let counts: [Int]
    if let named = try node.integers("split") ?? optionalIntegers(node, inputs, 1) {
      counts = named
    } else {
      let size = (extent + parts - 1) / max(parts, 1)
      counts = (0..<parts).map { max(0, min(size, extent - $0 * size)) }
    }
    guard counts.count == parts, counts.allSatisfy({ (1...extent).contains($0) }), counts.reduce(0, +) == extent else {
      throw node.error("the parts do not fill the axis", expected: "\(extent) in \(parts) parts", found: "\(counts)")
    }
    var start = 0
    for (index, count) in counts.enumerated() {
      defer { start += count }
      guard isUsed(node.outputs[index]) else { continue }
      var selected = value.extents.map { Slice.Axis(start: 0, step: 1, count: $0) }
      selected[axis] = Slice.Axis(start: start, step: 1, count: count)
      let part = try selection(
        selected, of: value, node, name: index == 0 ? node.visibleName : node.outputs[index])
      try define(node.outputs[index], .image(part), by: node)
    }
  }

  /// A slice of a value; `parts` has an entry for each axis of ONNX.
  private mutating func selection(
    _ parts: [Slice.Axis], of value: ImageValue, _ node: ONNXNode, name: String
  ) throws -> ImageValue {
    if let batchAxis = value.batchAxis {
      guard parts[batchAxis].count == value.extents[batchAxis], parts[batchAxis].step == 1 else {
        throw node.error("the images of a batch are taken apart", found: "\(parts[batchAxis])")
      }
    }
    guard parts.allSatisfy({ $0.count > 0 }) else {
      throw node.error("nothing is left of the input", found: Shape(parts.map(\.count)).description)
    }
    guard let order = value.axisOrder else { throw node.error("the axes have been transposed and flattened") }
    var stored = parts
    stored.removeLast(parts.count - order.count)
    for (position, axis) in value.imageAxes.enumerated() { stored[order[position]] = parts[axis] }
    let index = try append(name, .slice(Slice(axes: stored)), inputs: [value.node])
    return value.with(node: index, extents: parts.map(\.count))
  }

  mutating func pad(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let value = try image(node, inputs)
    let rank = value.extents.count
    guard let amounts = try node.integers("pads") ?? optionalIntegers(node, inputs, 1) else {
      throw node.error("the pads are missing")
    }
    let axes = try optionalIntegers(node, inputs, 3).map { try $0.map { try node.axis($0, rank: rank) } }
    let named = axes ?? Array(0..<rank)
    guard amounts.count == 2 * named.count, Set(named).count == named.count else {
      throw node.error("the pads do not fit the input", expected: "\(2 * named.count)", found: "\(amounts.count)")
    }
    var before = [Int](repeating: 0, count: rank)
    var after = before
    for (index, axis) in named.enumerated() {
      before[axis] = amounts[index]
      after[axis] = amounts[named.count + index]
    }
    let limit = 1 << 20
    guard (before + after).allSatisfy({ (-limit...limit).contains($0) }) else {
      throw node.error("the pads are impossible", expected: "at most \(limit)", found: "\(amounts)")
    }
    if let batchAxis = value.batchAxis, before[batchAxis] != 0 || after[batchAxis] != 0 {
      throw node.error("the batch is padded", found: "\(amounts)")
    }
    let fill = try padFill(node, inputs)
    var result = value
    if (before + after).contains(where: { $0 < 0 }) {
      // Negative padding crops, which is done first.
      let parts = value.extents.indices.map {
        let start = max(0, -before[$0])
        return Slice.Axis(start: start, step: 1, count: value.extents[$0] - start - max(0, -after[$0]))
      }
      let isAll = (before + after).allSatisfy { $0 <= 0 }
      result = try selection(parts, of: value, node, name: isAll ? node.visibleName : node.visibleName + "/Slice")
      if isAll { return result }
    }
    guard let order = result.axisOrder else { throw node.error("the axes have been transposed and flattened") }
    var padding = Padding(
      before: [Int](repeating: 0, count: order.count), after: [Int](repeating: 0, count: order.count), fill: fill)
    var extents = result.extents
    for (position, axis) in result.imageAxes.enumerated() {
      padding.before[order[position]] = max(0, before[axis])
      padding.after[order[position]] = max(0, after[axis])
      extents[axis] += max(0, before[axis]) + max(0, after[axis])
    }
    let index = try append(node.visibleName, .pad(padding), inputs: [result.node])
    return result.with(node: index, extents: extents)
  }

  private func padFill(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> Padding.Fill {
    let mode = try node.string("mode", default: "constant")
    switch mode {
    case "constant":
      let value = try optionalConstant(node, inputs, 2)?.floats.first
      return .constant(try value ?? node.float("value", default: 0))
    case "reflect": return .reflect
    case "edge": return .edge
    default: throw node.error("attribute 'mode' is unknown", expected: "constant, reflect or edge", found: mode)
    }
  }

  mutating func concatenation(_ node: ONNXNode, _ inputs: [GraphValue?]) throws -> ImageValue {
    let images = inputs.compactMap { value -> ImageValue? in
      guard case .image(let image)? = value else { return nil }
      return image
    }
    guard let leader = images.first else { throw node.error("the node has no inputs") }
    let rank = leader.extents.count
    let axis = try node.axis(node.integer("axis", default: 1), rank: rank)
    guard let order = leader.axisOrder, leader.storedAxis(axis) == 0 else {
      if axis == leader.batchAxis { throw node.error("the images of a batch are put together", found: "axis \(axis)") }
      return try concatenationOfVectors(node, inputs, leader, axis)
    }
    var sources: [Int] = []
    var total = 0
    for input in inputs {
      switch input {
      case .image(let value)?:
        guard value.extents.count == rank, value.batchAxis == leader.batchAxis else {
          throw node.error(
            "the inputs' ranks differ", found: "\(Shape(leader.extents)) and \(Shape(value.extents))")
        }
        sources.append(try arranged(value, order: order))
        total += value.extents[axis]
      case .constant(let constant)?:
        guard constant.rank == rank, batchSize == 1, constant.count > 0 else {
          throw node.error(
            "a constant does not fit the other inputs", expected: "one image",
            found: Shape(constant.extents).description)
        }
        var shape = [Int](repeating: 1, count: order.count)
        for (position, place) in leader.imageAxes.enumerated() { shape[order[position]] = constant.extents[place] }
        let inverse = order.indices.sorted { order[$0] < order[$1] }
        try spend(constant.count, for: node)
        let moved = constant.reshaped(leader.imageAxes.map { constant.extents[$0] }).transposed(inverse)
        let name = constant.name.isEmpty ? node.visibleName + "/Constant" : constant.name
        let tensor = try Tensor(shape: Shape(shape), values: moved.floats)
        sources.append(try append(name, constant: tensor))
        total += constant.extents[axis]
      case nil: throw node.error("an input is missing")
      }
    }
    let index = try append(node.visibleName, .concatenate, inputs: sources)
    var extents = leader.extents
    extents[axis] = total
    return leader.with(node: index, extents: extents)
  }

  /// Values that have no other axis longer than 1 are put together as vectors.
  private mutating func concatenationOfVectors(
    _ node: ONNXNode, _ inputs: [GraphValue?], _ leader: ImageValue, _ axis: Int
  ) throws -> ImageValue {
    var sources: [Int] = []
    for input in inputs {
      guard case .image(let value)? = input, value.extents.count == leader.extents.count,
        value.batchAxis == leader.batchAxis, value.axisOrder != nil,
        value.imageAxes.allSatisfy({ $0 == axis || value.extents[$0] == 1 })
      else {
        throw node.error(
          "values are put together only along the channels", found: "axis \(axis) of \(Shape(leader.extents))")
      }
      let shape = Shape(value.extents[axis])
      sources.append(
        shapes[value.node] == shape
          ? value.node : try append(node.visibleName + "/Flatten", .reshape(shape), inputs: [value.node]))
    }
    let index = try append(node.visibleName, .concatenate, inputs: sources)
    var extents = leader.extents
    extents[axis] = shapes[index].count
    var result = ImageValue(node: index, extents: extents, batchAxis: leader.batchAxis)
    if result.imageExtents != shapes[index].extents {
      result.node = try append(node.visibleName + "/Reshape", .reshape(Shape(result.imageExtents)), inputs: [index])
    }
    return result
  }
}
