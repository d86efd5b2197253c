import Images
import Inference
import InputErrors
import Statistics

/// What filters respond to, by experiment: how their activation changes when one thing in an image is changed and all
/// else stays.
///
/// The effect of a value (stripes) on a filter is, in each scene, its activation with that value less its mean activation
/// with the factor's other values (plain, dots, checks); an activation is the mean over positions at the filter's site, in
/// the whole network. Effects are means over scenes, in standard deviations of the filter over all images.
public struct FilterResponses: Sendable, Hashable, Codable {
  /// The mean over scenes with its standard error; the error is nil with fewer than two scenes.
  public struct Effect: Sendable, Hashable, Codable {
    public let mean: Double
    public let standardError: Double?
    public let sceneCount: Int
  }

  /// One filter, or one output of the network.
  public struct Row: Sendable, Hashable, Codable {
    /// The filter as `layer:channel`, or the class.
    public let name: String
    /// The standard deviation of its activation over all images: the unit of the effects. 0 for a filter that never
    /// changes, whose effects are 0.
    public let deviation: Double
    /// One a concept, in the order of ``FilterResponses/concepts``.
    public let effects: [Effect]
    /// The concept with the largest effect, whatever its sign; nil where every effect is 0.
    public let strongest: ImageVariations.Concept?

    init(name: String, deviation: Double, effects: [Effect], concepts: [ImageVariations.Concept]) {
      self.name = name
      self.deviation = deviation
      self.effects = effects
      let place = effects.indices.max { abs(effects[$0].mean) < abs(effects[$1].mean) }
      strongest = place.flatMap { effects[$0].mean == 0 ? nil : concepts[$0] }
    }
  }

  /// How the network's answer depends on a factor.
  public struct Answer: Sendable, Hashable, Codable {
    public let factor: String
    /// Pairs of images of one scene that differ in the factor alone.
    public let pairCount: Int
    /// How many of them are given different classes.
    public let changedCount: Int
    /// The share of the pairs that are.
    public let share: Double

    init(factor: String, pairCount: Int, changedCount: Int) {
      self.factor = factor
      self.pairCount = pairCount
      self.changedCount = changedCount
      share = Double(changedCount) / Double(pairCount)
    }
  }

  public let concepts: [ImageVariations.Concept]
  public let sceneCount: Int
  /// One a filter, in the order that was asked for.
  public let rows: [Row]
  /// One a class: the effects on its logit, which are the truth about what the network uses.
  public let outputs: [Row]
  /// One a factor that some scene has two values of.
  public let answers: [Answer]

  /// Runs the images through the whole network once.
  ///
  /// - Parameters:
  ///   - classNames: the names of the network's outputs; those that have none are called by their number.
  ///   - progress: called with the number of images done.
  /// - Throws: ``InputErrors/InputError`` when a filter is unknown or the images do not fit; `CancellationError`.
  ///   Complexity: one forward pass an image.
  public static func measured(
    _ plan: ExecutionPlan, of filters: [Filter], on variations: ImageVariations, classNames: [String] = [],
    workers: Int = 1, progress: (@Sendable (_ imagesDone: Int) -> Void)? = nil
  ) async throws -> FilterResponses {
    let catalog = FilterCatalog(plan)
    let places = try filters.map { filter in
      _ = try catalog.unit(of: filter)
      return (site: try catalog.layer(named: filter.layer).site, channel: filter.channel)
    }
    let images = variations.images
    let inference = try BlockwiseInference(plan, images: images.inputImages, workers: workers)
    let sites = Set(places.map(\.site)).sorted()
    let blocksDone: @Sendable (Int) -> Void = { progress?(min(images.count, $0 * ExecutionPlan.laneCount)) }
    let blocks = try await inference.mapBlocks(progress: blocksDone) { pass, range in
      pass.run()
      return range.map { Reading(pass, lane: $0 - range.lowerBound, places, sites) }
    }
    let names = (0..<plan.network.classCount).map { classNames.indices.contains($0) ? classNames[$0] : "\($0)" }
    return FilterResponses(Array(blocks.joined()), filters, names, variations)
  }

