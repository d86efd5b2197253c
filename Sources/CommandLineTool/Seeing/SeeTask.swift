import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Reports
import Visualization

/// The work of `see`, part by part, into one document and its pictures.
struct SeeTask: Sendable {
  let model: ModelFile
  let options: SeeOptions
  /// Nil where none were given.
  let images: LabeledImages?
  let input: PictureInput
  let catalog: UnitCatalog
  let known: KnownValues
  /// Nil where no checkpoints were given.
  let series: ProbeSeries?
  let instructionSet: InstructionSet
  let seed: UInt64
  let workers: Int
  let display: ProgressDisplay
  /// What has been found so far, and the pictures by the names that it uses.
  var document: VisualizationDocument
  private(set) var pictures: [String: Image] = [:]
  /// The units to show.
  var units: [Filter] = []
  /// What else pictures maximise, with the names of single classes.
  private(set) var objectives: [(objective: MaximizationObjective, title: String?)] = []
  /// The weights of the first layer, and every dissected unit, as tables.
  private(set) var firstLayerTable: String?
  var dissectionTable: String?
  private var prior: PicturePrior?
  private var spectra: [Extent: PictureSpectrum] = [:]

  /// The side of a tile on a sheet, in pixels, where images are larger.
  static let tileSide = 96

  /// - Throws: ``InputErrors/InputError`` when options do not fit the network or the images.
  init(
    _ model: ModelFile, _ options: SeeOptions, images: LabeledImages?, preprocessing: Preprocessing, known: KnownValues,
    classNames: [String], document: VisualizationDocument, instructionSet: InstructionSet, seed: UInt64, workers: Int,
    display: ProgressDisplay
  ) throws {
    self.model = model
    self.options = options
    self.images = images
    self.known = known
    series = try options.checkpoints.map {
      try ProbeSeries($0.words, steps: $0.steps, stepsOption: "--checkpoint-steps")
    }
    self.document = document
    self.instructionSet = instructionSet
    self.seed = seed
    self.workers = workers
    self.display = display
    catalog = UnitCatalog(model.network)
    let channels = model.network.inputShape.channels
    let scale: PixelScale
    do {
      if let images {
        scale = try images.pixelScale(range: options.pixelRange)
      } else {
        scale = PixelScale(eightBit: preprocessing, channels: channels)
      }
    } catch let error { throw error.asOption }
    input = try PictureInput(
      scale: scale, channels: channels, order: images?.preprocessing.channels ?? preprocessing.channels)
    if let text = options.units {
      units = try UnitNames.units(text, catalog, ranking: known.order)
    } else if let order = known.order {
      units = try UnitNames.units("top:\(min(10, max(1, order.count)))", catalog, ranking: order)
    }
    self.document.ranking = known.source
    objectives = try options.objectives.map { try ObjectiveText.objectives($0, classNames: classNames) } ?? []
    try checkObjectives()
  }

  /// Whether objectives and checkpoints fit, before any work is done.
  private func checkObjectives() throws {
    do {
      let all = objectives.map(\.objective)
      if !all.isEmpty {
        try ActivationMaximization.check(all, in: model.network, extent: try extent(all))
      }
    } catch var error as InputError {
      error.place.key = error.place.key ?? (error.kind == .usage ? "--maximize" : nil)
      throw error
    }
  }

  /// Does all parts, in the order in which they need each other.
  ///
  /// - Throws: ``InputErrors/InputError``; ``Interruption`` when a signal asked for an end.
  mutating func run() async throws {
    try checkCheckpoints()
    if options.parts.contains(.filters) { try showFilters() }
    if options.parts.contains(.dissection) { try await dissect() }
    if units.isEmpty, let part = SeePart.allCases.first(where: { options.parts.contains($0) && $0.needsUnits }),
      options.saysParts
    {
      throw InputError(
        .usage, "nothing says which units are to be shown", at: .init(key: "--units"),
        expected: SeeOptions.units.declaration.usage, hint: "'\(part.rawValue)' is about units")
    }
    if document.units.isEmpty {
      document.units = units.map { unit in
        VisualizationDocument.Unit(name: "\(unit)", layer: unit.layer, channel: unit.channel)
      }
    }
    for place in document.units.indices { known.complete(&document.units[place]) }
    if options.parts.contains(.examples) || options.parts.contains(.reconstructions) { try await showExamples() }
    if options.parts.contains(.maximized) { try await showMaximized() }
    if options.parts.contains(.comparison) { try await compare() }
    if options.parts.contains(.evolution) { try await showEvolution() }
    if options.parts.contains(.randomization) { try await checkRandomization() }
    display.end()
  }

