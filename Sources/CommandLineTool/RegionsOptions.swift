import DecisionRegions
import Images
import InputErrors
import NeuronRegions
import Reports

/// The options that say which neurons, of which inputs, over which range, against which threshold.
struct RegionsOptions: Sendable {
  /// What the inputs that are not free are held at.
  enum Hold: Sendable, Hashable {
    case mean
    case zero
    case image(Int)
  }

  /// What quantiles are taken over.
  enum QuantileBase: String, Sendable, CaseIterable {
    case data
    case range
  }

  static let layer = CommandOption<String>.text(
    "layer", "NAME", "The linear layer or convolution whose neurons are drawn.",
    default: "that of the named neurons, or of the first of the ranking")
  static let neurons = CommandOption<String>.text(
    "neurons", "LIST|RUN",
    "Which neurons: numbers from 0 or 'layer:channel' with commas between, or a ranking (its run folder or players.csv), "
      + "of which those in the layer are taken, the best first.", default: "all of the layer")
  static let first = CommandOption<Int>.count(
    "first", "N", "Take at most N neurons.", default: "8 of a ranking, otherwise all")
  static let position = CommandOption<String>.text(
    "position", "ROW,COLUMN", "Where on a convolution's output the neurons stand.", default: "the middle")
  static let inputs = CommandOption<String>.text(
    "inputs", "LIST|RUN",
    "The one or two free inputs of the layer: channels from 0, filters 'layer:channel' that the layer reads (also "
      + "through activations and pooling), or a ranking, of which the two best filters that reach the layer are taken. "
      + "A channel takes the same value wherever the layer reads it; CHANNEL@ROWxCOLUMN frees one place of it.")
  static let hold = CommandOption<Hold>(
    "hold", "mean|zero|image:N",
    "What the other inputs are held at: their mean over the images, 0, or what the image "
      + "with the index N makes of them.", default: "mean", expected: "mean, zero or image:N with an index from 0",
    choices: ["mean", "zero"]
  ) { text in
    switch text {
    case "mean": .mean
    case "zero": .zero
    case _ where text.hasPrefix("image:"): Int(text.dropFirst(6)).flatMap { $0 >= 0 ? .image($0) : nil }
    default: nil
    }
  }
  static let plane = CommandOption<[Int]>(
    "plane", "I,J,K", "Instead of free inputs: the plane through the activations of three images, by index.",
    expected: "three different indices of images with commas between"
  ) { text in
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { Int($0) }
    return numbers.count == 3 && Set(numbers).count == 3 && numbers.allSatisfy { $0 >= 0 }
      && text.filter { $0 == "," }.count == 2
      ? numbers : nil
  }
  static let range = CommandOption<[Double]>.reals(
    "range", "LO,HI[,LO,HI]", "The range of the free inputs, one for all or one each.",
    default: "from 0 to cover the data, or without data three quarters of the boundaries")
  static let threshold = CommandOption<Double>.real(
    "threshold", "T", "An output above T counts as positive.", default: "0, or the table's column",
    expected: "a finite number"
  ) { $0.isFinite }
  static let quantile = CommandOption<Double>.real(
    "quantile", "Q",
    "Each neuron's threshold is the Q-quantile of its own outputs: 0.95 asks whether the output is high.",
    expected: "a share between 0 and 1"
  ) { $0 > 0 && $0 < 1 }
  static let quantileOver = CommandOption<QuantileBase>.choice(
    "quantile-over", "WHAT",
    "What quantiles are taken over: the data's coordinates, or all of the range alike; data when "
      + "there are data, else range.")
  static let points = CommandOption<[[Double]]>(
    "points", "LIST", "Inputs to mark and compare: 0.3,0.7, or pairs 0.3:0.2,0.7:0.5 for two inputs.",
    default: "0.3,0.7 for random neurons of one input", expected: "numbers, or pairs with a colon, with commas between"
  ) { text in
    let points = text.split(separator: ",", omittingEmptySubsequences: false).map { pair in
      pair.split(separator: ":", omittingEmptySubsequences: false).map { Quantity.real(String($0)) }
    }
    let whole = points.map { $0.compactMap { $0 } }
    return zip(points, whole).allSatisfy { $0.count == $1.count && (1...2).contains($0.count) } ? whole : nil
  }
  static let marked = CommandOption<[Int]>(
    "mark", "I,J,…", "Mark these images, by index, and compare each with the next.",
    expected: "indices of images from 0 with commas between"
  ) { text in
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    return parts.allSatisfy { ($0 ?? -1) >= 0 } ? parts.compactMap { $0 } : nil
  }
  static let data = CommandOption<String>.text(
    "data", "FILE", "For a table or random neurons: data points as CSV with the columns x1, x2 and, if known, class.")
  static let between = CommandOption<[String]>.list(
    "between", "A,B", "List how one leads from the regions of class A to those of class B, and which neurons flip.")
  static let palette = CommandOption<RegionsPalette>.choice(
    "palette", "P", "The colours of positive and negative; the page can switch.", default: .greenRed)

  static let groups: [CommandDescription.OptionGroup] = [
    .init(
      "neurons",
      [
        layer.declaration, neurons.declaration, first.declaration, position.declaration, threshold.declaration,
        quantile.declaration, quantileOver.declaration,
      ]),
    .init(
      "inputs", [inputs.declaration, hold.declaration, plane.declaration, range.declaration]),
    .init(
      "data and comparisons", [data.declaration, points.declaration, marked.declaration, between.declaration]),
  ]

