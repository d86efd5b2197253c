import InputErrors
import Networks
import Tensors

extension NetworkRewriting {
  /// Arithmetic between maps: operands that are constant where it matters become an affine layer, or a constant.
  mutating func combine(_ index: Int, _ combination: Combination) throws {
    let node = network.nodes[index], kept = layout.kept[index]
    let needs = layout.needs[index]
    let isConstant = node.inputs.map { input in
      layout.isRepeated(input, in: index)
        ? !values[input][0].isVarying : !kept.contains { needs[$0] && values[input][$0].isVarying }
    }
    var operands: [Int] = []
    for (input, isConstant) in zip(node.inputs, isConstant) where !isConstant {
      operands.append(
        layout.isRepeated(input, in: index)
          ? place(input) : try restored(input, kept, for: index, matters: { needs[$0] }))
    }
    let constants = zip(node.inputs, isConstant).filter(\.1).map { operand($0.0, kept, in: index) }
    let whole = Shape([kept.count] + network.shapes[index].extents.dropFirst())
    var result: Int
    switch combination {
    case .add:
      result = operands.count == 1 ? operands[0] : try add(name(index), .combine(.add), operands)
      for constant in constants {
        result = try apply(combination, result, constant, constantIsFirst: false, whole, name: name(index))
      }
    case .subtract, .multiply, .divide:
      if let constant = constants.first {
        result = try apply(
          combination, operands[0], constant, constantIsFirst: isConstant[0], whole, name: name(index))
      } else {
        result = try add(name(index), .combine(combination), operands)
      }
    }
    finish(index, as: result, right: kept.map { values[index][$0].isVarying })
  }

  /// The node's own name, once.
  private mutating func name(_ index: Int) -> String {
    let name = network.nodes[index].name
    return nodes.contains { $0.name == name } ? freshName(name + "/constant") : name
  }

  /// An operand's constant elements for the stored channels of the result.
  private func operand(_ input: Int, _ kept: [Int], in index: Int) -> Tensor {
    let shape = network.shapes[input], area = shape.count / shape.channels
    let channels = layout.isRepeated(input, in: index) ? [0] : kept
    let elements = channels.flatMap { channel in
      // What does not matter may be anything.
      (values[input][channel].elements(area) ?? [Double](repeating: 0, count: area)).map { Float($0) }
    }
    let rest = shape.rank == 0 ? [] : [channels.count] + shape.extents.dropFirst()
    var tensor = Tensor(repeating: 0, shape: Shape(rest))
    tensor.values = elements
    return tensor
  }

  private mutating func apply(
    _ combination: Combination, _ operand: Int, _ constant: Tensor, constantIsFirst: Bool, _ whole: Shape, name: String
  ) throws -> Int {
    let channels = constant.shape.channels, area = constant.count / channels
    let isUniform = (0..<channels).allSatisfy { channel in
      constant.values[channel * area..<(channel + 1) * area].allSatisfy { $0 == constant.values[channel * area] }
    }
    if isUniform, shape(operand) == whole {
      let numbers = (0..<whole.channels).map { constant.values[channels == 1 ? 0 : $0 * area] }
      if let affine = Self.affine(combination, numbers, constantIsFirst: constantIsFirst) {
        let changesNothing = affine.scale.allSatisfy { $0 == 1 } && affine.shift.allSatisfy { $0 == 0 }
        return changesNothing ? operand : try add(name, .affine(affine), [operand])
      }
    }
    let other = try add(freshName(name + "/value"), .constant(constant), [])
    return try add(name, .combine(combination), constantIsFirst ? [other, operand] : [operand, other])
  }

  /// Arithmetic with one number a channel; nil when it is no affine map.
  private static func affine(
    _ combination: Combination, _ numbers: [Float], constantIsFirst: Bool
  ) -> ChannelAffine? {
    let ones = numbers.map { _ in Float(1) }, zeros = numbers.map { _ in Float(0) }
    switch combination {
    case .add: return ChannelAffine(scale: ones, shift: numbers)
    case .subtract:
      return constantIsFirst
        ? ChannelAffine(scale: ones.map { -$0 }, shift: numbers)
        : ChannelAffine(scale: ones, shift: numbers.map { -$0 })
    case .multiply: return ChannelAffine(scale: numbers, shift: zeros)
    case .divide:
      guard !constantIsFirst, numbers.allSatisfy({ $0 != 0 }) else { return nil }
      return ChannelAffine(scale: numbers.map { 1 / $0 }, shift: zeros)
    }
  }
}
