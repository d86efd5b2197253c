import DecisionRegions
import InputErrors

/// The regions of several neurons as `regions.json` holds them: all numbers of the tables, pages and figures.
public struct RegionsDocument: Sendable, Hashable, Codable {
  /// Where the neurons come from.
  public struct Source: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable { case model, weights, random }
    public var kind: Kind
    /// One sentence for people: which neurons, of which inputs, with what held where.
    public var description: String
    public var file: String?
    /// SHA-256 of the model or the table.
    public var digest: String?
    public var layer: String?
    public var seed: UInt64?
    /// The images behind data, marks and held values, when there are any.
    public var images: String?
    public var imagesDigest: String?

    public init(
      kind: Kind, description: String, file: String? = nil, digest: String? = nil, layer: String? = nil,
      seed: UInt64? = nil, images: String? = nil, imagesDigest: String? = nil
    ) {
      self.kind = kind
      self.description = description
      self.file = file
      self.digest = digest
      self.layer = layer
      self.seed = seed
      self.images = images
      self.imagesDigest = imagesDigest
    }
  }

  public struct Input: Sendable, Hashable, Codable {
    public let name: String
    public let lower: Double
    public let upper: Double
  }

  public struct Neuron: Sendable, Hashable, Codable {
    public let name: String
    public let weights: [Double]
    public let bias: Double
    public let threshold: Double
    /// The share of the interval or rectangle on which it is positive.
    public let positiveShare: Double
    /// The share of the data, outside the ranges too, at whose coordinates it is positive; nil without data.
    public let positiveDataShare: Double?
    /// The share of the data whose true output, with no input held, lies on the same side; nil unless from a model.
    public let agreement: Double?
    /// The ends of its boundary within the ranges: `[x]` or `[x₁, y₁, x₂, y₂]`; nil when it has none there.
    public let boundary: [Double]?
  }

  /// A point where boundaries meet: of one input, where neurons change sign.
  public struct Vertex: Sendable, Hashable, Codable {
    public let position: [Double]
    public let neurons: [Int]
    public let isOnBorder: Bool
  }

  public struct Neighbour: Sendable, Hashable, Codable {
    public let region: Int
    public let flips: [Int]
  }

  public struct Region: Sendable, Hashable, Codable {
    public let signs: SignVector
    /// Its length or area, and that as a share of the whole.
    public let measure: Double
    public let share: Double
    /// Its corners as indices into the vertices, counterclockwise; empty for one input.
    public let vertices: [Int]
    /// The ends for one input.
    public let interval: [Double]?
    public let neighbours: [Neighbour]
    /// Data points in it, and by class.
    public let count: Int?
    public let classCounts: [Int]?
  }

  /// A point that somebody gave, or an image.
  public struct Mark: Sendable, Hashable, Codable {
    public let name: String
    public let point: [Double]
    /// nil outside the ranges.
    public let region: Int?
    public let signs: SignVector
  }

  public struct Data: Sendable, Hashable, Codable {
    public let total: Int
    public let outside: Int
    public let onBoundary: Int
    /// The first points, for pictures, and their classes; all of them count in the regions.
    public let points: [[Double]]
    public let labels: [Int]
  }

  /// From one class, image or point to another.
  public struct Transition: Sendable, Hashable, Codable {
    public let from: String
    public let to: String
    public let pairs: [RegionTransitions.Pair]
    public let flipProbabilities: [Double]

    public init(from: String, to: String, _ transitions: RegionTransitions) {
      self.from = from
      self.to = to
      pairs = transitions.pairs
      flipProbabilities = transitions.flipProbabilities
    }
  }

  public static let currentVersion = 1
  /// How many data points a document keeps for pictures.
  public static let pointLimit = 2_000

  public private(set) var format = "neuron-shapley.regions"
  public private(set) var version = Self.currentVersion
  public var toolVersion: String
  public var source: Source
  /// What outputs are compared with, in words.
  public var thresholds: String
  public var inputs: [Input]
  public var neurons: [Neuron]
  public var vertices: [Vertex]
  public var regions: [Region]
  public var classes: [String]
  public var data: Data?
  public var marks: [Mark]
  public var transitions: [Transition]

  public var isPlane: Bool { inputs.count == 2 }

  /// The document's text: JSON with sorted keys.
  public func json() throws -> String { try JSONValue(self).pretty }
}
