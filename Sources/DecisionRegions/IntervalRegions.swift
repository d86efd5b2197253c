import InputErrors

/// The regions of one free input: intervals between the points −b/w at which neurons change sign.
///
/// Which boundaries come first, which are the same point and which lie in the range is decided exactly; positions are
/// rounded.
public struct IntervalRegions: InputRegions {
  /// A point within the range, not at its ends, where neurons change sign.
  public struct Boundary: Sendable, Hashable {
    /// −(b − threshold)/w.
    public let position: Double
    /// The neurons that change there, increasing.
    public let neurons: [Int]
  }

  /// What becomes of a neuron's boundary.
  public enum Course: Sendable, Hashable {
    /// Within the range: the index of the boundary.
    case crosses(boundary: Int)
    /// At the lower or upper end of the range: no region lies beyond it.
    case meetsEnd
    /// Beyond the range.
    case outside
    /// The weight is 0: the output is the same everywhere.
    case constant
  }

  /// The most neurons that are taken: the sign vectors grow with the square.
  public static let maximumNeuronCount = 2_000

  public let neurons: [LinearNeuron]
  public let range: InputRange
  /// From low to high.
  public let boundaries: [Boundary]
  /// For each neuron the position of its boundary, also outside the range; nil when the weight is 0.
  public let positions: [Double?]
  public let courses: [Course]
  /// Region r lies between boundaries r − 1 and r, or the range's ends.
  public let signVectors: [SignVector]
  private let lines: [BoundaryLine]

  public var ranges: [InputRange] { [range] }
  /// The ends of each region.
  public var intervals: [(lower: Double, upper: Double)] {
    let ends = [range.lower] + boundaries.map(\.position) + [range.upper]
    return zip(ends, ends.dropFirst()).map { ($0, $1) }
  }
  public var measures: [Double] { intervals.map { $0.upper - $0.lower } }

  /// - Throws: ``InputErrors/InputError`` (data) when there is no neuron, more than ``maximumNeuronCount``, or one has two inputs.
  ///   Complexity: O(neurons · log neurons + neurons · regions).
  public init(_ neurons: [LinearNeuron], range: InputRange) throws(InputError) {
    try Self.check(neurons, inputCount: 1, most: Self.maximumNeuronCount)
    let lines = neurons.map(BoundaryLine.init)
    let axis = BoundaryLine(0, 1, equals: 0)
    let lower = BoundaryLine(1, 0, equals: range.lower), upper = BoundaryLine(1, 0, equals: range.upper)
    // The point at which line i meets the axis is compared with that of line j by the side of j on which it lies.
    let moving = neurons.indices.filter { !lines[$0].isConstant }
    var forms = [PointForm](repeating: PointForm(0, 0), count: neurons.count)
    for index in moving { forms[index] = lines[index].meeting(axis) }
    func order(_ i: Int, _ line: BoundaryLine) -> Int {
      let side = line.form.side(of: forms[i]) ?? line.side(of: lines[i].exactMeeting(axis))
      return side * line.slopeSign
    }
    var positions = [Double?](repeating: nil, count: neurons.count)
    var courses = [Course](repeating: .constant, count: neurons.count)
    var inside: [Int] = []
    for index in moving {
      positions[index] = lines[index].exactMeeting(axis).position.x
      let (fromLower, fromUpper) = (order(index, lower), order(index, upper))
      if fromLower < 0 || fromUpper > 0 {
        courses[index] = .outside
      } else if fromLower == 0 || fromUpper == 0 {
        courses[index] = .meetsEnd
      } else {
        inside.append(index)
      }
    }
    inside.sort { first, second in
      let comparison = order(first, lines[second])
      return comparison != 0 ? comparison < 0 : first < second
    }
    var groups: [[Int]] = []
    for index in inside {
      if let last = groups.last?.first, order(last, lines[index]) == 0 {
        groups[groups.count - 1].append(index)
      } else {
        groups.append([index])
      }
    }
    boundaries = groups.map { group in
      let position = positions[group[0]] ?? range.middle
      return Boundary(position: min(max(position, range.lower), range.upper), neurons: group)
    }
    for (boundary, group) in groups.enumerated() {
      for index in group { courses[index] = .crosses(boundary: boundary) }
    }
    // Just inside the lower end a neuron has its sign at the end, or its slope's when the boundary is the end itself.
    var current = SignVector(
      lines.map { line in
        let atEnd = line.side(x: range.lower, y: 0)
        return NeuronSign(signOf: atEnd != 0 ? atEnd : line.slopeSign)
      })
    var vectors = [current]
    for group in groups {
      for index in group { current.signs[index] = current.signs[index].flipped }
      vectors.append(current)
    }
    self.neurons = neurons
    self.range = range
    self.positions = positions
    self.courses = courses
    self.lines = lines
    signVectors = vectors
  }

  public func signs(at point: [Double]) -> SignVector {
    precondition(point.count == 1 && point[0].isFinite, "one finite value")
    return SignVector(lines.map { NeuronSign(signOf: $0.side(x: point[0], y: 0)) })
  }

  static func check(_ neurons: [LinearNeuron], inputCount: Int, most: Int) throws(InputError) {
    guard !neurons.isEmpty else { throw InputError(.data, "there is no neuron whose regions could be found") }
    guard neurons.count <= most else {
      throw InputError(
        .data, "there are too many neurons for a picture of \(inputCount) free \(inputCount == 1 ? "input" : "inputs")",
        expected: "at most \(most)", found: "\(neurons.count)")
    }
    for neuron in neurons where neuron.inputCount != inputCount {
      throw InputError(
        .data, "the neurons differ in their number of free inputs", at: .init(node: neuron.name),
        expected: "\(inputCount)", found: "\(neuron.inputCount)")
    }
  }
}
