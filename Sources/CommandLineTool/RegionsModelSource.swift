import DecisionRegions
import Images
import Inference
import InputErrors
import Networks
import NeuronRegions
import NeuronShapley
import Reports

/// Neurons of a model's layer on one or two of its inputs, or on the plane through three images.
struct RegionsModelSource: Sendable {
  /// More classes than these are counted together, but for those that are compared.
  static let classLimit = 64

  let model: ModelFile
  let options: RegionsOptions
  let images: ImageOptions?
  let workers: Int
  let display: ProgressDisplay
  let output: CommonOptions.Output

  func question() async throws -> RegionsQuestion {
    let network = model.network
    let chosen = try neuronChoice()
    let view = try asOptions { try LayerView(network, layer: chosen.layer, position: options.position) }
    let channels = chosen.channels ?? Array(0..<min(options.first ?? view.neuronCount, view.neuronCount))
    // Before any image is read, so that a wrong option costs nothing.
    for channel in channels { _ = try asOptions { try view.weights(of: channel) } }
    let free = options.plane == nil ? try freeInputs(of: view) : []
    try checkImages()
    let labeled = try await images?.load(for: network, phase: "decoding", display: display, output: output).images
    let plan = try ExecutionPlan(network, instructionSet: CommonOptions.instructionSet())
    let inputs = try labeled.map { try LayerInputs(view, plan: plan, images: $0, workers: workers) }
    let slice = try await self.slice(view, free: free, inputs: inputs, imageCount: labeled?.count ?? 0)
    let names = channels.map { channel in
      view.isClassifier ? labeled?.className(of: channel) ?? "class \(channel)" : "\(view.name):\(channel)"
    }
    var question = RegionsQuestion(
      neurons: try zip(channels, names).map { try slice.neuron($0, name: $1) }, inputNames: slice.inputNames,
      source: source(view, channels.count, free: free, labeled), data: nil, marks: [])
    question.startsAtZero = options.plane == nil
    if let labeled, let inputs {
      let (display, total) = (self.display, labeled.count)
      let readings = try await Interruption.whenAsked {
        try await inputs.readings(on: slice, neurons: channels) {
          display.report(ProgressLine("reading activations", done: $0, total: total, unit: "images"))
        }
      }
      display.end()
      (question.data, question.classPairs) = try data(labeled, readings, classCount: network.classCount)
      for index in (options.plane ?? []) + options.marked {
        guard readings.indices.contains(index) else { throw noImage(index, "--mark", labeled.count) }
        let name = "image \(index) (\(labeled.className(of: labeled.labels[index])))"
        question.marks.append((name, readings[index].coordinates))
      }
    }
    for point in options.points ?? [] {
      guard point.count == slice.inputNames.count else {
        throw InputError(
          .usage, "a point does not fit the inputs", at: .init(key: "--points"),
          expected: slice.inputNames.count == 1 ? "one number" : "pairs X:Y")
      }
      question.marks.append(("the input \(point.map { NumberText.plain($0) }.joined(separator: ", "))", point))
    }
    return question
  }

  // MARK: Choices

  /// The layer, and its neurons when they are named.
  private func neuronChoice() throws -> (layer: String, channels: [Int]?) {
    guard let neurons = options.neurons else {
      guard let layer = options.layer else {
        throw InputError(
          .usage, "the layer is not said", at: .init(key: "--layer"), hint: "'inspect' lists the layers and their names"
        )
      }
      return (layer, nil)
    }
    let isRanking = FilterNames.isRanking(neurons)
    let names = try FilterNames.read(neurons, option: "--neurons", part: .all)
    var layer = options.layer
    var channels: [Int] = []
    for (name, place) in names {
      let filter: Filter
      if let channel = Int(name), let layer {
        filter = Filter(layer: layer, channel: channel)
      } else {
        do { filter = try Filter(parsing: name) } catch {
          // Players of a ranking may be whole layers or groups.
          if isRanking { continue }
          throw blame(error, place)
        }
      }
      if layer == nil { layer = filter.layer }
      guard filter.layer == layer else {
        if isRanking { continue }
        throw blame(
          InputError(
            .usage, "the neurons are of several layers", expected: "neurons of \(layer ?? "one layer")", found: name),
          place)
      }
      if !channels.contains(filter.channel) { channels.append(filter.channel) }
    }
    let limit = options.first ?? (isRanking ? 8 : channels.count)
    guard let layer, !channels.isEmpty else {
      throw InputError(
        .usage, "no neuron of the layer is named there", at: .init(key: "--neurons"), expected: options.layer,
        hint: "a ranking holds units of linear layers when it was made with --linear")
    }
    return (layer, Array(channels.prefix(limit)))
  }

  private func freeInputs(of view: LayerView) throws -> [FreeInput] {
    guard let text = options.inputs else {
      throw InputError(
        .usage, "the free inputs are not said", at: .init(key: "--inputs"),
        expected: "one or two channels, such as 3,17, filters, or a ranking", hint: "or give --plane I,J,K")
    }
    if FilterNames.isRanking(text) {
      var found: [FreeInput] = []
      for (name, _) in try FilterNames.read(text, option: "--inputs", part: .all) where found.count < 2 {
        // A ranking holds filters of all layers; those that do not reach this one are passed over.
        guard let filter = try? Filter(parsing: name), let input = try? FreeInput.filter(filter, of: view),
          !found.contains(where: { $0.elements == input.elements })
        else { continue }
        found.append(input)
      }
      guard !found.isEmpty else {
        throw InputError(
          .usage, "no filter of the ranking reaches the layer '\(view.name)'", at: .init(key: "--inputs"))
      }
      return found
    }
    return try asOptions {
      try FilterNames.read(text, option: "--inputs", part: .all).map { try freeInput($0.name, of: view) }
    }
  }

