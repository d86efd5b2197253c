import DecisionRegions
import InputErrors

/// Points that fall into regions, and what is known of them.
public struct RegionsData: Sendable {
  public var points: [[Double]]
  /// Empty for none.
  public var labels: [Int]
  public var classes: [String]
  /// `[point][neuron]`: the outputs with no input held; empty when they are not known.
  public var outputs: [[Double]]

  public init(points: [[Double]], labels: [Int] = [], classes: [String] = [], outputs: [[Double]] = []) {
    self.points = points
    self.labels = labels
    self.classes = classes
    self.outputs = outputs
  }
}

extension RegionsDocument {
  /// Gathers everything about regions of one input.
  ///
  /// - Parameters:
  ///   - pairs: classes between which transitions are listed, as labels.
  ///   - marks: named points; transitions are listed between each and the next.
  /// - Throws: ``InputErrors/InputError`` as ``DecisionRegions/RegionOccupancy``.
  public init(
    _ regions: IntervalRegions, inputNames: [String], source: Source, thresholds: String, toolVersion: String,
    data: RegionsData? = nil, classPairs: [(Int, Int)] = [], marks: [(name: String, point: [Double])] = []
  ) throws {
    let vertices = regions.boundaries.map { Vertex(position: [$0.position], neurons: $0.neurons, isOnBorder: false) }
    let intervals = regions.intervals
    try self.init(
      regions, inputNames, source, thresholds, toolVersion, data, classPairs, marks, vertices: vertices,
      boundary: { neuron in
        guard case .crosses(let boundary) = regions.courses[neuron] else { return nil }
        return [regions.boundaries[boundary].position]
      },
      shape: { region in
        let beside = [(region - 1, region - 1), (region + 1, region)]
          .filter { intervals.indices.contains($0.0) }
          .map { Neighbour(region: $0.0, flips: regions.boundaries[$0.1].neurons) }
        return ([], [intervals[region].lower, intervals[region].upper], beside)
      })
  }

  /// Gathers everything about regions of two inputs.
  ///
  /// - Throws: ``InputErrors/InputError`` as ``DecisionRegions/RegionOccupancy``.
  public init(
    _ regions: RectangleRegions, inputNames: [String], source: Source, thresholds: String, toolVersion: String,
    data: RegionsData? = nil, classPairs: [(Int, Int)] = [], marks: [(name: String, point: [Double])] = []
  ) throws {
    let vertices = regions.vertices.map {
      Vertex(position: [$0.position.x, $0.position.y], neurons: $0.neurons, isOnBorder: $0.isOnBorder)
    }
    try self.init(
      regions, inputNames, source, thresholds, toolVersion, data, classPairs, marks, vertices: vertices,
      boundary: { neuron in regions.segment(of: neuron).map { [$0.start.x, $0.start.y, $0.end.x, $0.end.y] } },
      shape: { region in
        let beside = regions.neighbours(of: region).map { Neighbour(region: $0.cell, flips: $0.flips) }
        return (regions.cells[region].vertices, nil, beside)
      })
  }

  private init(
    _ regions: some InputRegions, _ inputNames: [String], _ source: Source, _ thresholds: String, _ toolVersion: String,
    _ data: RegionsData?, _ classPairs: [(Int, Int)], _ marks: [(name: String, point: [Double])], vertices: [Vertex],
    boundary: (Int) -> [Double]?, shape: (Int) -> (vertices: [Int], interval: [Double]?, neighbours: [Neighbour])
  ) throws {
    let signs = regions.signVectors, shares = regions.shares, measures = regions.measures
    let classes = data?.classes ?? []
    let occupancy = try data.map {
      try RegionOccupancy(of: $0.points, labels: $0.labels, classCount: classes.count, in: regions)
    }
    let locations = regions.locate(marks.map(\.point))
    self.toolVersion = toolVersion
    self.source = source
    self.thresholds = thresholds
    self.classes = classes
    self.vertices = vertices
    inputs = zip(inputNames, regions.ranges).map { Input(name: $0, lower: $1.lower, upper: $1.upper) }
    var positive = [Double](repeating: 0, count: regions.neurons.count)
    for (region, vector) in signs.enumerated() {
      for neuron in positive.indices where vector[neuron] == .positive { positive[neuron] += shares[region] }
    }
    neurons = regions.neurons.enumerated().map { index, neuron in
      Neuron(
        name: neuron.name, weights: neuron.weights, bias: neuron.bias, threshold: neuron.threshold,
        positiveShare: min(1, positive[index]),
        positiveDataShare: occupancy.map { Double($0.positives[index]) / Double(max(1, $0.total)) },
        agreement: data.flatMap { Self.agreement(of: index, in: regions, $0) }, boundary: boundary(index))
    }
    self.regions = signs.indices.map { region in
      let (corners, interval, neighbours) = shape(region)
      return Region(
        signs: signs[region], measure: measures[region], share: shares[region], vertices: corners, interval: interval,
        neighbours: neighbours, count: occupancy?.counts[region],
        classCounts: occupancy.flatMap { $0.classCounts.isEmpty ? nil : $0.classCounts.map { $0[region] } })
    }
    self.data = both(data, occupancy).map { data, occupancy in
      Data(
        total: occupancy.total, outside: occupancy.outside, onBoundary: occupancy.onBoundary,
        points: Array(data.points.prefix(Self.pointLimit)), labels: Array(data.labels.prefix(Self.pointLimit)))
    }
    self.marks = zip(marks, locations).map {
      Mark(name: $0.name, point: $0.point, region: $1.region, signs: $1.signs)
    }
    var transitions: [Transition] = []
    for (from, to) in classPairs {
      guard let counts = occupancy?.classCounts, counts.indices.contains(from), counts.indices.contains(to) else {
        continue
      }
      transitions.append(
        Transition(
          from: classes[from], to: classes[to], RegionTransitions(from: counts[from], to: counts[to], in: signs)))
    }
    for (from, to) in zip(self.marks, self.marks.dropFirst()) {
      guard let first = from.region, let second = to.region else { continue }
      let one = signs.indices.map { $0 == first ? 1 : 0 }, other = signs.indices.map { $0 == second ? 1 : 0 }
      transitions.append(
        Transition(from: from.name, to: to.name, RegionTransitions(from: one, to: other, in: signs)))
    }
    self.transitions = transitions
  }

  /// How often a neuron's true output lies on the side that it has at the image's coordinates.
  private static func agreement(of neuron: Int, in regions: some InputRegions, _ data: RegionsData) -> Double? {
    guard !data.outputs.isEmpty, data.outputs.count == data.points.count else { return nil }
    let line = regions.neurons[neuron]
    let agreeing = zip(data.points, data.outputs).reduce(0) { sum, entry in
      sum + ((line.output(at: entry.0) > line.threshold) == (entry.1[neuron] > line.threshold) ? 1 : 0)
    }
    return Double(agreeing) / Double(data.outputs.count)
  }
}

/// Both values, when both are there.
private func both<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
  guard let first, let second else { return nil }
  return (first, second)
}
