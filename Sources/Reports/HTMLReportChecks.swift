/// The part of the report that says how far its numbers can be trusted.
enum HTMLReportChecks {
  static func section(_ document: RankingDocument) -> String {
    let estimation = document.estimation
    let digits = { (value: Double) in NumberText.significant(value, 6) }
    var rows: [(String, String)] = [("Σφ, the sum of all values", digits(document.sum))]
    if let empty = estimation.emptyValue {
      rows.append(("v(N) − v(∅), \(Statements.imagesDrawn(document))", digits(estimation.grandValue - empty)))
    } else {
      rows.append(("v(N) − v(∅)", "not known: v(∅) was not evaluated"))
    }
    if let residual = estimation.residual {
      rows.append(("residual", NumberText.significant(residual, 3)))
    }
    rows.append(("holds", Statements.efficiency(document)))
    let truncation = [
      ("steps truncated", NumberText.percent(estimation.truncatedShare)), ("how they count", estimation.truncation),
      ("bias", estimation.bias ?? "none: the estimate is unbiased"),
    ]
    var certainty = [("limits", Statements.confidence(estimation)), ("decided", Statements.decisions(document))]
    let question = document.question
    if let tolerance = question.tolerance {
      certainty.append(("tolerance", "differences below \(NumberText.plain(tolerance)) do not count"))
    }
    certainty.append(("estimation ended", "because \(estimation.ending)"))
    return """
      <section>
      <h2>How far to trust this</h2>
      <h3 class="soft">Efficiency: do the values add up?</h3>\(table(rows))
      <h3 class="soft">Truncation and bias</h3>\(table(truncation))
      <h3 class="soft">Certainty</h3>\(table(certainty))
      </section>
      """
  }

  static func table(_ rows: [(String, String)]) -> String {
    let lines = rows.map { "<tr><th scope=\"row\">\(Markup.escaped($0.0))</th><td>\(Markup.escaped($0.1))</td></tr>" }
    return "<table class=\"settings\"><tbody>\(lines.joined())</tbody></table>"
  }
}