  private func freeInput(_ name: String, of view: LayerView) throws -> FreeInput {
    if let channel = Int(name) { return try .channel(channel, of: view) }
    let parts = name.split(separator: "@", omittingEmptySubsequences: false)
    let place = parts.count == 2 ? parts[1].split(separator: "x").compactMap { Int($0) } : []
    if parts.count == 2, let channel = Int(parts[0]), place.count == 2 {
      return try .element(channel: channel, at: .init(row: place[0], column: place[1]), of: view)
    }
    return try .filter(try Filter(parsing: name), of: view)
  }

  // MARK: Data

  private func checkImages() throws {
    guard images == nil else { return }
    let needs = "the images to measure on"
    if options.plane != nil { throw missing("--plane needs \(needs)") }
    if !options.marked.isEmpty { throw missing("--mark needs \(needs)") }
    if options.between != nil { throw missing("--between needs \(needs)") }
    guard options.hold == .zero else {
      throw InputError(
        .usage, "there are no images to hold the other inputs at their mean", at: .init(key: "--images"),
        hint: "give --images and --preprocess, or --hold zero")
    }
  }

  private func missing(_ what: String) -> InputError { InputError(.usage, what, at: .init(key: "--images")) }

  private func slice(
    _ view: LayerView, free: [FreeInput], inputs: LayerInputs?, imageCount: Int
  ) async throws -> NeuronSlice {
    if let plane = options.plane, let inputs {
      var points: [[Double]] = []
      for index in plane {
        guard index < imageCount else { throw noImage(index, "--plane", imageCount) }
        points.append(try await inputs.input(ofImage: index))
      }
      return try asOptions { try NeuronSlice(view, through: points) }
    }
    let held: [Double]
    switch (options.hold ?? .mean, inputs) {
    case (.image(let index), let inputs?):
      guard index < imageCount else { throw noImage(index, "--hold", imageCount) }
      held = try await inputs.input(ofImage: index)
    case (.mean, let inputs?):
      let display = self.display
      held = try await Interruption.whenAsked {
        try await inputs.mean {
          display.report(ProgressLine("measuring means", done: $0, total: imageCount, unit: "images"))
        }
      }
      display.end()
    case (.zero, _), (_, nil): held = [Double](repeating: 0, count: view.elements.count)
    }
    return try asOptions { try NeuronSlice(view, free: free, held: held) }
  }

  /// The data with the classes that occur; when they are many, only those that are compared keep their names.
  private func data(
    _ labeled: LabeledImages, _ readings: [(coordinates: [Double], outputs: [Double])], classCount: Int
  ) throws -> (RegionsData, [(Int, Int)]) {
    let all = (0..<classCount).map { labeled.className(of: $0) }
    let compared = try RegionsPlainSource.classPair(options.between, classes: all)
    let present = Set(labeled.labels).union(compared.flatMap { [$0.0, $0.1] }).sorted()
    let shown = present.count <= Self.classLimit ? present : Set(compared.flatMap { [$0.0, $0.1] }).sorted()
    var places: [Int: Int] = [:]
    for (place, label) in shown.enumerated() { places[label] = place }
    var classes = shown.map { all[$0] }
    if shown.count < present.count { classes.append("other classes") }
    let data = RegionsData(
      points: readings.map(\.coordinates), labels: labeled.labels.map { places[$0] ?? shown.count }, classes: classes,
      outputs: readings.map(\.outputs))
    return (data, compared.map { (places[$0.0] ?? 0, places[$0.1] ?? 0) })
  }

  private func source(
    _ view: LayerView, _ count: Int, free: [FreeInput], _ labeled: LabeledImages?
  ) -> RegionsDocument.Source {
    var text = "\(count) neurons of \(view.name)"
    if let position = view.position { text += " at row \(position.row), column \(position.column)" }
    if let plane = options.plane {
      text += ", on the plane through what images \(plane.map(String.init).joined(separator: ", ")) make it see"
    } else {
      text += ", as functions of \(free.map(\.name).joined(separator: " and ")); "
      switch options.hold ?? .mean {
      case .mean: text += "other inputs at their mean over \(NumberText.grouped(labeled?.count ?? 0)) images"
      case .zero: text += "other inputs at 0"
      case .image(let index): text += "other inputs as image \(index) makes them"
      }
    }
    return RegionsDocument.Source(
      kind: .model, description: text, file: model.path, digest: model.digest, layer: view.name,
      images: labeled == nil ? nil : images?.source.path, imagesDigest: labeled?.digest)
  }

  // MARK: Errors

  private func noImage(_ index: Int, _ key: String, _ count: Int) -> InputError {
    InputError(
      .usage, "there is no such image", at: .init(key: key), expected: "an index from 0 to \(count - 1)",
      found: "\(index)")
  }

  private func blame(_ error: InputError, _ place: InputError.Place) -> InputError {
    var error = error
    (error.place.file, error.place.line) = (place.file, place.line)
    error.place.key = place.key
    return error
  }

  private func asOptions<Value>(_ work: () throws -> Value) throws -> Value {
    do { return try work() } catch let error as InputError { throw error.asOption }
  }
}
