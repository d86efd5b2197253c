import InputErrors
import Networks
import NeuronShapley

/// How units are compared with masks (Bau et al. 2017); configuration alone.
public struct DissectionConfiguration: Sendable, Hashable, Codable {
  /// Which units are dissected.
  public enum Units: Sendable, Hashable, Codable {
    /// All of layers that have maps, the classifier's excepted.
    case all
    /// Those of these layers.
    case layers([String])
    /// These alone.
    case some([Filter])
  }

  public var units: Units
  /// The share of a unit's activations, over all positions of all images, that its threshold lets through; 0 < share < 1.
  public var share: Double
  /// The overlap with a concept above which a unit detects it, as intersection over union; 0 ≤ value < 1.
  public var detectorOverlap: Double
  /// Decides whose masks stand beside an image when overlaps by chance are counted.
  public var seed: UInt64

  public init(units: Units = .all, share: Double = 0.005, detectorOverlap: Double = 0.04, seed: UInt64 = 0) {
    self.units = units
    self.share = share
    self.detectorOverlap = detectorOverlap
    self.seed = seed
  }

  func validate() throws(InputError) {
    guard share > 0, share < 1 else {
      throw InputError(
        .usage, "the share is out of range", at: .init(key: "share"), expected: "between 0 and 1", found: "\(share)")
    }
    guard detectorOverlap >= 0, detectorOverlap < 1 else {
      throw InputError(
        .usage, "the overlap is out of range", at: .init(key: "overlap"), expected: "0 or more and less than 1",
        found: "\(detectorOverlap)")
    }
  }
}

/// Channels of one layer that are dissected.
struct DissectedChannels: Sendable {
  let layer: UnitLayer
  /// Ascending.
  let channels: [Int]

  /// The chosen channels of every layer, in network order.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when a layer or unit is unknown or has no map, or nothing is chosen.
  static func chosen(by units: DissectionConfiguration.Units, in network: Network) throws(InputError) -> [Self] {
    let catalog = UnitCatalog(network)
    var chosen: [String: Set<Int>] = [:]
    switch units {
    case .all:
      for layer in catalog.layers where !layer.isClassifier && layer.extent.area > 1 {
        chosen[layer.name] = Set(0..<layer.channelCount)
      }
    case .layers(let names):
      for name in names {
        let layer = try catalog.layer(named: name)
        try requireMap(layer)
        chosen[name] = Set(0..<layer.channelCount)
      }
    case .some(let units):
      for unit in units {
        try requireMap(try catalog.layer(of: unit))
        chosen[unit.layer, default: []].insert(unit.channel)
      }
    }
    let targets = catalog.layers.compactMap { layer in
      chosen[layer.name].map { DissectedChannels(layer: layer, channels: $0.sorted()) }
    }
    guard !targets.isEmpty else {
      throw InputError(
        .usage, "there are no units to dissect", expected: "units whose outputs are maps of several positions")
    }
    return targets
  }

  private static func requireMap(_ layer: UnitLayer) throws(InputError) {
    guard layer.extent.area == 1 else { return }
    throw InputError(
      .usage, "the layer '\(layer.name)' has no maps, so its units are nowhere in an image",
      expected: "a layer with several positions")
  }
}
