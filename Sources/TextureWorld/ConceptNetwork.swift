import InputErrors
import Networks
import Tensors

/// A network made by hand that tells the images of ``WorldPreset/flat`` apart without an error, and whose filters'
/// Shapley values are known.
///
/// It reads samples of 0…255 (the preprocessing `none`). Three layers hold one filter a concept, each with a map that is 1
/// where the concept is and 0 elsewhere: `colours` (object colours, backgrounds, mark, frame), `textures` and `shapes`.
/// Their maxima over the image, 0 or 1, pass the layer `concepts`, one filter each again. A head adds them up, with weight
/// alone and in pairs (shape and colour). Checks, backgrounds, frame and the shapes that name no class are dummies:
/// detected exactly, and used for nothing.
public struct ConceptNetwork: Sendable {
  /// The layers that hold detectors of their own.
  public enum Layer: String, Sendable, Hashable, CaseIterable {
    case colours, textures, shapes

    /// What the filters look for, in order.
    public var detectors: [ConceptDetector] {
      switch self {
      case .colours:
        ObjectColour.allCases.map(ConceptDetector.colour) + Background.allCases.map(ConceptDetector.background)
          + [.mark, .frame]
      case .textures: [.stripes(isVertical: false), .stripes(isVertical: true), .dots, .checks]
      case .shapes: ObjectShape.allCases.map(ConceptDetector.shape)
      }
    }
  }

  /// The layer of all detectors after the maxima: maps of one pixel.
  public static let conceptsLayer = "concepts"

  public let network: Network
  /// What each filter of the layer `concepts` stands for, in order.
  public let detectors = ConceptDetector.all

  public init() throws {
    network = try ConceptNetworkBuilder().network()
  }

  /// The filter of a detector, as `layer:channel`: in its own layer.
  public func filterName(of detector: ConceptDetector) -> String {
    "\(detector.layer.rawValue):\(detector.layer.detectors.firstIndex(of: detector) ?? 0)"
  }

  /// The logit of a class for a scene, computed from the truth alone.
  public func logit(of label: Int, for scene: WorldScene) -> Double {
    let alone = detectors.reduce(0) { $0 + ($1.finds(scene) ? ConceptHead.weight($1, label: label) : 0) }
    return ConceptHead.pairs.reduce(alone) {
      $0 + ($1.label == label && $1.first.finds(scene) && $1.second.finds(scene) ? $1.weight : 0)
    }
  }

  /// The Shapley value of every detector in the game of the mean logit of the label, when removed filters become zero:
  /// in ``detectors``' order, from the truth about the scenes alone.
  ///
  /// By linearity a value is the mean over images of the detector's own weight where it finds something, and half of a
  /// pair's weight where both find something. The same holds for the filters of the three layers and for those of the
  /// layer `concepts`.
  public func shapleyValuesOfTheLogit(for scenes: [WorldScene]) -> [Double] {
    values(for: scenes, replacements: [Double](repeating: 0, count: detectors.count))
  }

  /// The same for the filters of the layer `concepts` when removed ones become their mean over the scenes: the share of
  /// scenes in which the detector finds something.
  ///
  /// Of a pair with outputs x, y and means m, n the first has ½[f(x,n) − f(m,n)] + ½[f(x,y) − f(m,y)] times the weight,
  /// f(x,y) = max(0, x + y − 1).
  public func shapleyValuesOfTheLogitUnderMeans(for scenes: [WorldScene]) -> [Double] {
    let means = detectors.map { detector in
      Double(scenes.filter { detector.finds($0) }.count) / Double(max(1, scenes.count))
    }
    return values(for: scenes, replacements: means)
  }

  private func values(for scenes: [WorldScene], replacements: [Double]) -> [Double] {
    func both(_ x: Double, _ y: Double) -> Double { max(0, x + y - 1) }
    var values = [Double](repeating: 0, count: detectors.count)
    for scene in scenes {
      let outputs = detectors.map { $0.finds(scene) ? 1.0 : 0 }
      for (place, detector) in detectors.enumerated() {
        let weight = ConceptHead.weight(detector, label: scene.label)
        values[place] += weight * (outputs[place] - replacements[place])
      }
      for pair in ConceptHead.pairs where pair.label == scene.label {
        guard let first = detectors.firstIndex(of: pair.first), let second = detectors.firstIndex(of: pair.second)
        else {
          continue
        }
        for (own, other) in [(first, second), (second, first)] {
          let (x, m, y, n) = (outputs[own], replacements[own], outputs[other], replacements[other])
          values[own] += pair.weight * (both(x, n) - both(m, n) + both(x, y) - both(m, y)) / 2
        }
      }
    }
    return values.map { $0 / Double(max(1, scenes.count)) }
  }
}
