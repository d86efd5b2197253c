import Probing
import Statistics
import TCAV

/// Features that are drawn at random, with concepts as directions that are known.
struct SyntheticData {
  var width = 40
  var imagesPerConcept = 24
  var randomCount = 1056
  var classImages = 30
  var layerCount = 1
  /// For each concept the direction that its images are moved along; empty for none.
  var shifts: [[Double]] = [[]]
  var conceptNames: [String]?
  /// The mean gradient of each class; nil for a random one.
  var gradients: [[Double]?] = [nil]
  /// How much gradients differ between images.
  var spread = 1.0
  /// Multiplies each feature, as the units of a layer do.
  var scales: [Double] = []

  func data(seed: Int) -> TCAVData {
    var stream = RandomStream(seed: 3, purpose: .test, index: seed, subindex: 7)
    let scales = scales.isEmpty ? [Double](repeating: 1, count: width) : scales
    let layers = (0..<layerCount).map { layer -> TCAVData.Layer in
      var features: [Float] = [], slopes: [Float] = []
      for concept in shifts.indices {
        for _ in 0..<imagesPerConcept {
          for column in 0..<width {
            let shift = shifts[concept].isEmpty ? 0 : shifts[concept][column]
            features.append(Float(scales[column] * (stream.normal() + shift)))
          }
        }
      }
      for _ in 0..<randomCount { for column in 0..<width { features.append(Float(scales[column] * stream.normal())) } }
      for gradient in gradients {
        let mean = gradient ?? (0..<width).map { _ in stream.normal() }
        for _ in 0..<classImages {
          for column in 0..<width { slopes.append(Float((mean[column] + spread * stream.normal()) / scales[column])) }
        }
      }
      let rows = shifts.count * imagesPerConcept + randomCount
      return TCAVData.Layer(
        name: "layer\(layer)", features: FeatureMatrix(rowCount: rows, columnCount: width, values: features),
        gradients: FeatureMatrix(rowCount: gradients.count * classImages, columnCount: width, values: slopes))
    }
    let first = shifts.count * imagesPerConcept
    return TCAVData(
      concepts: shifts.indices.map { place in
        .init(
          conceptNames?[place] ?? "concept\(place)",
          rows: Array(place * imagesPerConcept..<(place + 1) * imagesPerConcept))
      }, randomRows: Array(first..<first + randomCount),
      classes: gradients.indices.map { place in
        .init("class\(place)", rows: Array(place * classImages..<(place + 1) * classImages))
      }, layers: layers)
  }

  /// Without concepts, and small: for tests that need hundreds of runs.
  static var null: SyntheticData {
    var synthetic = SyntheticData()
    synthetic.width = 12
    synthetic.imagesPerConcept = 12
    synthetic.randomCount = 528
    synthetic.classImages = 20
    // Channels of a real layer differ in how much they vary.
    synthetic.scales = (0..<12).map { 0.3 + Double($0) / 6 }
    return synthetic
  }

  /// One strength of the penalty, so that nothing is chosen by cross-validation: twenty times as fast.
  static let fastProbe = ProbeConfiguration(
    kind: .logistic(l1Ratio: 0), path: .strengths([0.1]), foldCount: 2, tolerance: 1e-3)

  static func configuration(seed: UInt64 = 0) -> TCAVConfiguration {
    var configuration = TCAVConfiguration()
    configuration.resampleCount = 100
    configuration.reseedCount = 0
    configuration.seed = seed
    return configuration
  }

  static func axis(_ column: Int, width: Int = 40, length: Double) -> [Double] {
    (0..<width).map { $0 == column ? length : 0 }
  }
}
