import InputErrors
import Tensors

/// A value of the graph that depends on no image: weights, and the whole numbers that shapes are computed from.
package struct ONNXConstant: Sendable, Hashable {
  package enum Storage: Sendable, Hashable {
    case floats([Float])
    case integers([Int])

    package var count: Int {
      switch self {
      case .floats(let values): values.count
      case .integers(let values): values.count
      }
    }
  }

  /// As ONNX has them, a batch included; empty for a scalar. An extent may be 0.
  package var extents: [Int]
  package var storage: Storage
  /// The name of the initializer or node that it comes from.
  package var name = ""

  package init(extents: [Int], storage: Storage) {
    self.extents = extents
    self.storage = storage
  }

  package init(integers: [Int]) { self.init(extents: [integers.count], storage: .integers(integers)) }

  package var count: Int { storage.count }
  package var rank: Int { extents.count }

  /// The most elements that one constant may have.
  static let maximumElementCount = 1 << 32

  /// The product of the extents, or nil when one is negative, there are too many or the product is too large.
  static func elementCount(_ extents: [Int]) -> Int? {
    guard extents.count <= ONNXTensor.maximumRank else { return nil }
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow, product <= maximumElementCount else { return nil }
      count = product
    }
    return count
  }

  /// The elements as floats.
  package var floats: [Float] {
    switch storage {
    case .floats(let values): values
    case .integers(let values): values.map { Float($0) }
    }
  }

  /// The elements as whole numbers, or nil when they are floats that are none.
  package var integers: [Int]? {
    switch storage {
    case .integers(let values): return values
    case .floats(let values):
      var whole: [Int] = []
      whole.reserveCapacity(values.count)
      for value in values {
        guard let exact = Int(exactly: value) else { return nil }
        whole.append(exact)
      }
      return whole
    }
  }

  /// Row-major steps of the extents.
  var steps: [Int] {
    var steps = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) { steps[axis] = steps[axis + 1] * extents[axis + 1] }
    return steps
  }

  /// Elements `offset + Σ index · step` for all indices within `extents`: slices, transpositions and repetitions.
  ///
  /// All of them must lie within the constant. Complexity: O(elements of the result).
  func strided(extents: [Int], offset: Int, steps: [Int]) -> ONNXConstant {
    let count = extents.reduce(1, *)
    var result: ONNXConstant
    switch storage {
    case .floats(let values):
      result = ONNXConstant(
        extents: extents, storage: .floats(Self.gather(values, count, extents, offset, steps)))
    case .integers(let values):
      result = ONNXConstant(
        extents: extents, storage: .integers(Self.gather(values, count, extents, offset, steps)))
    }
    result.name = name
    return result
  }

  private static func gather<Element>(
    _ values: [Element], _ count: Int, _ extents: [Int], _ offset: Int, _ steps: [Int]
  ) -> [Element] {
    guard count > 0 else { return [] }
    guard let innerExtent = extents.last, let innerStep = steps.last else { return [values[offset]] }
    var result: [Element] = []
    result.reserveCapacity(count)
    var index = [Int](repeating: 0, count: extents.count)
    var position = offset
    while true {
      for step in 0..<innerExtent { result.append(values[position + step * innerStep]) }
      var axis = extents.count - 2
      while axis >= 0 {
        index[axis] += 1
        position += steps[axis]
        if index[axis] < extents[axis] { break }
        position -= index[axis] * steps[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return result }
    }
  }

  /// The axes in another order.
  func transposed(_ order: [Int]) -> ONNXConstant {
    let steps = steps
    return strided(extents: order.map { extents[$0] }, offset: 0, steps: order.map { steps[$0] })
  }

  /// The same elements with other extents of the same product.
  func reshaped(_ extents: [Int]) -> ONNXConstant {
    var copy = self
    copy.extents = extents
    return copy
  }
}
