import NeuronShapley

/// What an attack achieves, which filters it needs and what their removal does to it: `result.json` of `adversarial`.
///
/// Its schema is described in `Reports.docc/AdversarialDocument.md`.
public struct AdversarialDocument: Sendable, Hashable, Codable {
  public static let formatName = "neuron-shapley.adversarial"
  public static let currentVersion = 1

  /// A share of images with its 95 % interval over images.
  public struct Share: Sendable, Hashable, Codable {
    public var value: Double
    public var lower: Double
    public var upper: Double

    public init(value: Double, lower: Double, upper: Double) {
      self.value = value
      self.lower = lower
      self.upper = upper
    }
  }

  /// Which images were attacked, and what came of it on the whole network.
  public struct Attacked: Sendable, Hashable, Codable {
    public var images: RankingDocument.ImagesSummary
    /// How many of them the network gets wrong, and how many are of the target already: these are not attacked.
    public var wrong: Int
    public var ofTarget: Int
    public var attacked: Int
    /// The share of attacked images on which the attack succeeds.
    public var success: Share
    /// The same before pictures were rounded to 8 bits.
    public var successUnrounded: Double
    /// The mean over attacked images of the largest change of a sample, and of the square root of the sum of squared
    /// changes, in units of pixel values 0…1.
    public var meanLargestChange: Double
    public var meanLength: Double

    public init(
      images: RankingDocument.ImagesSummary, wrong: Int, ofTarget: Int, attacked: Int, success: Share,
      successUnrounded: Double, meanLargestChange: Double, meanLength: Double
    ) {
      self.images = images
      self.wrong = wrong
      self.ofTarget = ofTarget
      self.attacked = attacked
      self.success = success
      self.successUnrounded = successUnrounded
      self.meanLargestChange = meanLargestChange
      self.meanLength = meanLength
    }
  }

  /// The attacked images of one class.
  public struct ClassSuccess: Sendable, Hashable, Codable {
    public var label: Int
    public var name: String
    public var attacked: Int
    public var succeeded: Int
    /// What they are taken for most often afterwards, and how many of them.
    public var commonest: String
    public var commonestCount: Int

    public init(label: Int, name: String, attacked: Int, succeeded: Int, commonest: String, commonestCount: Int) {
      self.label = label
      self.name = name
      self.attacked = attacked
      self.succeeded = succeeded
      self.commonest = commonest
      self.commonestCount = commonestCount
    }
  }

  /// One filter; a negative value: the attack needs it.
  public struct Player: Sendable, Hashable, Codable {
    public var player: String
    public var layer: String
    public var channel: Int?
    public var value: Double
    public var standardError: Double?

    public init(player: String, layer: String, channel: Int?, value: Double, standardError: Double?) {
      self.player = player
      self.layer = layer
      self.channel = channel
      self.value = value
      self.standardError = standardError
    }
  }

  /// Which filters are removed first.
  public enum Order: String, Sendable, Hashable, Codable, CaseIterable {
    /// Those that the attack needs most.
    case attack
    /// Those that matter most to a ranking made before.
    case beside
    /// Random ones.
    case random

    /// The order in words.
    public var title: String {
      switch self {
      case .attack: "what the attack needs"
      case .beside: "another ranking's first"
      case .random: "random filters"
      }
    }
  }

  /// What is left when filters are removed, on images that the ranking has not seen.
  public struct Removal: Sendable, Hashable, Codable {
    public var order: Order
    /// How many filters are removed.
    public var count: Int
    /// Random orders that the shares are means over; 1 for the others.
    public var orders: Int
    /// The filters; empty for random ones.
    public var removed: [String]
    /// The accuracy on all images, as they are.
    public var clean: Share
    /// The accuracy on those of the target's own class; nil without a target or such images.
    public var targetClass: Share?
    /// The success, and the accuracy, on images that were attacked on the whole network.
    public var transferred: Share
    public var transferredAccuracy: Share
    /// The success, and the accuracy, when the reduced network itself is attacked.
    public var renewed: Share
    public var renewedAccuracy: Share
    /// What the removal changes, image by image: the clean accuracy less the whole network's, and the success of attacks
    /// made anew less that on the whole network.
    public var cleanChange: Share
    public var renewedChange: Share
    /// The success of attacks made anew, and the clean accuracy, for each random order.
    public var renewedByOrder: [Double]
    public var cleanByOrder: [Double]
  }

  /// How the ranking was made; its own document lies in `ranking/ranking.json`.
  public struct Ranking: Sendable, Hashable, Codable {
    public var folder: String
    public var metric: String
    public var ablation: String
    public var playerKind: String
    public var estimator: String
    public var evaluations: Int
    /// v(N) and v(∅): less the success on the whole network, and without any player.
    public var grandValue: Double
    public var emptyValue: Double?

    public init(_ document: RankingDocument, folder: String) {
      self.folder = folder
      metric = document.question.metric
      ablation = document.question.ablation
      playerKind = document.question.playerKind
      estimator = document.estimation.estimator
      evaluations = document.cost.evaluations
      grandValue = document.estimation.grandValue
      emptyValue = document.estimation.emptyValue
    }
  }

  public var format = formatName
  public var version = currentVersion
  public var toolVersion: String
  /// The command line, word by word.
  public var commandLine: [String]
  public var network: RankingDocument.NetworkSummary
  public var attack: AdversarialAttack
  /// The target's name; nil for an attack without one.
  public var targetName: String?
  /// Names by label; empty when none are known.
  public var classNames: [String]
  /// The images that the filters were ranked on.
  public var ranked: Attacked
  /// The images that removals are judged by.
  public var tested: Attacked
  /// Where the judging images come from, in words.
  public var testOrigin: String
  /// Of the ranked images, by label.
  public var classes: [ClassSuccess]
  public var ranking: Ranking
  /// Every player, the one that the attack needs most first.
  public var players: [Player]
  public var removals: [Removal]
  /// The ranking that `beside` removals follow; nil for none.
  public var besideFile: String?

  public init(
    toolVersion: String, commandLine: [String], network: RankingDocument.NetworkSummary, attack: AdversarialAttack,
    classNames: [String], ranked: Attacked, tested: Attacked, testOrigin: String, classes: [ClassSuccess],
    ranking: Ranking, players: [Player], removals: [Removal], besideFile: String?
  ) {
    self.toolVersion = toolVersion
    self.commandLine = commandLine
    self.network = network
    self.attack = attack
    targetName = attack.target.map { classNames.indices.contains($0) ? classNames[$0] : String($0) }
    self.classNames = classNames
    self.ranked = ranked
    self.tested = tested
    self.testOrigin = testOrigin
    self.classes = classes
    self.ranking = ranking
    self.players = players
    self.removals = removals
    self.besideFile = besideFile
  }

  /// The name of a class, or its label as text.
  public func className(of label: Int) -> String {
    classNames.indices.contains(label) ? classNames[label] : String(label)
  }
}
