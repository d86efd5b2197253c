import TCAV

/// A TCAV run as text for a terminal.
public enum TCAVText {
  public static func text(_ document: TCAVDocument) -> String {
    let result = document.result
    var lines = [
      "",
      "  \(NumberText.grouped(result.conceptSize)) images a concept, \(result.configuration.negativeSetCount) sets of as many random "
        + "images, \(result.configuration.randomConceptCount) random concepts",
    ]
    for own in document.classes {
      lines += [
        "",
        "  \(own.name): \(NumberText.grouped(own.imageCount)) images, \(NumberText.percent(own.accuracy)) recognised",
        "",
      ]
      lines.append(table(document, own.name))
    }
    if !result.relatives.isEmpty { lines += ["", "  one concept against another", "", relatives(document)] }
    lines += ["", "  " + TCAVStatements.promise(result)]
    lines += TCAVStatements.cautions(document).map { "  " + $0 }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func table(_ document: TCAVDocument, _ className: String) -> String {
    let statistics = document.result.configuration.statistics
    var columns: [(String, TextTable.Alignment)] = [("layer", .left), ("concept", .left), ("CAV right", .right)]
    for statistic in statistics { columns += [(TCAVStatements.name(statistic), .right), ("random", .right)] }
    columns += [("p", .right), ("by", .left), ("", .left)]
    if !document.interventions.isEmpty { columns.append(("a real move", .left)) }
    var table = TextTable(columns)
    for finding in document.result.findings where finding.className == className {
      let vector = document.result.vector(layer: finding.layer, concept: finding.concept)
      var row = [finding.layer, finding.concept, NumberText.percent(vector?.accuracy ?? 0)]
      for statistic in statistics {
        guard let test = finding.test(statistic) else { continue }
        row.append(finding.isWithheld ? "—" : TCAVStatements.value(test.value, statistic))
        row.append(
          statistic.isShare
            ? NumberText.percent(test.randomMean) : "± \(NumberText.significant(test.randomDeviation, 2))")
      }
      let decisive = finding.isWithheld ? nil : finding.decisiveTest
      row += [
        decisive.map { TCAVStatements.p($0.adjustedPValue) } ?? "",
        decisive.map { TCAVStatements.name($0.statistic) } ?? "", TCAVStatements.verdict(finding.verdict),
      ]
      if !document.interventions.isEmpty {
        row.append(document.intervention(of: finding).map { TCAVStatements.agreement($0.agreement) } ?? "")
      }
      table.add(row)
    }
    return table.lines.joined(separator: "\n")
  }

  private static func relatives(_ document: TCAVDocument) -> String {
    var table = TextTable([
      ("layer", .left), ("class", .left), ("towards", .left), ("away from", .left), ("score", .right),
      ("slope", .right), ("p", .right), ("", .left),
    ])
    for relative in document.result.relatives {
      table.add([
        relative.layer, relative.className, relative.first, relative.second,
        relative.isWithheld ? "—" : NumberText.percent(relative.score),
        relative.isWithheld ? "—" : NumberText.significant(relative.sensitivity, 3),
        relative.isWithheld ? "" : TCAVStatements.p(relative.test.adjustedPValue),
        relative.isWithheld ? "withheld" : relative.test.isSignificant ? "" : "no more than chance *",
      ])
    }
    return table.lines.joined(separator: "\n")
  }
}