  /// Keeps a picture; the name is that of its file.
  mutating func keep(_ image: Image, as name: String) -> String {
    let file = "pictures/\(Self.fileName(name)).png"
    var unique = file, number = 2
    while pictures[unique] != nil {
      unique = "pictures/\(Self.fileName(name))-\(number).png"
      number += 1
    }
    pictures[unique] = image
    return unique
  }

  /// Letters, digits and a few others as they are, the rest as '_'.
  private static func fileName(_ text: String) -> String {
    let name = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) || "-.=+".contains($0) ? $0 : "_" })
    guard name.count > 120 else { return name }
    // File systems take no more than 255 bytes; the digest tells long names apart.
    return name.prefix(100) + "-" + SHA256Digest.hexadecimal(SHA256Digest.of(Array(text.utf8))).prefix(12)
  }

  /// An image as it is shown.
  func picture(of index: Int, in images: LabeledImages) -> Image {
    images.picture(of: index)
      ?? Image(
        picture: input.picture(of: images.pixels(of: index)), channels: input.channels, height: images.shape.height,
        width: images.shape.width)
  }

  /// Reports progress of a phase.
  func progress(_ phase: String, unit: String) -> @Sendable (Int, Int) -> Void {
    let display = display
    return { done, total in display.report(ProgressLine(phase, done: done, total: total, unit: unit)) }
  }

  private mutating func showFilters() throws {
    do {
      let filters = try FirstLayerFilters(model.network, input: input)
      document.firstLayer = .init(
        layer: filters.layer, count: filters.count, extent: [filters.extent.height, filters.extent.width],
        isColour: filters.isColour, picture: keep(filters.sheet(), as: "filters-\(filters.layer)"))
      firstLayerTable = filters.table
    } catch {
      // Asked for by name it is an error; by default there is just nothing to show.
      if options.saysParts { throw error }
    }
  }

  // MARK: What maximised pictures are made with

  /// The extent of pictures of these objectives.
  func extent(_ objectives: [MaximizationObjective]) throws -> Extent {
    if let size = options.size { return Extent(size) }
    return try ActivationMaximization.extent(for: objectives, in: model.network)
  }

  /// The ascent under a regularisation; trains the prior or measures the spectrum the first time that they are needed.
  mutating func ascent(
    _ regularization: PictureRegularization, in network: Network, extent: Extent
  ) async throws -> ActivationMaximization {
    var base = MaximizationConfiguration()
    base.steps = options.steps
    base.seed = seed
    base.diversityWeight = options.diversity
    let configuration = regularization.configuration(side: min(extent.height, extent.width), base: base)
    var spectrum = PictureSpectrum.inverseFrequency
    if regularization.needsSpectrum { spectrum = self.spectrum(extent) }
    if regularization.needsPrior, prior == nil { prior = try await trainedPrior() }
    return ActivationMaximization(
      network, input: input, configuration: configuration, spectrum: spectrum,
      prior: regularization.needsPrior ? prior : nil)
  }

  private mutating func spectrum(_ extent: Extent) -> PictureSpectrum {
    if let known = spectra[extent] { return known }
    guard let images else { return .inverseFrequency }
    let pictures = images.indices(atMost: 200).map { picture(of: $0, in: images).picture }
    let measured =
      PictureSpectrum.measured(
        over: pictures, size: (input.channels, images.shape.height, images.shape.width), height: extent.height,
        width: extent.width) ?? .inverseFrequency
    spectra[extent] = measured
    return measured
  }

  private func trainedPrior() async throws -> PicturePrior {
    guard let images else {
      throw InputError(
        .usage, "the learned prior is trained on images, and there are none", at: .init(key: "--images"),
        hint: "add --images, or take another --regularization")
    }
    var configuration = PicturePrior.Configuration()
    configuration.seed = seed
    let pictures = images.indices(atMost: 400).map { picture(of: $0, in: images).picture }
    let (channels, shape, workers) = (input.channels, images.shape, workers)
    let report = progress("learning a prior", unit: "steps")
    let fixed = configuration
    return try await Interruption.whenAsked {
      try PicturePrior.trained(
        on: pictures, channels: channels, height: shape.height, width: shape.width, configuration: fixed,
        workers: workers, progress: report)
    }
  }
}

extension LabeledImages {
  /// Numbers of at most so many images, spread evenly.
  func indices(atMost limit: Int) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    return (0..<limit).map { $0 * count / limit }
  }
}
