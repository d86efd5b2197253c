import TCAV

/// Sentences about a TCAV run that its text and its page share.
enum TCAVStatements {
  /// What a finding says, in a few words.
  static func verdict(_ verdict: TCAVVerdict) -> String {
    switch verdict {
    case .raises: "raises"
    case .lowers: "lowers"
    case .notShown: "chance *"
    case .withheld: "withheld"
    }
  }

  static func agreement(_ agreement: ConceptIntervention.Agreement) -> String {
    switch agreement {
    case .agrees: "agrees"
    case .disagrees: "disagrees"
    case .unclear: "unclear"
    }
  }

  /// A statistic in one word.
  static func name(_ statistic: TCAVStatistic) -> String {
    switch statistic {
    case .score: "score"
    case .sensitivity: "slope"
    case .smooth: "smooth"
    case .shift: "shift"
    }
  }

  static func value(_ value: Double, _ statistic: TCAVStatistic) -> String {
    statistic.isShare ? NumberText.percent(value) : NumberText.significant(value, 3)
  }

  /// What the corrected tests promise.
  static func promise(_ result: TCAVResult) -> String {
    let alpha = NumberText.plain(result.configuration.level), count = NumberText.grouped(result.hypothesisCount)
    switch result.configuration.correction {
    case .holm, .bonferroni:
      return
        "The chance that any concept of this run is called significant although it means no more than random images do "
        + "is at most \(alpha), over all \(count) hypotheses (\(result.configuration.correction.rawValue))."
    case .benjaminiHochberg:
      return
        "Of the concepts called significant, a share of at most \(alpha) means no more than random images do, on average "
        + "(\(count) hypotheses, benjamini-hochberg)."
    case .none:
      return
        "Each of the \(count) hypotheses is tested at \(alpha) on its own, without a correction: about that share of the "
        + "concepts that mean nothing comes out as significant."
    }
  }

  /// What a reader should know before believing the numbers.
  static func cautions(_ document: TCAVDocument) -> [String] {
    let result = document.result
    var cautions: [String] = []
    let overlaps = document.overlaps
    if overlaps.randomInConcepts > 0 {
      cautions.append(
        "\(NumberText.grouped(overlaps.randomInConcepts)) random images are also a concept's, pixel by pixel, and were left out."
      )
    }
    if overlaps.randomInClasses > 0 {
      cautions.append(
        "\(NumberText.grouped(overlaps.randomInClasses)) random images are also among the classes' images and were left out."
      )
    }
    if overlaps.randomCopies > 0 {
      cautions.append(
        "\(NumberText.grouped(overlaps.randomCopies)) random images are copies of others and were left out.")
    }
    if overlaps.classInConcepts > 0 {
      cautions.append(
        "\(NumberText.grouped(overlaps.classInConcepts)) images of a class are also a concept's: their slopes are those of images "
          + "that the direction was fitted to.")
    }
    if overlaps.classCopies > 0 {
      cautions.append(
        "\(NumberText.grouped(overlaps.classCopies)) images of the classes are copies of others: intervals and the test over class "
          + "images take them for more than they are.")
    }
    if result.configuration.pooling == .max, result.configuration.statistics.contains(.shift) {
      cautions.append(
        "With maxima a shift is no change of a logit: it moves every position by what the largest one differs by.")
    }
    if result.randomOverlap > 0 {
      cautions.append(
        "The \(NumberText.grouped(result.randomImageCount)) random images do not suffice for disjoint random concepts "
          + "(that would take \(NumberText.grouped(result.disjointImageCount))): two of them share "
          + "\(NumberText.percent(result.randomOverlap)) of their images on average. Student's test allows for it; the rank test does not."
      )
    }
    if result.smallestRankPValue > result.configuration.level {
      let needed = Int((Double(result.hypothesisCount) / result.configuration.level).rounded(.up)) - 1
      cautions.append(
        "With \(result.configuration.randomConceptCount) random concepts the corrected rank test cannot fall below "
          + "\(NumberText.significant(result.smallestRankPValue, 2)); to reach \(NumberText.plain(result.configuration.level)) it "
          + "would take \(NumberText.grouped(needed)). Student's test decides.")
    }
    let withheld = result.vectors.filter(\.isWithheld).map { "\($0.concept) at \($0.layer)" }
    if !withheld.isEmpty {
      cautions.append(
        "Scores are withheld where the classifier does not know its own concept better than chance: "
          + withheld.joined(separator: ", ") + ".")
    }
    let low = document.classes.filter { $0.accuracy < 0.5 }.map(\.name)
    if !low.isEmpty {
      cautions.append("Fewer than half of the images of \(low.joined(separator: ", ")) are recognised.")
    }
    let small = document.classes.filter { $0.imageCount < 20 }.map { "\($0.name) (\($0.imageCount))" }
    if !small.isEmpty {
      cautions.append("A score over few images moves in large steps: \(small.joined(separator: ", ")).")
    }
    let wrong = document.interventions.filter { $0.agreement == .disagrees }.map {
      "\($0.concept) for \($0.className) at \($0.layer)"
    }
    if !wrong.isEmpty {
      cautions.append(
        "The derivative and a real move along the direction have opposite signs for: \(wrong.joined(separator: ", ")).")
    }
    let divided = result.findings.filter(\.isDivided).map { "\($0.concept) for \($0.className) at \($0.layer)" }
    if !divided.isEmpty {
      cautions.append(
        "Significant tests point in opposite directions, and the verdict follows the most certain of them, for: "
          + divided.joined(separator: ", ") + ".")
    }
    return cautions
  }

  /// A p-value as text.
  static func p(_ value: Double) -> String {
    value < 0.0001 ? "< 0.0001" : NumberText.significant(value, 2)
  }
}
