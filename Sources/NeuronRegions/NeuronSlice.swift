import DecisionRegions
import InputErrors

/// A line or plane through the space of a layer's inputs, on which the layer's neurons are linear functions of one or two
/// numbers.
public struct NeuronSlice: Sendable {
  /// One free number: the elements' part of it.
  struct Direction: Sendable {
    let name: String
    /// What each element of the view changes by when the number grows by 1.
    let values: [Double]
    /// What each element of the view adds to the number of a given input.
    let reading: [Double]
  }

  public let view: LayerView
  let directions: [Direction]
  /// The value of each element of the view where all free numbers are 0.
  let origin: [Double]
  /// What the numbers of `origin` itself are when read: subtracted, so that they are 0.
  private let originReading: [Double]

  public var inputNames: [String] { directions.map(\.name) }

  /// One or two inputs are free, the others held.
  ///
  /// - Parameter held: a value for each of the view's elements; those of free inputs do not count.
  /// - Throws: ``InputErrors/InputError`` (usage) when there are not one or two free inputs, or they share an element.
  public init(_ view: LayerView, free: [FreeInput], held: [Double]) throws(InputError) {
    precondition(held.count == view.elements.count, "a held value for each element")
    guard (1...LinearNeuron.maximumInputCount).contains(free.count) else {
      throw InputError(
        .usage, "a picture of regions has one or two free inputs", at: .init(key: "inputs"), expected: "1 or 2",
        found: "\(free.count)", hint: "the others are held: see hold")
    }
    guard Set(free.flatMap(\.elements)).count == free.reduce(0, { $0 + $1.elements.count }) else {
      throw InputError(
        .usage, "the free inputs have an element in common", at: .init(key: "inputs"),
        found: free.map(\.name).joined(separator: " and "))
    }
    var origin = held
    var directions: [Direction] = []
    for input in free {
      let members = Set(input.elements)
      let indicator = view.elements.map { members.contains($0) ? 1.0 : 0 }
      for index in indicator.indices where indicator[index] == 1 { origin[index] = 0 }
      let count = Double(input.elements.count)
      directions.append(Direction(name: input.name, values: indicator, reading: indicator.map { $0 / count }))
    }
    self.init(view, directions, origin: origin, originReading: directions.map { _ in 0 })
  }

  /// The plane through three inputs: its axes are at a right angle, the first leads from the first to the second, and
  /// lengths are those of the input space. The first input is at (0, 0).
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when the three lie on a line.
  public init(_ view: LayerView, through points: [[Double]]) throws(InputError) {
    precondition(points.count == 3 && points.allSatisfy { $0.count == view.elements.count }, "three inputs")
    let first = Self.difference(points[1], points[0]), second = Self.difference(points[2], points[0])
    let length = Self.dot(first, first).squareRoot(), size = Self.dot(second, second).squareRoot()
    let axis = first.map { length > 0 ? $0 / length : 0 }
    let along = Self.dot(second, axis)
    let rest = zip(second, axis).map { $0 - along * $1 }
    let height = Self.dot(rest, rest).squareRoot()
    guard length > 0, height > 1e-9 * max(size, length) else {
      throw InputError(
        .usage, "the three images have activations on a line at this layer: no plane goes through them alone",
        at: .init(key: "plane"), hint: "choose another image")
    }
    let axes = [axis, rest.map { $0 / height }]
    let directions = zip(["towards the second image", "towards the third image"], axes).map {
      Direction(name: $0, values: $1, reading: $1)
    }
    self.init(view, directions, origin: points[0], originReading: axes.map { Self.dot($0, points[0]) })
  }

  private init(_ view: LayerView, _ directions: [Direction], origin: [Double], originReading: [Double]) {
    self.view = view
    self.directions = directions
    self.origin = origin
    self.originReading = originReading
  }

  /// A neuron of the layer as a function of the free numbers.
  ///
  /// - Throws: ``InputErrors/InputError`` as ``LayerView/weights(of:)``.
  public func neuron(_ index: Int, name: String) throws(InputError) -> LinearNeuron {
    let (weights, bias) = try view.weights(of: index)
    return try LinearNeuron(
      name: name, weights: directions.map { Self.dot(weights, $0.values) }, bias: bias + Self.dot(weights, origin))
  }

  /// The numbers of a given input: of a free channel its mean, on a plane the foot of the perpendicular.
  ///
  /// - Precondition: one value for each of the view's elements.
  public func coordinates(of input: [Double]) -> [Double] {
    zip(directions, originReading).map { Self.dot($0.reading, input) - $1 }
  }

  private static func difference(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }

  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }
}
