import InputErrors

/// Attributes by name and type, and errors that name the node.
extension ONNXNode {
  func error(
    _ what: String, expected: String? = nil, found: String? = nil, hint: String? = nil
  ) -> InputError {
    InputError(.data, what, at: .init(node: title), expected: expected, found: found, hint: hint)
  }

  func attribute(_ name: String) -> ONNXAttribute.Value? { attributes.first { $0.name == name }?.value }

  func integer(_ name: String, default absent: Int) throws -> Int {
    guard let value = attribute(name) else { return absent }
    guard case .integer(let integer) = value else { throw wrongType(name, "a whole number") }
    return integer
  }

  func float(_ name: String, default absent: Float) throws -> Float {
    guard let value = attribute(name) else { return absent }
    guard case .float(let float) = value else { throw wrongType(name, "a float") }
    return float
  }

  func string(_ name: String, default absent: String) throws -> String {
    guard let value = attribute(name) else { return absent }
    guard case .string(let string) = value else { throw wrongType(name, "a string") }
    return string
  }

  func integers(_ name: String) throws -> [Int]? {
    guard let value = attribute(name) else { return nil }
    guard case .integers(let integers) = value else { throw wrongType(name, "whole numbers") }
    return integers
  }

  /// An axis within a rank, counted from the end when negative.
  func axis(_ axis: Int, rank: Int) throws -> Int {
    guard axis >= -rank, axis < rank else {
      throw error("an axis is outside its tensor", expected: "\(-rank) to \(rank - 1)", found: "\(axis)")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Several different axes within a rank, in ascending order.
  func axes(_ axes: [Int], rank: Int) throws -> [Int] {
    guard axes.count <= rank else {
      throw error("there are more axes than the tensor has", expected: "at most \(rank)", found: "\(axes.count)")
    }
    let sorted = try axes.map { try axis($0, rank: rank) }.sorted()
    guard zip(sorted, sorted.dropFirst()).allSatisfy({ $0 != $1 }) else {
      throw error("an axis is named twice", found: "\(axes)")
    }
    return sorted
  }

  private func wrongType(_ name: String, _ expected: String) -> InputError {
    error("attribute '\(name)' has another type", expected: expected)
  }
}