  /// What one image gives.
  private struct Reading: Sendable {
    /// One a filter.
    var activations: [Double]
    /// One a class.
    var logits: [Double]
    var predicted: Int { logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 } }

    init(_ pass: ForwardPass, lane: Int, _ places: [(site: Int, channel: Int)], _ sites: [Int]) {
      activations = [Double](repeating: 0, count: places.count)
      for index in sites {
        let site = pass.plan.sites[index], area = site.shape.area
        var values = [Float](repeating: 0, count: site.shape.count)
        values.withUnsafeMutableBufferPointer { pass.copyActivations(of: site, lane: lane, into: $0) }
        for (filter, place) in places.enumerated() where place.site == index {
          let map = values[place.channel * area..<(place.channel + 1) * area]
          activations[filter] = map.reduce(0.0) { $0 + Double($1) } / Double(area)
        }
      }
      var logits = [Float](repeating: 0, count: pass.plan.network.classCount)
      logits.withUnsafeMutableBufferPointer { pass.copyLogits(lane: lane, into: $0) }
      self.logits = logits.map(Double.init)
    }
  }

  private init(_ readings: [Reading], _ filters: [Filter], _ classNames: [String], _ variations: ImageVariations) {
    let concepts = variations.concepts
    func row(_ name: String, _ values: [Double]) -> Row {
      var moments = RunningMoments()
      for value in values { moments.add(value) }
      let deviation = (moments.variance ?? 0).squareRoot()
      let effects = variations.factors.indices.flatMap { factor in
        Self.effects(of: factor, values, unit: deviation, variations)
      }
      return Row(name: name, deviation: deviation, effects: effects, concepts: concepts)
    }
    self.concepts = concepts
    sceneCount = variations.sceneCount
    rows = filters.enumerated().map { place, filter in row(filter.description, readings.map { $0.activations[place] }) }
    outputs = classNames.enumerated().map { place, name in row(name, readings.map { $0.logits[place] }) }
    answers = variations.factors.indices.compactMap { factor in
      var (pairs, changed) = (0, 0)
      for series in variations.series where series.factor == factor {
        let answers = series.images.compactMap { $0.map { readings[$0].predicted } }
        for (place, answer) in answers.enumerated() {
          pairs += place
          changed += answers[..<place].count { $0 != answer }
        }
      }
      guard pairs > 0 else { return nil }
      return Answer(factor: variations.factors[factor].name, pairCount: pairs, changedCount: changed)
    }
  }

  /// The effects of a factor's values, as many as ``ImageVariations/concepts`` lists.
  private static func effects(
    of factor: Int, _ activations: [Double], unit: Double, _ variations: ImageVariations
  ) -> [Effect] {
    let valueCount = variations.factors[factor].values.count
    var moments = [RunningMoments](repeating: RunningMoments(), count: valueCount)
    for series in variations.series where series.factor == factor {
      let present = series.images.enumerated().compactMap { value, image in image.map { (value, activations[$0]) } }
      let sum = present.reduce(0) { $0 + $1.1 }
      for (value, activation) in present {
        let others = (sum - activation) / Double(present.count - 1)
        moments[value].add(unit > 0 ? (activation - others) / unit : 0)
      }
    }
    return moments.dropFirst(valueCount == 2 ? 1 : 0).map { moments in
      Effect(mean: moments.mean, standardError: moments.standardError, sceneCount: moments.count)
    }
  }

  /// The concept with the largest effect on a row, with that effect; nil where every effect is 0.
  public func strongest(_ row: Row) -> (concept: ImageVariations.Concept, effect: Effect)? {
    guard let concept = row.strongest, let place = concepts.firstIndex(of: concept) else { return nil }
    return (concept, row.effects[place])
  }
}
