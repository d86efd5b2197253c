import DecisionRegions
import Reports

/// Neurons of one or two inputs with what is known of data, before thresholds and ranges are set.
struct RegionsQuestion: Sendable {
  var neurons: [LinearNeuron]
  var inputNames: [String]
  var source: RegionsDocument.Source
  var data: RegionsData?
  /// Points to mark, in order.
  var marks: [(name: String, point: [Double])]
  /// Classes to compare, as labels of the data.
  var classPairs: [(Int, Int)] = []
  /// Whether inputs are activations, which begin at 0 where none is negative; on a plane they are not.
  var startsAtZero = true

  /// Finds the regions.
  ///
  /// - Throws: ``InputErrors/InputError``.
  func answer(_ options: RegionsOptions) throws -> RegionsDocument {
    let points = data?.points ?? []
    let ranges = try options.ranges(of: neurons, data: points, marks: marks.map(\.point), startsAtZero: startsAtZero)
    let (neurons, meaning) = try options.applyingThresholds(to: self.neurons, ranges: ranges, data: points)
    guard ranges.count == 2 else {
      return try RegionsDocument(
        IntervalRegions(neurons, range: ranges[0]), inputNames: inputNames, source: source, thresholds: meaning,
        toolVersion: Tool.version, data: data, classPairs: classPairs, marks: marks)
    }
    return try RegionsDocument(
      RectangleRegions(neurons, x: ranges[0], y: ranges[1]), inputNames: inputNames, source: source,
      thresholds: meaning,
      toolVersion: Tool.version, data: data, classPairs: classPairs, marks: marks)
  }
}
