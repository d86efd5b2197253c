import Images
import InputErrors
import NeuronShapley
import Reports
import Visualization

/// Units against masks.
extension SeeTask {
  /// Units that are shown where none are asked for: the clearest detectors.
  static let usualDetectors = 12

  mutating func dissect() async throws {
    guard let images, let source = options.masks else { return }
    let masks = try source.masks(images)
    var configuration = DissectionConfiguration()
    configuration.seed = seed
    let dissection = try NetworkDissection(model.network, images: images, masks: masks, configuration: configuration)
    let workers = workers
    let report = progress("dissecting", unit: "blocks")
    let result = try await Interruption.whenAsked { try await dissection.run(workers: workers, progress: report) }
    document.dissection = .init(
      masks: source.path, concepts: masks.names, imageCount: result.imageCount, share: configuration.share,
      detectorIoU: configuration.detectorOverlap,
      layers: result.layers.map {
        .init(
          layer: $0.name, units: $0.unitCount, detectors: $0.detectorCount,
          shuffledDetectors: $0.chanceDetectorCount, uniqueConcepts: $0.uniqueDetectorCount)
      })
    let byName = Dictionary(result.units.map { ($0.unit, $0) }, uniquingKeysWith: { first, _ in first })
    if units.isEmpty {
      // What lies above chance by most.
      func excess(_ unit: DissectedUnit) -> Double { (unit.best?.value ?? 0) - (unit.chance ?? 0) }
      let clearest = result.units.filter(\.isDetector).enumerated()
        .sorted { (-excess($0.element), $0.offset) < (-excess($1.element), $1.offset) }
      units = clearest.prefix(Self.usualDetectors).map(\.element.unit)
      if !units.isEmpty {
        document.remarks.append(
          "Shown are the \(units.count) detectors whose IoU lies furthest above that with other images' masks; all units are in "
            + "dissection_units.csv.")
      }
    }
    document.units = try units.map { unit in
      _ = try catalog.layer(of: unit)
      var seen = VisualizationDocument.Unit(name: "\(unit)", layer: unit.layer, channel: unit.channel)
      seen.dissection = byName[unit].map(Self.dissected)
      return seen
    }
    for (place, unit) in units.enumerated() {
      guard let own = byName[unit], let best = own.best, own.isDetector else { continue }
      let concept = UInt32(1) << UInt32(masks.names.firstIndex(of: best.concept) ?? 0)
      // Images that show most of the concept.
      let shown = (0..<images.count).map { image in masks.maps[image].count { $0 & concept != 0 } }
      let order = shown.indices.sorted { (-shown[$0], $0) < (-shown[$1], $1) }.prefix(6)
      let overlays = try await dissection.overlays(of: own, images: Array(order), workers: workers)
      let side = Self.tile(max(images.shape.height, images.shape.width))
      var sheet = PictureSheet(columnCount: 6, tileHeight: side, tileWidth: side)
      for (image, mask) in zip(order, overlays) {
        sheet.append(
          MaskedPicture.image(picture(of: image, in: images), isShown: mask).fitted(to: side))
      }
      let kept = keep(sheet.image, as: "\(unit)-dissection")
      document.units[place].dissection?.picture = kept
    }
    dissectionTable = Self.table(result)
  }

  private static func dissected(_ unit: DissectedUnit) -> VisualizationDocument.Dissected {
    .init(
      threshold: Double(unit.threshold),
      concepts: unit.overlaps.sorted { ($1.value, $0.concept) < ($0.value, $1.concept) }.prefix(5).map {
        .init(concept: $0.concept, iou: $0.value, standardError: $0.standardError)
      }, chance: unit.chance, isDetector: unit.isDetector)
  }

  /// Every unit, also those that are not shown.
  private static func table(_ result: DissectionResult) -> String {
    CommaSeparatedText.text(
      ["unit", "activity", "threshold", "best_concept", "iou", "standard_error", "chance_iou", "detector"]
        + result.concepts.map { "iou_\($0.name)" },
      result.units.map { unit in
        [
          "\(unit.unit)", unit.activity.rawValue, "\(unit.threshold)", unit.best?.concept ?? "",
          unit.best.map { "\($0.value)" } ?? "", unit.best?.standardError.map { "\($0)" } ?? "",
          unit.chance.map { "\($0)" } ?? "", unit.isDetector ? "yes" : "no",
        ]
          + result.concepts.map { concept in
            unit.overlaps.first { $0.concept == concept.name }.map { "\($0.value)" } ?? ""
          }
      })
  }
}
