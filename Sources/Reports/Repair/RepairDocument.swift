import NeuronShapley

/// A repair as a document: `result.json` of `repair`.
public struct RepairDocument: Sendable, Hashable, Codable {
  public static let formatName = "neuron-shapley.repair"
  public static let currentVersion = 1

  public var format = formatName
  public var version = currentVersion
  public var toolVersion: String
  public var commandLine: [String]
  public var network: RankingDocument.NetworkSummary
  /// The images that the choice was made by.
  public var images: RankingDocument.ImagesSummary
  /// The images that judge.
  public var test: RankingDocument.ImagesSummary
  /// How the two sets came about, in a sentence.
  public var split: String
  /// The ranking on the group's images.
  public var ranking: AblationDocument.Ranking
  public var ablation: String
  public var repair: GroupRepair

  public init(
    toolVersion: String, commandLine: [String], network: RankingDocument.NetworkSummary,
    images: RankingDocument.ImagesSummary, test: RankingDocument.ImagesSummary, split: String,
    ranking: AblationDocument.Ranking, ablation: String, repair: GroupRepair
  ) {
    self.toolVersion = toolVersion
    self.commandLine = commandLine
    self.network = network
    self.images = images
    self.test = test
    self.split = split
    self.ranking = ranking
    self.ablation = ablation
    self.repair = repair
  }

  /// The document as `result.json` has it.
  public func json() throws -> String { try JSONValue(self).pretty }

  /// The name of the group to be helped.
  public var targetName: String { repair.groupNames[repair.targetGroup] }

  /// Why the repair ended, as a sentence.
  var ending: String {
    let configuration = repair.configuration
    switch repair.ending {
    case .targetMet:
      return
        "It ended because the group's accuracy reached \(NumberText.percent(configuration.target ?? 0)) on the images to choose by."
    case .nothingHelps: return "It ended because no further removal raises the group's \(configuration.metric.name)."
    case .allowanceSpent:
      let others = configuration.groupAllowance.map { ", or another group more than \(NumberText.percent($0))" } ?? ""
      return "It ended because whatever else helps the group costs all images together more than "
        + "\(NumberText.percent(configuration.allowance)) of accuracy\(others), on the images to choose by."
    case .noCandidates: return "It ended because every filter with a negative value is removed."
    case .mostRemoved: return "It ended because \(configuration.most) filters are removed."
    }
  }

  /// What the images that judge say of the gain, and of the limits, which hold on the images to choose by alone.
  var verdict: String {
    let change = repair.changes[repair.targetGroup], configuration = repair.configuration
    var sentences: [String]
    let judging = repair.steps.first?.judgedBy.groups[repair.targetGroup].imageCount ?? 0
    if judging < 20 {
      sentences = ["\(NumberText.grouped(judging)) images of the group are too few to judge by."]
    } else if repair.removed.isEmpty {
      sentences = ["Nothing is removed."]
    } else if change.lower > 0 {
      sentences = ["The images that judge confirm the gain."]
    } else if change.upper < 0 {
      sentences = ["The images that judge contradict the gain: the group is worse off. Do not use this."]
    } else {
      sentences = ["The images that judge cannot tell the gain from none: do not rely on it."]
    }
    if repair.overallChange.value < -configuration.allowance {
      sentences.append("On them, all images together lose more than the \(points(configuration.allowance)) allowed.")
    }
    if let allowance = configuration.groupAllowance {
      let names = repair.groupNames.indices.filter {
        $0 != repair.targetGroup && repair.changes[$0].value < -allowance
      }.map { repair.groupNames[$0] }
      if !names.isEmpty {
        sentences.append(
          "On them, more than the \(points(allowance)) allowed are lost by: \(names.joined(separator: ", ")).")
      }
    }
    return sentences.joined(separator: " ")
  }

  private func points(_ share: Double) -> String { "\(NumberText.plain(share * 100)) points" }

  /// The change of a group, or of all images, in points.
  func text(_ change: GroupRepair.Change) -> String {
    "\(signed(change.value)) (\(signed(change.lower)) to \(signed(change.upper)))"
  }

  private func signed(_ value: Double) -> String {
    let text = NumberText.fixed(value * 100, decimals: 1)
    return value * 100 >= 0.05 ? "+" + text : text
  }
}
