import Images
import Inference
import Networks
import NeuronShapley
import Probing
import Statistics
import TCAV
import TextureWorld

/// TCAV on images whose truth is known: what a network's logits really do when one thing alone is changed in an image,
/// beside what scores say.
public struct ConceptTruth: Sendable {
  /// One concept and one class at one layer.
  public struct Entry: Sendable {
    public var layer: String
    public var concept: WorldConcept
    public var className: String
    /// Mean change of the class's logit when the concept is put into images of the class, less that of its alternatives
    /// (another texture; no mark).
    public var effect: Double
    /// Of the effect, over images.
    public var standardError: Double
    public var finding: TCAVResult.Finding
  }

  public let entries: [Entry]
  public let result: TCAVResult

  /// How many images of each kind are drawn.
  public struct Size: Sendable {
    public var concept = 24
    public var random = 1056
    public var perClass = 40

    public init() {}
  }

  /// - Parameters:
  ///   - network: trained on a world with the classes of the preset `embedded`.
  ///   - layers: names.
  ///   - concepts: of which one is changed at a time.
  ///   - seed: of all images and draws.
  public static func measured(
    _ network: Network, layers: [String], concepts: [WorldConcept] = WorldConcept.all, size: Size = Size(),
    configuration: TCAVConfiguration = TCAVConfiguration(), seed: UInt64, workers: Int = 1
  ) async throws -> ConceptTruth {
    let world = World(.balanced, seed: seed &* 3 &+ 1000)
    let others = World(.balanced, seed: seed &* 3 &+ 1001), judged = World(.balanced, seed: seed &* 3 &+ 1002)
    var scenes: [WorldScene] = [], sets: [TCAVImages.Concept] = []
    for (place, concept) in concepts.enumerated() {
      let own = (0..<size.concept).map {
        world.scene(at: place * size.concept + $0).changing(WorldChange(puttingIn: concept))
      }
      sets.append(.init(concept.name, places: Array(scenes.count..<scenes.count + own.count)))
      scenes += own
    }
    let classCount = judged.classNames.count
    var byClass = [[WorldScene]](repeating: [], count: classCount)
    var index = 0
    while byClass.contains(where: { $0.count < size.perClass }) {
      let scene = judged.scene(at: index)
      if byClass[scene.label].count < size.perClass { byClass[scene.label].append(scene) }
      index += 1
    }
    let images = try TCAVImages(
      conceptImages: world.labeledImages(of: scenes), concepts: sets,
      random: others.labeledImages(0..<size.random), images: judged.labeledImages(of: byClass.flatMap { $0 }),
      classes: Array(0..<classCount), network: network)
    var configuration = configuration
    configuration.seed = seed
    let study = try TCAVStudy(
      network, layers: layers, images: images, configuration: configuration, measuresInterventions: false)
    let result = try await study.outcome(workers: workers).result
    let plan = try ExecutionPlan(network)
    var effects: [[(mean: Double, error: Double)]] = []
    for (label, own) in byClass.enumerated() {
      effects.append(try await Self.effects(concepts, on: own, label, judged, plan, workers))
    }
    return ConceptTruth(
      entries: result.findings.compactMap { finding in
        guard let concept = concepts.firstIndex(where: { $0.name == finding.concept }),
          let label = judged.classNames.firstIndex(of: finding.className)
        else { return nil }
        let effect = effects[label][concept]
        return Entry(
          layer: finding.layer, concept: concepts[concept], className: finding.className, effect: effect.mean,
          standardError: effect.error, finding: finding)
      }, result: result)
  }

  /// The mean over classes of the rank correlation between effects and what TCAV says, at one layer.
  public func rankCorrelation(_ statistic: TCAVStatistic, layer: String) -> Double? {
    let own = entries.filter { $0.layer == layer }
    let correlations = Set(own.map(\.className)).sorted().compactMap { name -> Double? in
      let rows = own.filter { $0.className == name && !$0.finding.isWithheld }
      return RankCorrelation.spearman(rows.map(\.effect), rows.compactMap { $0.finding.test(statistic)?.value })
    }
    return correlations.isEmpty ? nil : correlations.reduce(0, +) / Double(correlations.count)
  }

  private static func effects(
    _ concepts: [WorldConcept], on scenes: [WorldScene], _ label: Int, _ world: World, _ plan: ExecutionPlan,
    _ workers: Int
  ) async throws -> [(mean: Double, error: Double)] {
    var logits: [WorldChange: [Double]] = [:]
    for change in WorldChange.all {
      let images = try world.labeledImages(of: scenes.map { $0.changing(change) })
      let values = try await BlockwiseInference(plan, images: images.inputImages, workers: workers).logits()
      logits[change] = scenes.indices.map { Double(values[$0 * plan.network.classCount + label]) }
    }
    return concepts.map { concept in
      let own = logits[WorldChange(puttingIn: concept)] ?? []
      let rest = alternatives(concept).compactMap { logits[$0] }
      let moments = RunningMoments(
        own.indices.map { image in own[image] - rest.reduce(0) { $0 + $1[image] } / Double(rest.count) })
      return (moments.mean, moments.standardError ?? 0)
    }
  }

  private static func alternatives(_ concept: WorldConcept) -> [WorldChange] {
    switch concept {
    case .shape(let own): ObjectShape.allCases.filter { $0 != own }.map(WorldChange.shape)
    case .texture(let own): ObjectTexture.allCases.filter { $0 != own }.map(WorldChange.texture)
    case .colour(let own): ObjectColour.allCases.filter { $0 != own }.map(WorldChange.colour)
    case .background(let own): Background.allCases.filter { $0 != own }.map(WorldChange.background)
    case .mark: [.mark(false)]
    case .frame: [.frame(false)]
    }
  }
}
