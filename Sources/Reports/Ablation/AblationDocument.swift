import NeuronShapley

/// A ranking's removal curves beside those of baselines, as a document: `result.json` of `ablate`.
public struct AblationDocument: Sendable, Hashable, Codable {
  public static let formatName = "neuron-shapley.ablation"
  public static let currentVersion = 1

  /// Which ranking was tested.
  public struct Ranking: Sendable, Hashable, Codable {
    /// The run folder or table.
    public var path: String
    /// What its values are, in words; nil for a plain table.
    public var valueName: String?
    public var metric: String?
    public var className: String?
    public var estimator: String?
    public var evaluations: Int?
    /// Wall-clock seconds of its estimation.
    public var seconds: Double?
    /// The share of the values' spread that is not noise, from their standard errors; nil where there are none.
    public var signal: Double?

    public init(path: String, document: RankingDocument?) {
      self.path = path
      valueName = document?.valueName
      metric = document?.question.metric
      className = document?.question.className
      estimator = document?.estimation.estimator
      evaluations = document?.cost.evaluations
      seconds = document?.cost.seconds
      signal = document.flatMap(Self.signal)
    }

    /// 1 − mean squared standard error / variance of the values, at least 0.
    private static func signal(_ document: RankingDocument) -> Double? {
      let errors = document.players.compactMap(\.standardError)
      guard errors.count == document.players.count, errors.count > 1 else { return nil }
      let mean = document.sum / Double(errors.count)
      let variance =
        document.players.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) } / Double(errors.count - 1)
      let noise = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
      return variance > 0 ? max(0, 1 - noise / variance) : nil
    }
  }

  public var format = formatName
  public var version = currentVersion
  public var toolVersion: String
  public var commandLine: [String]
  public var ranking: Ranking
  public var network: RankingDocument.NetworkSummary
  /// The images that the curves are measured on.
  public var images: RankingDocument.ImagesSummary
  /// The images that the ranking was made on; nil when they are not known.
  public var rankingImages: RankingDocument.ImagesSummary?
  /// How the two sets came about, in a sentence.
  public var split: String
  public var ablation: String
  /// The class that the metric speaks of, if any.
  public var className: String?
  public var test: AblationTest
  /// Wall-clock seconds of baselines and curves.
  public var seconds: Double

  public init(
    toolVersion: String, commandLine: [String], ranking: Ranking, network: RankingDocument.NetworkSummary,
    images: RankingDocument.ImagesSummary, rankingImages: RankingDocument.ImagesSummary?, split: String,
    ablation: String, className: String?, test: AblationTest, seconds: Double
  ) {
    self.toolVersion = toolVersion
    self.commandLine = commandLine
    self.ranking = ranking
    self.network = network
    self.images = images
    self.rankingImages = rankingImages
    self.split = split
    self.ablation = ablation
    self.className = className
    self.test = test
    self.seconds = seconds
  }

  /// The document as `result.json` has it.
  public func json() throws -> String { try JSONValue(self).pretty }

  /// How a curve is called in texts and pictures.
  func name(_ curve: RemovalCurve) -> String {
    guard curve.baseline == nil else {
      return curve.orderCount > 1 ? "\(curve.name), \(curve.orderCount) orders" : curve.name
    }
    return ranking.valueName ?? "the ranking"
  }

  /// The metric with its class.
  var metricName: String {
    test.configuration.metric.name + (className.map { " of \($0)" } ?? "")
  }

  /// Whether values of the metric are shares.
  var isPercent: Bool { test.configuration.metric.range == 0...1 }

  /// A value of the metric as text.
  func text(_ value: Double) -> String {
    isPercent ? NumberText.percent(value) : NumberText.significant(value, 4)
  }

  /// A difference of two values as text; of shares, in points.
  func difference(_ value: Double) -> String {
    isPercent ? NumberText.fixed(value * 100, decimals: 1) : NumberText.significant(value, 3)
  }

  /// What the noise of the ranking means for its test; nil where there is little.
  var caution: String? {
    guard let signal = ranking.signal, signal < 0.8 else { return nil }
    return
      "Only \(NumberText.percent(signal)) of the spread of the ranking's values is more than noise: with more evaluations "
      + "its order would be another, and better."
  }

  /// The curves of a direction, the ranking's first, then baselines from the best to the worst.
  func curves(_ direction: RemovalDirection) -> [RemovalCurve] {
    let curves = test.curves.filter { $0.direction == direction }
    let isGoodLow = direction == .mostFirst
    return curves.filter { $0.baseline == nil }
      + curves.filter { $0.baseline != nil }.sorted {
        isGoodLow ? $0.area.value < $1.area.value : $0.area.value > $1.area.value
      }
  }
}
