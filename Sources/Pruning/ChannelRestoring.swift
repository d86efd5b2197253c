import InputErrors
import Networks
import Tensors

extension NetworkRewriting {
  /// A node that holds the wanted channels in their order, with the constant ones back in their places.
  ///
  /// - Parameters:
  ///   - source: a node that stores something.
  ///   - matters: whether a channel's value is used at all.
  mutating func restored(
    _ source: Int, _ wanted: [Int], for reader: Int, matters: (_ channel: Int) -> Bool
  ) throws -> Int {
    let stored = layout.kept[source], known = values[source]
    let name = network.nodes[reader].name + "/" + network.nodes[source].name
    var places: [Int: Int] = [:]
    for (position, channel) in stored.enumerated() { places[channel] = position }
    var right = wanted.map { channel in places[channel].map { isRight(source, at: $0) } ?? false }
    var index = place(source)
    let move = ChannelMove(from: stored, to: wanted) { matters($0) ? known[$0].uniformValue : 0 }
    switch move {
    case .none: break
    case .pad(let before, let after, let value):
      let rank = shape(index).rank
      let zeros = [Int](repeating: 0, count: rank - 1)
      let padding = Padding(before: [before] + zeros, after: [after] + zeros, fill: .constant(Float(value)))
      index = try add(freshName(name + "/channels"), .pad(padding), [index])
      for (position, channel) in wanted.enumerated() where places[channel] == nil { right[position] = true }
    case .slice(let start, let step):
      var axes = shape(index).extents.map { Slice.Axis(start: 0, step: 1, count: $0) }
      axes[0] = .init(start: start, step: step, count: wanted.count)
      index = try add(freshName(name + "/channels"), .slice(Slice(axes: axes)), [index])
    case .matrix:
      var bias = [Float](repeating: 0, count: wanted.count)
      var weight = Tensor(repeating: 0, shape: Shape(wanted.count, stored.count))
      for (position, channel) in wanted.enumerated() {
        if let value = known[channel].uniformValue {
          bias[position] = Float(value)
          right[position] = true
        } else if let place = places[channel], right[position] {
          weight.values[position * stored.count + place] = 1
        }
      }
      index = try mixed(index, weight, bias, name: name)
    }
    let wrong = wanted.indices.filter { !right[$0] && matters(wanted[$0]) }
    guard !wrong.isEmpty else { return index }

    var affine = ChannelAffine(
      scale: [Float](repeating: 1, count: wanted.count), shift: [Float](repeating: 0, count: wanted.count))
    for position in wrong {
      affine.scale[position] = 0
      affine.shift[position] = Float(known[wanted[position]].uniformValue ?? 0)
    }
    index = try add(freshName(name + "/values"), .affine(affine), [index])
    guard wrong.contains(where: { known[wanted[$0]].uniformValue == nil }) else { return index }
    let area = shape(index).count / wanted.count
    var maps = Tensor(repeating: 0, shape: shape(index))
    for position in wrong {
      guard case .map(let elements) = known[wanted[position]] else { continue }
      for (place, value) in elements.enumerated() { maps.values[position * area + place] = Float(value) }
    }
    let constant = try add(freshName(name + "/constants"), .constant(maps), [])
    return try add(freshName(name + "/maps"), .combine(.add), [index, constant])
  }

  /// A product with a matrix `[outputs, inputs]` at every position.
  private mutating func mixed(_ input: Int, _ weight: Tensor, _ bias: [Float], name: String) throws -> Int {
    let extents = shape(input).extents
    if extents.count == 1 {
      return try add(freshName(name + "/channels"), .linear(Linear(weight: weight, bias: bias)), [input])
    }
    let kernel = try Tensor(shape: Shape(weight.shape.extents + [1, 1]), values: weight.values)
    var input = input
    if extents.count != 3 {
      let flat = Shape(extents[0], extents.dropFirst().reduce(1, *), 1)
      input = try add(freshName(name + "/flat"), .reshape(flat), [input])
    }
    let product = try add(freshName(name + "/channels"), .convolution(Convolution(weight: kernel, bias: bias)), [input])
    guard extents.count != 3 else { return product }
    return try add(
      freshName(name + "/shaped"), .reshape(Shape([weight.shape[0]] + extents.dropFirst())), [product])
  }
}
