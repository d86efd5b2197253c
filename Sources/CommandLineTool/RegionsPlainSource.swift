import DecisionRegions
import Foundation
import Images
import InputErrors
import NeuronRegions
import Reports

/// Neurons that come from no model: from a table of weights, or at random.
enum RegionsPlainSource {
  /// `random:8x2` as neurons and inputs; nil when the text does not begin with `random`.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when the shape is wrong.
  static func shape(of text: String) throws -> (neurons: Int, inputs: Int)? {
    guard text == "random" || text.hasPrefix("random:") else { return nil }
    let parts = text.dropFirst(7).split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let neurons = parts[0], let inputs = parts[1], (1...100_000).contains(neurons), inputs >= 1
    else {
      throw InputError(
        .usage, "the shape of the random layer is wrong", at: .init(key: "SOURCE"),
        expected: "random:NEURONSxINPUTS, such as random:8x1 or random:8x2", found: "'\(text)'")
    }
    guard inputs <= LinearNeuron.maximumInputCount else {
      throw InputError(
        .usage, "a picture of regions has one or two free inputs", at: .init(key: "SOURCE"),
        expected: "random:8x1 or random:8x2",
        found: "'\(text)'")
    }
    return (neurons, inputs)
  }

  static func random(
    _ shape: (neurons: Int, inputs: Int), seed: UInt64, options: RegionsOptions
  ) throws -> RegionsQuestion {
    let neurons = try LinearNeuron.random(count: shape.neurons, inputs: shape.inputs, seed: seed)
    let inputs = shape.inputs == 1 ? "one input" : "two inputs"
    let source = RegionsDocument.Source(
      kind: .random, description: "\(shape.neurons) random neurons of \(inputs), seed \(seed)", seed: seed)
    let points = options.points ?? (shape.inputs == 1 ? [[0.3], [0.7]] : [])
    return try question(neurons, source, options, points: points)
  }

  static func table(_ path: String, options: RegionsOptions) throws -> RegionsQuestion {
    let bytes = try read(path)
    let neurons = try WeightTable.neurons(in: bytes, file: path)
    let source = RegionsDocument.Source(
      kind: .weights, description: "\(neurons.count) neurons of \(path)", file: path,
      digest: SHA256Digest.hexadecimal(SHA256Digest.of(bytes)))
    return try question(neurons, source, options, points: options.points ?? [])
  }

  private static func question(
    _ all: [LinearNeuron], _ source: RegionsDocument.Source, _ options: RegionsOptions, points: [[Double]]
  ) throws -> RegionsQuestion {
    for (given, key) in [
      (options.layer != nil, "--layer"), (options.neurons != nil, "--neurons"), (options.position != nil, "--position"),
      (options.inputs != nil, "--inputs"), (options.hold != nil, "--hold"), (options.plane != nil, "--plane"),
      (!options.marked.isEmpty, "--mark"),
    ] where given {
      throw InputError(.usage, "the option speaks of a model, and there is none", at: .init(key: key))
    }
    let neurons = Array(all.prefix(options.first ?? all.count))
    let count = neurons[0].inputCount
    for point in points where point.count != count {
      throw InputError(
        .usage, "a point does not fit the inputs", at: .init(key: "--points"),
        expected: count == 1 ? "one number" : "pairs X:Y",
        found: "\(point.map { NumberText.plain($0) }.joined(separator: ":"))")
    }
    let data = try options.data.map { path -> RegionsData in
      let table = try WeightTable.points(in: try read(path), inputs: count, file: path)
      return RegionsData(points: table.points, labels: table.labels, classes: table.classNames)
    }
    let names = count == 1 ? ["x"] : ["x1", "x2"]
    let marks = points.map { point in
      ("the input \(point.map { NumberText.plain($0) }.joined(separator: ", "))", point)
    }
    return RegionsQuestion(
      neurons: neurons, inputNames: names, source: source, data: data, marks: marks,
      classPairs: try classPair(options.between, classes: data?.classes ?? []))
  }

  /// The two classes of an option as labels.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when a class is unknown.
  static func classPair(_ between: [String]?, classes: [String]) throws -> [(Int, Int)] {
    guard let between else { return [] }
    let labels = try between.map { name in
      guard let label = classes.firstIndex(of: name) ?? Int(name).flatMap({ classes.indices.contains($0) ? $0 : nil })
      else {
        throw InputError(
          .usage, "the data have no such class", at: .init(key: "--between"),
          expected: classes.isEmpty ? "data with classes" : nil, found: "'\(name)'",
          hint: Suggestion.hint(for: name, among: classes))
      }
      return label
    }
    return [(labels[0], labels[1])]
  }

  static func read(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError(.noInput, "the file is missing or cannot be read", at: .init(file: path))
    }
    return [UInt8](data)
  }
}
