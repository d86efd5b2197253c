import TCAV

/// How much concepts matter to classes, as a document: `result.json` of `tcav`.
public struct TCAVDocument: Sendable, Hashable, Codable {
  public static let formatName = "neuron-shapley.tcav"
  public static let currentVersion = 1

  public struct Concept: Sendable, Hashable, Codable {
    public var name: String
    public var imageCount: Int

    public init(name: String, imageCount: Int) {
      self.name = name
      self.imageCount = imageCount
    }
  }

  public struct ImageClass: Sendable, Hashable, Codable {
    public var name: String
    public var index: Int
    public var imageCount: Int
    /// The share of them that are recognised.
    public var accuracy: Double

    public init(name: String, index: Int, imageCount: Int, accuracy: Double) {
      self.name = name
      self.index = index
      self.imageCount = imageCount
      self.accuracy = accuracy
    }
  }

  /// The names of images along a direction.
  public struct Projection: Sendable, Hashable, Codable {
    public var layer: String
    public var concept: String
    /// The concept's images that lie furthest along it, the furthest first.
    public var most: [String]
    /// Those that lie least far, the least first.
    public var least: [String]
    /// The random images that lie furthest along it.
    public var random: [String]

    public init(layer: String, concept: String, most: [String], least: [String], random: [String]) {
      self.layer = layer
      self.concept = concept
      self.most = most
      self.least = least
      self.random = random
    }
  }

  /// What a finding comes to.
  public struct Summary: Sendable, Hashable, Codable {
    /// Layer, concept and class with spaces between.
    public var name: String
    public var layer: String
    public var concept: String
    public var className: String
    public var verdict: TCAVVerdict
    /// Nil where it is withheld.
    public var score: Double?
    public var sensitivity: Double?
    public var shift: Double?
    /// The smallest of the corrected p-values.
    public var adjustedPValue: Double?
    /// Whether a real move along the direction does what the derivative says.
    public var move: ConceptIntervention.Agreement?

    init(_ finding: TCAVResult.Finding, _ intervention: ConceptIntervention?) {
      name = "\(finding.layer) \(finding.concept) \(finding.className)"
      layer = finding.layer
      concept = finding.concept
      className = finding.className
      verdict = finding.verdict
      move = intervention?.agreement
      guard !finding.isWithheld else { return }
      score = finding.score.value
      sensitivity = finding.sensitivity.value
      shift = finding.shift.value
      adjustedPValue = finding.tests.map(\.adjustedPValue).min()
    }
  }

  public var format = formatName
  public var version = currentVersion
  public var toolVersion: String
  public var commandLine: [String]
  public var network: RankingDocument.NetworkSummary
  public var layers: [String]
  public var concepts: [Concept]
  public var classes: [ImageClass]
  public var conceptImages: RankingDocument.ImagesSummary
  /// Those that are left: without copies and without what is also a concept's or a class's.
  public var randomImages: RankingDocument.ImagesSummary
  public var images: RankingDocument.ImagesSummary
  public var overlaps: TCAVImages.Overlaps
  /// One entry a finding, in their order.
  public var summary: [Summary]
  public var result: TCAVResult
  /// Empty where none were measured.
  public var interventions: [ConceptIntervention]
  public var projections: [Projection]
  public var seconds: Double

  public init(
    toolVersion: String, commandLine: [String], network: RankingDocument.NetworkSummary, layers: [String],
    concepts: [Concept], classes: [ImageClass], conceptImages: RankingDocument.ImagesSummary,
    randomImages: RankingDocument.ImagesSummary, images: RankingDocument.ImagesSummary, overlaps: TCAVImages.Overlaps,
    result: TCAVResult, interventions: [ConceptIntervention], projections: [Projection], seconds: Double
  ) {
    self.toolVersion = toolVersion
    self.commandLine = commandLine
    self.network = network
    self.layers = layers
    self.concepts = concepts
    self.classes = classes
    self.conceptImages = conceptImages
    self.randomImages = randomImages
    self.images = images
    self.overlaps = overlaps
    self.result = result
    self.interventions = interventions
    self.projections = projections
    self.seconds = seconds
    summary = result.findings.map { finding in
      Summary(
        finding,
        interventions.first {
          $0.layer == finding.layer && $0.concept == finding.concept && $0.className == finding.className
        })
    }
  }

  /// The document as `result.json` has it.
  public func json() throws -> String { try JSONValue(self).pretty }

  func intervention(of finding: TCAVResult.Finding) -> ConceptIntervention? {
    interventions.first {
      $0.layer == finding.layer && $0.concept == finding.concept && $0.className == finding.className
    }
  }

  func finding(_ layer: String, _ concept: String, _ className: String) -> TCAVResult.Finding? {
    result.findings.first { $0.layer == layer && $0.concept == concept && $0.className == className }
  }
}
