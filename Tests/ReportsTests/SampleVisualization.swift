import Foundation
import Images
import Reports
import Visualization

/// A small document of `see` that was made up, with every part that a renderer must show.
enum SampleVisualization {
  /// Names that mean something in markup, addresses and tables.
  static let oddName = "a,\"b\" <i>%20&é#'\u{1}\n/c:3"

  static func decoded<Value: Decodable>(_ json: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }

  static func distribution(_ maximum: Double, positive: Double = 0.1, firing: Double = 0.4) throws
    -> ActivationDistribution
  {
    try decoded(
      """
      {"minimum": -2, "maximum": \(maximum), "mean": -0.5, "standardDeviation": 0.7, "positiveShare": \(positive),
       "firingShare": \(firing)}
      """)
  }

  static func similarity(_ value: Double, error: Double? = 0.02) throws -> RandomizationResult.Similarity {
    let error = error.map { "\"absoluteError\": \($0)," } ?? ""
    return try decoded(
      "{\"imageCount\": 16, \"absolute\": \(value), \(error) \"signed\": \(value / 2), \"signedError\": 0.02}")
  }

  static func randomization(_ values: [Double], rules: [String]) throws -> VisualizationDocument.Randomization {
    .init(
      rules: rules, imageCount: 16,
      stages: try (1...4).map { depth in
        .init(layer: "conv\(5 - depth)", layerCount: depth, similarities: try values.map { try similarity($0) })
      })
  }

  static func picture(_ name: String, value: Double = 2, peak: Double? = 5) -> VisualizationDocument.Picture {
    .init(objective: "conv1:0", picture: "pictures/\(name).png", value: value, firstValue: 0.1, peak: peak)
  }

  /// Nothing but what every run has.
  static let empty = VisualizationDocument(
    toolVersion: "0.0.0", commandLine: ["neuron-shapley", "see", "m.onnx", "--images", "my photos"],
    network: .init(
      file: "models/m.onnx", digest: "bb22", inputShape: [3, 32, 32], classes: 10, parameters: 1234,
      multiplyAdds: 56_000_000),
    images: nil,
    settings: .init(shown: ["filters"], seed: 7, extent: nil, steps: 512, regularization: .lucid))

  static func full() throws -> VisualizationDocument {
    var document = empty
    document.images = .init(path: "photos", count: 60, digest: "aa11")
    document.ranking = .init(path: "first.run", metric: "accuracy")
    document.remarks = ["A remark <first>."]
    document.firstLayer = .init(
      layer: "conv1", count: 8, extent: [3, 3], isColour: true, picture: "pictures/filters.png")
    document.units = [try unit("conv1:0", 0), try unit(oddName, 1), try silent("conv2:5")]
    document.objectives = [.init(objective: "logit=3", title: "cat & dog", pictures: [picture("logit", peak: nil)])]
    document.comparisons = [
      .init(
        objective: "conv1:0",
        columns: [
          .init(regularization: .none, picture: picture("none")),
          .init(regularization: .totalVariation, picture: picture("tv", value: 1.5)),
        ])
    ]
    document.evolutions = [.init(unit: "conv1:0", moments: [moment(0, isSilent: true), moment(100, isSilent: false)])]
    document.randomization = try randomization([0.1, 0.9, 0.8], rules: ["gradient", "guided", "deconvolution"])
    document.dissection = .init(
      masks: "masks", concepts: ["red", "disc"], imageCount: 40, share: 0.005, detectorIoU: 0.04,
      layers: [.init(layer: "conv1", units: 8, detectors: 3, shuffledDetectors: 2, uniqueConcepts: 2)])
    return document
  }

  private static func unit(_ name: String, _ place: Int) throws -> VisualizationDocument.Unit {
    var unit = VisualizationDocument.Unit(name: name, layer: "conv1", channel: place)
    unit.ranking = .init(rank: place + 1, value: 0.25, standardError: 0.01, status: "in")
    unit.classes = (0..<12).map { .init(className: "class \($0)", value: 0.3 - 0.05 * Double($0), standardError: 0.01) }
    unit.probes = [.init(concept: "red", rank: 2, count: 8, share: 0.2)]
    // The picture of the first exceeds its best image, that of the second does not.
    unit.distribution = try distribution(place == 0 ? 4 : 6)
    unit.examples = ExampleGroup.allCases.map { group in
      var own = VisualizationDocument.Examples(
        group: group,
        examples: [
          .init(image: "cat/<1>.png", value: 4, row: 1, column: 2, rows: [0, 8], columns: [3, 12]),
          .init(image: "cat/2.png", value: 3, row: 0, column: 0, rows: [], columns: []),
        ], columnCount: 2)
      own.patches = "pictures/patches.png"
      own.overlays = "pictures/overlays.png"
      own.reconstructions = [.init(rule: "deconvolution", picture: "pictures/deconvnet.png")]
      return own
    }
    unit.maximized = [picture("maximized", value: 2, peak: 5)]
    unit.dissection = .init(
      threshold: 1.5, concepts: [.init(concept: "red", iou: 0.12, standardError: 0.01)], chance: 0.02,
      isDetector: place == 0, picture: "pictures/dissected.png")
    return unit
  }

  static func silent(_ name: String) throws -> VisualizationDocument.Unit {
    var unit = VisualizationDocument.Unit(name: name, layer: "conv2", channel: 5)
    unit.isSilent = true
    unit.distribution = try distribution(-0.25, positive: 0, firing: 0)
    return unit
  }

  private static func moment(_ step: Double, isSilent: Bool) -> VisualizationDocument.Evolution.Moment {
    .init(
      step: step, checkpoint: "step-\(step).checkpoint", image: "cat/2.png", value: step / 50, isSilent: isSilent,
      patch: isSilent ? nil : "pictures/patch.png", reconstruction: isSilent ? nil : "pictures/back.png",
      maximized: picture("then"))
  }

  /// A picture for every name of ``full()``.
  static let pictures: [String: Image] = {
    let small = Image(width: 4, height: 2, colour: .grey, pixels: [0, 64, 128, 255, 255, 128, 64, 0])
    let names = [
      "filters", "logit", "none", "tv", "patches", "overlays", "deconvnet", "maximized", "dissected", "patch", "back",
      "then",
    ]
    return Dictionary(uniqueKeysWithValues: names.map { ("pictures/\($0).png", small) })
  }()
}
