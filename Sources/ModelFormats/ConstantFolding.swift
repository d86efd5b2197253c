import InputErrors
import Tensors

/// Arithmetic on constants of equal extents, whole numbers checked for overflow.
enum ConstantFolding {
  /// Arithmetic of two numbers.
  enum Arithmetic {
    case add, subtract, multiply, divide, modulo, minimum, maximum, equal
  }

  /// A function of one number.
  enum Function {
    case negation, magnitude, squareRoot, floor, ceiling
  }

  /// The extents that two shapes are both repeated to, aligned at their last axes, or nil.
  static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
    let rank = max(a.count, b.count)
    guard rank <= ONNXTensor.maximumRank else { return nil }
    let a = [Int](repeating: 1, count: rank - a.count) + a
    let b = [Int](repeating: 1, count: rank - b.count) + b
    var result: [Int] = []
    for (left, right) in zip(a, b) {
      guard left == right || left == 1 || right == 1, left >= 0, right >= 0 else { return nil }
      result.append(left == 1 ? right : left)
    }
    return result
  }

  /// The part of a shape that the attributes `start` and `end` of `Shape` ask for.
  static func part(of extents: [Int], _ node: ONNXNode) throws -> [Int] {
    func place(_ name: String, _ absent: Int) throws -> Int {
      let value = try node.integer(name, default: absent)
      return min(max(value < 0 ? value + extents.count : value, 0), extents.count)
    }
    let start = try place("start", 0), end = try place("end", extents.count)
    return start < end ? Array(extents[start..<end]) : []
  }

  static func cast(_ constant: ONNXConstant, _ node: ONNXNode) throws -> ONNXConstant {
    var result = constant
    switch try node.integer("to", default: 1) {
    case 1, 10, 11, 16: result.storage = .floats(constant.floats)
    case 2...7, 12, 13:
      if case .floats(let values) = constant.storage {
        result.storage = .integers(
          try values.map {
            guard let whole = Int(exactly: $0.rounded(.towardZero)) else {
              throw node.error("a number is too large to become whole", found: "\($0)")
            }
            return whole
          })
      }
    case 9: result.storage = .integers(constant.floats.map { $0 != 0 ? 1 : 0 })
    case let type: throw node.error("the type cannot be read", found: "type \(type)")
    }
    return result
  }

  static func filled(_ extents: [Int], _ count: Int, _ value: ONNXConstant, _ node: ONNXNode) throws -> ONNXConstant {
    switch value.storage {
    case .floats(let values) where values.count == 1:
      return ONNXConstant(extents: extents, storage: .floats([Float](repeating: values[0], count: count)))
    case .integers(let values) where values.count == 1:
      return ONNXConstant(extents: extents, storage: .integers([Int](repeating: values[0], count: count)))
    case .floats, .integers: throw node.error("the value is not one number", found: Shape(value.extents).description)
    }
  }

  static func reshaped(_ constant: ONNXConstant, target: [Int]?, _ node: ONNXNode) throws -> ONNXConstant {
    guard let target = try node.integers("shape") ?? target else { throw node.error("the new shape is missing") }
    let allowsZero = try node.integer("allowzero", default: 0) != 0
    return constant.reshaped(try ReshapeTarget.extents(target, of: constant.extents, allowsZero: allowsZero, node))
  }

  static func flattened(_ constant: ONNXConstant, _ node: ONNXNode) throws -> ONNXConstant {
    let extents = constant.extents
    let axis = try node.integer("axis", default: 1)
    let split = axis == extents.count ? axis : try node.axis(axis, rank: extents.count)
    return constant.reshaped([extents[..<split].reduce(1, *), extents[split...].reduce(1, *)])
  }

  static func squeezed(_ constant: ONNXConstant, axes argument: [Int]?, _ node: ONNXNode) throws -> ONNXConstant {
    let extents = constant.extents
    let named = try node.integers("axes") ?? argument
    let axes = try named.map { try node.axes($0, rank: extents.count) } ?? extents.indices.filter { extents[$0] == 1 }
    guard axes.allSatisfy({ extents[$0] == 1 }) else { throw node.error("only axes of extent 1 can be removed") }
    return constant.reshaped(extents.indices.filter { !axes.contains($0) }.map { extents[$0] })
  }

  static func unsqueezed(_ constant: ONNXConstant, axes argument: [Int]?, _ node: ONNXNode) throws -> ONNXConstant {
    guard let named = try node.integers("axes") ?? argument else { throw node.error("the new axes are missing") }
    let rank = constant.rank + named.count
    guard rank <= ONNXTensor.maximumRank else { throw node.error("there are too many axes") }
    var result = constant.extents
    for axis in try node.axes(named, rank: rank) { result.insert(1, at: axis) }
    return constant.reshaped(result)
  }

  static func concatenated(_ parts: [ONNXConstant], _ node: ONNXNode) throws -> ONNXConstant {
    guard let first = parts.first else { throw node.error("the node has no inputs") }
    let axis = try node.axis(node.integer("axis", default: 0), rank: first.rank)
    var extents = first.extents
    extents[axis] = 0
    for part in parts {
      guard part.rank == first.rank,
        part.extents.indices.allSatisfy({ $0 == axis || part.extents[$0] == first.extents[$0] })
      else { throw node.error("the inputs differ in more than one axis") }
      extents[axis] += part.extents[axis]
    }
    let outer = extents[..<axis].reduce(1, *)
    func joined<Element>(_ values: [[Element]]) -> [Element] {
      var result: [Element] = []
      result.reserveCapacity(values.reduce(0) { $0 + $1.count })
      for block in 0..<outer {
        for part in values {
          let size = part.count / outer
          result.append(contentsOf: part[(block * size)..<((block + 1) * size)])
        }
      }
      return result
    }
    let whole = parts.compactMap { part -> [Int]? in
      guard case .integers(let values) = part.storage else { return nil }
      return values
    }
    return ONNXConstant(
      extents: extents,
      storage: whole.count == parts.count ? .integers(joined(whole)) : .floats(joined(parts.map(\.floats)))
    )
  }

  static func choice(_ condition: [Float], _ first: ONNXConstant, _ second: ONNXConstant) -> ONNXConstant {
    switch (first.storage, second.storage) {
    case (.integers(let a), .integers(let b)):
      return ONNXConstant(
        extents: first.extents, storage: .integers(condition.indices.map { condition[$0] != 0 ? a[$0] : b[$0] }))
    case (.floats, _), (.integers, .floats):
      let (a, b) = (first.floats, second.floats)
      return ONNXConstant(
        extents: first.extents, storage: .floats(condition.indices.map { condition[$0] != 0 ? a[$0] : b[$0] }))
    }
  }

  /// - Parameters: two constants of equal extents.
  static func arithmetic(
    _ operation: Arithmetic, _ first: ONNXConstant, _ second: ONNXConstant, _ node: ONNXNode
  ) throws -> ONNXConstant {
    if case .integers(let a) = first.storage, case .integers(let b) = second.storage {
      let values = try zip(a, b).map { try whole(operation, $0, $1, node) }
      return ONNXConstant(extents: first.extents, storage: .integers(values))
    }
    let pairs = zip(first.floats, second.floats)
    let storage: ONNXConstant.Storage
    switch operation {
    case .add: storage = .floats(pairs.map { $0 + $1 })
    case .subtract: storage = .floats(pairs.map { $0 - $1 })
    case .multiply: storage = .floats(pairs.map { $0 * $1 })
    case .divide: storage = .floats(pairs.map { $0 / $1 })
    case .minimum: storage = .floats(pairs.map { Float.minimum($0, $1) })
    case .maximum: storage = .floats(pairs.map { Float.maximum($0, $1) })
    case .equal: storage = .integers(pairs.map { $0 == $1 ? 1 : 0 })
    case .modulo: throw node.error("the operator is read only on whole numbers")
    }
    return ONNXConstant(extents: first.extents, storage: storage)
  }

  static func whole(_ operation: Arithmetic, _ a: Int, _ b: Int, _ node: ONNXNode) throws -> Int {
    let (value, overflow): (Int, Bool)
    switch operation {
    case .add: (value, overflow) = a.addingReportingOverflow(b)
    case .subtract: (value, overflow) = a.subtractingReportingOverflow(b)
    case .multiply: (value, overflow) = a.multipliedReportingOverflow(by: b)
    case .divide: (value, overflow) = a.dividedReportingOverflow(by: b)
    case .modulo:
      let (remainder, failed) = a.remainderReportingOverflow(dividingBy: b)
      // The result has the divisor's sign, unlike Swift's.
      (value, overflow) = (!failed && remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder, failed)
    case .minimum: (value, overflow) = (min(a, b), false)
    case .maximum: (value, overflow) = (max(a, b), false)
    case .equal: (value, overflow) = (a == b ? 1 : 0, false)
    }
    guard !overflow else { throw node.error("whole numbers have no such result", found: "\(a) and \(b)") }
    return value
  }

  static func applied(_ function: Function, _ constant: ONNXConstant, _ node: ONNXNode) throws -> ONNXConstant {
    var result = constant
    switch (constant.storage, function) {
    case (.integers(let values), .negation):
      result.storage = .integers(try values.map { try whole(.subtract, 0, $0, node) })
    case (.integers(let values), .magnitude):
      result.storage = .integers(try values.map { try $0 < 0 ? whole(.subtract, 0, $0, node) : $0 })
    case (.integers, .floor), (.integers, .ceiling): break
    case (_, .squareRoot): result.storage = .floats(constant.floats.map { $0.squareRoot() })
    case (.floats(let values), .negation): result.storage = .floats(values.map { -$0 })
    case (.floats(let values), .magnitude): result.storage = .floats(values.map { abs($0) })
    case (.floats(let values), .floor): result.storage = .floats(values.map { $0.rounded(.down) })
    case (.floats(let values), .ceiling): result.storage = .floats(values.map { $0.rounded(.up) })
    }
    return result
  }
}
