import Probing

/// What layers know of concepts, as a document: `result.json` of `probe`.
///
/// Its schema is described in `Reports.docc/ProbeDocument.md`.
public struct ProbeDocument: Sendable, Hashable, Codable {
  public static let formatName = "neuron-shapley.probe"
  public static let currentVersion = 1

  /// A neuron alone.
  public struct Unit: Sendable, Hashable, Codable {
    /// `layer:channel`.
    public var name: String
    public var probe: UnitProbe
  }

  /// The neurons of a layer in one order.
  public struct Order: Sendable, Hashable, Codable {
    public var order: NeuronOrder
    /// From the most important on.
    public var leading: [String]
    /// Numbers of neurons, and the score with so many of them.
    public var counts: [Int]
    public var scores: [Double]
    public var sufficient: Int?
  }

  /// A concept at a layer.
  public struct Layer: Sendable, Hashable, Codable {
    public var layer: String
    public var featureCount: Int
    public var score: ResampledScore
    public var accuracy: ResampledScore?
    public var controls: LayerProbe.Controls
    public var selectivity: ResampledScore
    public var aboveInput: ResampledScore
    public var aboveUntrained: ResampledScore
    public var pValue: Double
    public var adjustedPValue: Double
    public var verdict: LayerProbe.Verdict
    public var strength: Double
    public var nonzeroWeights: Int?
    public var isSeparable: Bool
    public var descriptionLength: DescriptionLength?
    public var compression: Double?
    public var orders: [Order]
    /// All neurons, the best detectors first; empty but for concepts of two classes.
    public var units: [Unit]
    public var cells: [ResampledScore]
    public var cellColumns: Int
  }

  public struct Concept: Sendable, Hashable, Codable {
    public var concept: String
    public var classNames: [String]
    public var imageCounts: [Int]
    public var chance: Double
    public var input: ResampledScore
    public var layers: [Layer]
    public var effects: [ConceptEffect]

    /// A quantity is scored by R².
    var isQuantity: Bool { classNames.isEmpty }
    /// The layer with the highest score; the earlier of equal ones.
    var best: Layer? {
      layers.enumerated().max { ($0.element.score.mean, -$0.offset) < ($1.element.score.mean, -$1.offset) }?.element
    }
    var scoreName: String { isQuantity ? "R²" : "balanced accuracy" }
    func text(_ value: Double) -> String {
      isQuantity ? NumberText.fixed(value, decimals: 3) : NumberText.percent(value)
    }
  }

  public var format = formatName
  public var version = currentVersion
  public var toolVersion: String
  public var commandLine: [String]
  public var network: RankingDocument.NetworkSummary
  public var images: RankingDocument.ImagesSummary
  /// What the control task's identities are.
  public var controlSource: String
  public var configuration: ProbeStudyConfiguration
  public var concepts: [Concept]
  /// Over checkpoints; empty without a series.
  public var series: [WhatWhenWhere]
  /// What the user should know before reading.
  public var remarks: [String]
  public var seconds: Double

  public init(
    toolVersion: String, commandLine: [String], network: RankingDocument.NetworkSummary,
    images: RankingDocument.ImagesSummary, controlSource: String, configuration: ProbeStudyConfiguration,
    layers: [ProbedLayer], concepts: [ConceptProbes], effects: [ConceptEffect], series: [WhatWhenWhere],
    remarks: [String], seconds: Double
  ) {
    self.toolVersion = toolVersion
    self.commandLine = commandLine
    self.network = network
    self.images = images
    self.controlSource = controlSource
    self.configuration = configuration
    self.concepts = concepts.map { concept in
      Concept(
        concept: concept.concept, classNames: concept.classNames, imageCounts: concept.imageCounts,
        chance: concept.chance, input: concept.input,
        layers: zip(layers, concept.layers).map { Layer($0, $1, configuration.pooling) },
        effects: effects.filter { $0.concept == concept.concept })
    }
    self.series = series
    self.remarks = remarks
    self.seconds = seconds
  }

  /// The document as `result.json` has it.
  ///
  /// Of the neurons alone it has the best ``Layer/mostUnits`` of each layer; `units.csv` has all.
  public func json() throws -> String {
    var copy = self
    for concept in copy.concepts.indices {
      for layer in copy.concepts[concept].layers.indices {
        copy.concepts[concept].layers[layer].units = Array(
          copy.concepts[concept].layers[layer].units.prefix(Layer.mostUnits))
      }
    }
    return try JSONValue(copy).pretty
  }
}

extension ProbeDocument.Layer {
  /// The neurons alone that `result.json` lists for a layer.
  public static let mostUnits = 50

  fileprivate init(_ layer: ProbedLayer, _ probe: LayerProbe, _ pooling: ActivationPooling) {
    self.layer = probe.layer
    featureCount = probe.featureCount
    score = probe.score
    accuracy = probe.accuracy
    controls = probe.controls
    selectivity = probe.selectivity
    aboveInput = probe.aboveInput
    aboveUntrained = probe.aboveUntrained
    pValue = probe.pValue
    adjustedPValue = probe.adjustedPValue
    verdict = probe.verdict
    strength = probe.strength
    nonzeroWeights = probe.nonzeroWeights
    isSeparable = probe.isSeparable
    descriptionLength = probe.descriptionLength
    compression = probe.descriptionLength?.compression
    orders = probe.sufficiencies.map { order in
      .init(
        order: order.order, leading: order.leading.map { layer.featureName($0, pooling) }, counts: order.counts,
        scores: order.scores, sufficient: order.sufficient)
    }
    units = probe.units.sorted {
      ($0.balancedAccuracy, $0.averagePrecision, -$0.unit) > ($1.balancedAccuracy, $1.averagePrecision, -$1.unit)
    }.map { .init(name: layer.featureName($0.unit, pooling), probe: $0) }
    cells = probe.cells
    cellColumns = probe.cellColumns
  }

  /// The smallest number of neurons, over orders, that suffices; with the order.
  var fewestNeurons: (count: Int, order: NeuronOrder)? {
    orders.compactMap { order in order.sufficient.map { (count: $0, order: order.order) } }.min { $0.count < $1.count }
  }
}
