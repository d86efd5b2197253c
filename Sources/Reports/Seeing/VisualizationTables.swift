import Images
import Visualization

/// What `see` has found as tables.
public enum VisualizationTables {
  /// Every table with the name of its file; none without rows.
  public static func all(_ document: VisualizationDocument) -> [(name: String, csv: String)] {
    [
      ("units.csv", units(document)), ("examples.csv", examples(document)), ("maximized.csv", maximized(document)),
      ("dissection.csv", dissection(document)), ("dissection_layers.csv", layers(document)),
      ("randomization.csv", randomization(document)), ("evolution.csv", evolution(document)),
      ("comparison.csv", comparison(document)),
    ].compactMap { name, table in
      table.rows.isEmpty ? nil : (name: name, csv: CommaSeparatedText.text(table.header, table.rows))
    }
  }

  private typealias Table = (header: [String], rows: [[String]])

  private static func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  private static func units(_ document: VisualizationDocument) -> Table {
    (
      [
        "unit", "layer", "channel", "rank", "value", "standard_error", "status", "is_silent", "minimum", "maximum",
        "mean", "standard_deviation", "positive_share", "firing_share", "best_class", "best_class_value",
        "best_class_error", "best_concept", "best_iou", "best_iou_error", "is_detector", "peak",
      ],
      document.units.map { unit in
        let distribution = unit.distribution, best = unit.classes.first, concept = unit.dissection?.concepts.first
        var row = [unit.name, unit.layer, "\(unit.channel)", unit.ranking.map { "\($0.rank)" } ?? ""]
        row += [text(unit.ranking?.value), text(unit.ranking?.standardError), unit.ranking?.status ?? ""]
        row += ["\(unit.isSilent)", text(distribution?.minimum), text(distribution?.maximum), text(distribution?.mean)]
        row += [text(distribution?.standardDeviation), text(distribution?.positiveShare)]
        row += [text(distribution?.firingShare)]
        row += [best?.className ?? "", text(best?.value), text(best?.standardError)]
        row += [concept?.concept ?? "", text(concept?.iou), text(concept?.standardError)]
        row += [unit.dissection.map { "\($0.isDetector)" } ?? "", text(unit.peak)]
        return row
      }
    )
  }

  private static func examples(_ document: VisualizationDocument) -> Table {
    var rows: [[String]] = []
    for unit in document.units {
      for group in unit.examples {
        for (place, own) in group.examples.enumerated() {
          var row = [unit.name, group.group.rawValue, "\(place + 1)", own.image, text(own.value)]
          row += ["\(own.row)", "\(own.column)"] + ends(own.rows) + ends(own.columns)
          rows.append(row)
        }
      }
    }
    return (
      [
        "unit", "group", "place", "image", "value", "row", "column", "first_row", "last_row", "first_column",
        "last_column",
      ], rows
    )
  }

  /// First and last, both empty where there is nothing between.
  private static func ends(_ range: [Int]) -> [String] {
    guard let first = range.first, let last = range.last else { return ["", ""] }
    return ["\(first)", "\(last)"]
  }

  private static func maximized(_ document: VisualizationDocument) -> Table {
    func row(_ title: String, _ picture: VisualizationDocument.Picture) -> [String] {
      [picture.objective, title, picture.picture, text(picture.firstValue), text(picture.value), text(picture.peak)]
    }
    return (
      ["objective", "title", "picture", "first_value", "value", "peak"],
      document.units.flatMap { unit in unit.maximized.map { row("", $0) } }
        + document.objectives.flatMap { own in own.pictures.map { row(own.title ?? "", $0) } }
    )
  }

  private static func dissection(_ document: VisualizationDocument) -> Table {
    var rows: [[String]] = []
    for unit in document.units {
      guard let own = unit.dissection else { continue }
      for (place, concept) in own.concepts.enumerated() {
        // A unit detects its best concept and no other.
        let isDetector = own.isDetector && place == 0
        rows.append([
          unit.name, concept.concept, text(concept.iou), text(concept.standardError), text(own.threshold),
          text(own.chance), "\(isDetector)",
        ])
      }
    }
    return (["unit", "concept", "iou", "standard_error", "threshold", "chance", "is_detector"], rows)
  }

  private static func layers(_ document: VisualizationDocument) -> Table {
    (
      ["layer", "units", "detectors", "shuffled_detectors", "unique_concepts"],
      (document.dissection?.layers ?? []).map {
        [
          $0.layer, "\($0.units)", "\($0.detectors)", $0.shuffledDetectors.map { "\($0)" } ?? "",
          "\($0.uniqueConcepts)",
        ]
      }
    )
  }

  private static func randomization(_ document: VisualizationDocument) -> Table {
    (
      [
        "layers_destroyed", "from_layer", "rule", "absolute", "absolute_error", "signed", "signed_error",
      ],
      (document.randomization?.stages ?? []).flatMap { stage in
        zip(document.randomization?.rules ?? [], stage.similarities).map { rule, own in
          [
            "\(stage.layerCount)", stage.layer, rule, text(own.absolute), text(own.absoluteError), text(own.signed),
            text(own.signedError),
          ]
        }
      }
    )
  }

  private static func evolution(_ document: VisualizationDocument) -> Table {
    (
      [
        "unit", "step", "checkpoint", "image", "value", "is_silent", "patch", "reconstruction", "maximized",
        "maximized_value", "maximized_peak",
      ],
      document.evolutions.flatMap { own in
        own.moments.map { moment in
          [
            own.unit, text(moment.step), moment.checkpoint, moment.image, text(moment.value), "\(moment.isSilent)",
            moment.patch ?? "", moment.reconstruction ?? "", moment.maximized?.picture ?? "",
            text(moment.maximized?.value), text(moment.maximized?.peak),
          ]
        }
      }
    )
  }

  private static func comparison(_ document: VisualizationDocument) -> Table {
    (
      ["objective", "regularization", "picture", "first_value", "value", "peak"],
      document.comparisons.flatMap { own in
        own.columns.map { column in
          let picture = column.picture
          return [
            own.objective, column.regularization.rawValue, picture.picture, text(picture.firstValue),
            text(picture.value), text(picture.peak),
          ]
        }
      }
    )
  }
}
