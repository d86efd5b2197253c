import Images
import Statistics
import TCAV

/// Pictures of images along a concept's direction at one layer.
public struct TCAVPictures: Sendable, Hashable {
  public var layer: String
  public var concept: String
  public var most: [Image]
  public var least: [Image]
  public var random: [Image]

  public init(layer: String, concept: String, most: [Image], least: [Image], random: [Image]) {
    self.layer = layer
    self.concept = concept
    self.most = most
    self.least = least
    self.random = random
  }
}

/// The figures of a TCAV run.
public enum TCAVFigures {
  /// More figures of moves than this are not drawn; the tables have all.
  static let mostMoves = 12

  /// Every figure with the name of its file.
  public static func all(_ document: TCAVDocument, pictures: [TCAVPictures]) throws -> [(
    name: String, drawing: SVGDrawing
  )] {
    var figures: [(name: String, drawing: SVGDrawing)] = []
    for own in document.classes {
      for statistic in document.result.configuration.statistics {
        figures.append((name(statistic, own.name), bars(document, statistic, own.name)))
      }
    }
    figures += moves(document)
    figures += try pictures.map { (pictureName($0.layer, $0.concept), try drawing($0)) }
    return figures
  }

  static func name(_ statistic: TCAVStatistic, _ className: String) -> String {
    "\(statistic.rawValue)-\(distinct(className))"
  }

  static func moveName(_ layer: String, _ className: String) -> String {
    "moves-\(distinct(className))-\(plain(layer))"
  }

  static func pictureName(_ layer: String, _ concept: String) -> String {
    "images-\(distinct(concept))-\(plain(layer))"
  }

  /// The name of the file that holds a concept's direction, without its ending.
  static func directionName(_ layer: String, _ concept: String) -> String { "\(distinct(concept))-\(plain(layer))" }

  /// Letters, digits and a few others as they are; the rest as '_'.
  private static func plain(_ text: String) -> String {
    String(text.map { $0.isLetter || $0.isNumber || "-.=_".contains($0) ? $0 : "_" })
  }

  /// The same, with some digits of a digest behind it where something was replaced: names that people give may differ there
  /// alone.
  private static func distinct(_ text: String) -> String {
    let name = plain(text)
    guard name != text else { return name }
    return name + "~" + SHA256Digest.hexadecimal(SHA256Digest.of(Array(text.utf8))).prefix(6)
  }

  /// Bars by layer and concept, with the range that random concepts leave to chance.
  private static func bars(_ document: TCAVDocument, _ statistic: TCAVStatistic, _ className: String) -> SVGDrawing {
    func text(_ value: Double) -> String { TCAVStatements.value(value, statistic) }
    let groups = document.layers.map { layer -> GroupedBarChart.Group in
      .init(
        name: layer,
        bars: document.concepts.map { concept -> GroupedBarChart.Bar? in
          guard let finding = document.finding(layer, concept.name, className), !finding.isWithheld,
            let test = finding.test(statistic)
          else { return nil }
          let whisker: (Double, Double)? =
            switch statistic {
            case .score: (finding.score.lower, finding.score.upper)
            case .sensitivity: (finding.sensitivity.lower, finding.sensitivity.upper)
            case .smooth: nil
            case .shift: (finding.shift.lower, finding.shift.upper)
            }
          return .init(
            value: test.value, lower: whisker?.0, upper: whisker?.1, band: chance(test, document.result),
            isStarred: !test.isSignificant,
            tip: "\(concept.name) at \(layer): \(text(test.value)), random concepts \(text(test.randomMean)) ± "
              + "\(text(test.randomDeviation)), corrected p \(TCAVStatements.p(test.adjustedPValue))")
        })
    }
    let (title, vertical) =
      switch statistic {
      case .score: ("TCAV scores for \(className)", "score: share of images whose logit rises")
      case .sensitivity:
        ("Slopes of the logit of \(className)", "mean slope of the logit, per standard deviation of random images")
      case .smooth: ("Smooth scores for \(className)", "smooth score")
      case .shift:
        (
          "Shifts of the logit of \(className)",
          "change of the logit, to first order, from random images to the concept's"
        )
      }
    return GroupedBarChart(
      title: title,
      summary: document.layers.last.map { layer in
        document.concepts.compactMap { concept in
          document.finding(layer, concept.name, className)?.test(statistic).map { "\(concept.name) \(text($0.value))" }
        }.joined(separator: ", ") + " at \(layer)"
      } ?? "", vertical: vertical, series: document.concepts.map(\.name), groups: groups, isPercent: statistic.isShare
    ).drawing
  }