  let layer: String?
  let neurons: String?
  let first: Int?
  let position: LayerView.Position?
  let inputs: String?
  let hold: Hold?
  let plane: [Int]?
  let range: [Double]?
  let threshold: Double?
  let quantile: Double?
  let quantileOver: QuantileBase?
  let points: [[Double]]?
  let marked: [Int]
  let data: String?
  let between: [String]?
  let palette: RegionsPalette

  init(_ arguments: Arguments) throws {
    layer = try arguments.value(Self.layer)
    neurons = try arguments.value(Self.neurons)
    first = try arguments.value(Self.first)
    position = try arguments.value(Self.position).map(Self.position(_:))
    inputs = try arguments.value(Self.inputs)
    hold = try arguments.value(Self.hold)
    plane = try arguments.value(Self.plane)
    range = try arguments.value(Self.range)
    threshold = try arguments.value(Self.threshold)
    quantile = try arguments.value(Self.quantile)
    quantileOver = try arguments.value(Self.quantileOver)
    points = try arguments.value(Self.points)
    marked = try arguments.value(Self.marked) ?? []
    data = try arguments.value(Self.data)
    between = try arguments.value(Self.between)
    palette = try arguments.value(Self.palette) ?? .greenRed
    if threshold != nil, quantile != nil {
      throw InputError(.usage, "a threshold is either a value or a quantile", at: .init(key: "--quantile"))
    }
    if quantileOver != nil, quantile == nil {
      throw InputError(
        .usage, "there is no quantile to take", at: .init(key: "--quantile-over"), hint: "add --quantile 0.95")
    }
    if plane != nil, inputs != nil || hold != nil {
      throw InputError(
        .usage, "a plane through three images frees and holds no single inputs", at: .init(key: "--plane"))
    }
    if let between, between.count != 2 {
      throw InputError(
        .usage, "the value is wrong", at: .init(key: "--between"), expected: "two classes with a comma between",
        found: "'\(between.joined(separator: ","))'")
    }
    if let range, range.count != 2, range.count != 4 {
      throw InputError(
        .usage, "the value is wrong", at: .init(key: "--range"), expected: "2 or 4 numbers", found: "\(range.count)")
    }
  }

  private static func position(_ text: String) throws(InputError) -> LayerView.Position {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { Int($0) }
    guard numbers.count == 2, text.filter({ $0 == "," }).count == 1 else {
      throw InputError(
        .usage, "the value is wrong", at: .init(key: "--position"), expected: "ROW,COLUMN from 0", found: "'\(text)'")
    }
    return .init(row: numbers[0], column: numbers[1])
  }

  /// The range of each input: as given; covering data and marks, from 0 where none is negative; or, since most inputs are
  /// rectified, from 0 to a quarter beyond three quarters of the boundaries.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when a range is empty or their number does not fit.
  func ranges(
    of neurons: [LinearNeuron], data: [[Double]], marks: [[Double]], startsAtZero: Bool
  ) throws -> [InputRange] {
    let count = neurons.first?.inputCount ?? 1
    if let range {
      guard range.count == 2 || count == 2 else {
        throw InputError(
          .usage, "there is one free input", at: .init(key: "--range"), expected: "2 numbers", found: "4")
      }
      do {
        let ranges = try stride(from: 0, to: range.count, by: 2).map { try InputRange(range[$0], range[$0 + 1]) }
        return ranges.count == count ? ranges : Array(repeating: ranges[0], count: count)
      } catch var error as InputError {
        error.place.key = "--range"
        throw error
      }
    }
    return try (0..<count).map { input in
      let values = data.isEmpty ? [] : (data + marks).map { $0[input] }
      if let lowest = values.min(), let highest = values.max() {
        let covering = try InputRange.covering(values, padding: 0.05)
        return startsAtZero && lowest >= 0 && highest > 0 && lowest < highest
          ? try InputRange(0, covering.upper) : covering
      }
      // Where boundaries meet this input's axis, the others being 0.
      let meetings = neurons.filter { $0.weights[input] != 0 }.map { ($0.threshold - $0.bias) / $0.weights[input] }
        .filter { $0 > 0 && $0 < 1e300 }
      let upper = meetings.isEmpty ? 1 : try 1.25 * OutputQuantile.empirical(0.75, of: meetings)
      let marked = marks.map { $0[input] }
      return try InputRange(min(0, marked.min() ?? 0), max(upper, 1.05 * (marked.max() ?? 0)))
    }
  }

  /// The neurons with the thresholds that the options ask for, and what positive then means.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when a quantile over data is asked for and there are none.
  func applyingThresholds(
    to neurons: [LinearNeuron], ranges: [InputRange], data: [[Double]]
  ) throws -> (neurons: [LinearNeuron], meaning: String) {
    if let threshold {
      return (try neurons.map { try $0.with(threshold: threshold) }, "the output is above \(threshold)")
    }
    guard let quantile else {
      let hasOwn = neurons.contains { $0.threshold != 0 }
      return (neurons, hasOwn ? "the output is above the neuron's own threshold" : "the output is above 0")
    }
    switch quantileOver ?? (data.isEmpty ? .range : .data) {
    case .range:
      let all = try neurons.map { try $0.with(threshold: OutputQuantile.uniform(quantile, of: $0, over: ranges)) }
      return (all, "the output is above its own \(quantile)-quantile over the whole range")
    case .data:
      guard !data.isEmpty else {
        throw InputError(
          .usage, "there are no data to take a quantile of", at: .init(key: "--quantile-over"),
          hint: "give --data or --images, or take it over the range")
      }
      let all = try neurons.map { neuron in
        try neuron.with(threshold: OutputQuantile.empirical(quantile, of: data.map { neuron.output(at: $0) }))
      }
      return (all, "the output is above its own \(quantile)-quantile over the data's coordinates")
    }
  }
}
