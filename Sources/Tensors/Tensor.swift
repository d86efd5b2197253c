import InputErrors

/// A dense tensor of 32-bit floats in row-major order, as a value.
public struct Tensor: Sendable, Hashable {
  public let shape: Shape
  /// The elements, last extent fastest.
  public var values: [Float]

  /// - Throws: ``InputError`` (data) when the number of values is not that of the shape.
  public init(shape: Shape, values: [Float]) throws {
    guard shape.count == values.count else {
      throw InputError(
        .data, "a tensor's values do not fill its shape", expected: "\(shape.count) values for \(shape)",
        found: "\(values.count)")
    }
    self.shape = shape
    self.values = values
  }

  /// A tensor with one value everywhere.
  public init(repeating value: Float, shape: Shape) {
    self.shape = shape
    values = [Float](repeating: value, count: shape.count)
  }

  /// A vector.
  public init(_ values: [Float]) {
    shape = Shape(values.count)
    self.values = values
  }

  public var count: Int { values.count }
}