  /// Where a single random concept would lie with probability 1 − α.
  private static func chance(_ test: TCAVTest, _ result: TCAVResult) -> ClosedRange<Double>? {
    guard let t = test.t, t != 0 else { return nil }
    let scale = (test.value - test.randomMean) / t
    let quantile = StudentDistribution(degreesOfFreedom: test.degreesOfFreedom).quantile(
      1 - result.configuration.level / 2)
    return test.randomMean - abs(quantile * scale)...test.randomMean + abs(quantile * scale)
  }

  /// The logit against the move, for each class at each layer.
  static func moves(_ document: TCAVDocument) -> [(name: String, drawing: SVGDrawing)] {
    var figures: [(name: String, drawing: SVGDrawing)] = []
    for own in document.classes {
      for layer in document.layers.reversed() {
        let lines = document.interventions.filter { $0.layer == layer && $0.className == own.name }
        guard !lines.isEmpty, figures.count < mostMoves else { continue }
        figures.append(
          (
            name: moveName(layer, own.name),
            drawing: CurveChart(
              title: "Moves along concepts at \(layer): the logit of \(own.name)",
              summary: lines.map {
                "\($0.concept): \(NumberText.significant($0.measuredSlope.value, 3)) a standard deviation"
              }
              .joined(separator: "; "),
              horizontal: "distance, in standard deviations of random images along the direction, at \(layer)",
              vertical: "change of the logit of \(own.name)", isPercent: false,
              series: lines.map { line in
                .init(
                  name: line.concept,
                  points: line.steps.map {
                    .init(
                      x: $0.amount, y: $0.change, lower: $0.change - 1.96 * $0.standardError,
                      upper: $0.change + 1.96 * $0.standardError)
                  })
              }
            ).drawing
          ))
      }
    }
    return figures
  }

  private static func drawing(_ pictures: TCAVPictures) throws -> SVGDrawing {
    let cell = 104.0, left = 190.0, top = 12.0
    let rows = [
      ("the concept's, furthest", pictures.most), ("the concept's, least far", pictures.least),
      ("random, furthest", pictures.random),
    ].filter { !$0.1.isEmpty }
    var drawing = SVGDrawing(
      width: 900, height: top + Double(rows.count) * (cell + 8),
      title: "Images along \(pictures.concept) at \(pictures.layer)",
      summary: rows.map { "\($0.1.count) \($0.0)" }.joined(separator: "; "))
    for (row, (name, images)) in rows.enumerated() {
      let y = top + Double(row) * (cell + 8)
      drawing.text(left - 14, y + cell / 2 + 4, name, "soft", anchor: .end)
      for (column, image) in images.enumerated() {
        drawing.picture(
          left + Double(column) * (cell + 8), y, cell, cell, png: try PNGEncoder.encode(image.thumbnail(most: 104)))
      }
    }
    return drawing
  }
}

extension Image {
  /// The picture with blocks of pixels replaced by their means, so that no side is longer than twice `most`.
  fileprivate func thumbnail(most: Int) -> Image {
    let factor = max(1, max(width, height) / most)
    guard factor > 1 else { return self }
    let channels = colour == .grey ? 1 : 3
    let (columns, rows) = (width / factor, height / factor)
    var means: [UInt8] = []
    means.reserveCapacity(columns * rows * channels)
    for row in 0..<rows {
      for column in 0..<columns {
        for channel in 0..<channels {
          var sum = 0
          for y in row * factor..<(row + 1) * factor {
            for x in column * factor..<(column + 1) * factor {
              sum += Int(pixels[(y * width + x) * channels + channel])
            }
          }
          means.append(UInt8(sum / (factor * factor)))
        }
      }
    }
    return Image(width: columns, height: rows, colour: colour, pixels: means)
  }
}
