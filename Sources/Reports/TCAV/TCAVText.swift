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
    var table = TextTable([
      ("layer", .left), ("concept", .left), ("CAV right", .right), ("score", .right), ("random", .right),
      ("p", .right), ("slope", .right), ("random", .right), ("p", .right), ("", .left),
      ("a real move", .left),
    ])
    for finding in document.result.findings where finding.className == className {
      let vector = document.result.vector(layer: finding.layer, concept: finding.concept)
      let score = finding.test(.score), slope = finding.test(.sensitivity)
      let isWithheld = finding.isWithheld
      table.add([
        finding.layer, finding.concept, NumberText.percent(vector?.accuracy ?? 0),
        isWithheld ? "—" : NumberText.percent(finding.score.value),
        score.map { NumberText.percent($0.randomMean) } ?? "",
        isWithheld ? "" : score.map { TCAVStatements.p($0.adjustedPValue) } ?? "",
        isWithheld ? "—" : NumberText.significant(finding.sensitivity.value, 3),
        slope.map { "± \(NumberText.significant($0.randomDeviation, 2))" } ?? "",
        isWithheld ? "" : slope.map { TCAVStatements.p($0.adjustedPValue) } ?? "",
        TCAVStatements.verdict(finding.verdict),
        document.intervention(of: finding).map { TCAVStatements.agreement($0.agreement) } ?? "",
      ])
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
