/// Renders a ranking as one HTML page that needs nothing else: no network, no further file.
public enum HTMLReport {
  public static func page(_ document: RankingDocument) -> String {
    let title = "Which \(document.question.playerKind) carry \(document.question.metric)?"
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="neuron-shapley \(Markup.escaped(document.toolVersion))">
      <title>\(Markup.escaped(fileName(document.network.file))): \(Markup.escaped(title))</title>
      <style>
      \(ReportStyle.variables)\(ReportStyle.figures)\(ReportStyle.page)</style>
      </head>
      <body>
      <main>
      <h1>\(Markup.escaped(title))</h1>
      <p class="lead">\(Markup.escaped(lead(document)))</p>
      \(facts(document))
      \(findings(document))
      \(topSection(document))
      \(HTMLReportResponses.section(document))
      \(layerSection(document))
      \(HTMLReportChecks.section(document))
      \(HTMLPlayersTable.section(document))
      \(HTMLReportSettings.section(document))
      <footer>Made by neuron-shapley \(Markup.escaped(document.toolVersion)) from <code>ranking.json</code>. This page is complete in itself and loads nothing.</footer>
      </main>
      </body>
      </html>

      """
  }

  static func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  private static func lead(_ document: RankingDocument) -> String {
    let question = document.question
    let whose = question.className.map { " of the class \($0)" } ?? ""
    return
      "\(NumberText.grouped(document.players.count)) \(question.playerKind) of \(fileName(document.network.file)), ranked by their "
      + "\(document.valueName) for \(question.metric)\(whose) on \(NumberText.grouped(document.images.count)) images. A removed filter's "
      + "output is replaced (\(question.ablation)). Positive: the filter helps. Negative: it harms."
  }

  private static func facts(_ document: RankingDocument) -> String {
    let estimation = document.estimation, cost = document.cost
    let undecided = document.count(of: .undecided)
    var entries: [(String, String, String)] = [
      (
        "whole network, v(N)", NumberText.significant(estimation.grandValue, 4),
        document.question.metric + ", " + Statements.imagesDrawn(document)
      ),
      (
        "all players removed, v(∅)", estimation.emptyValue.map { NumberText.significant($0, 4) } ?? "not evaluated",
        document.question.metric + ", likewise"
      ),
      (
        "evaluations", NumberText.large(Double(cost.evaluations)),
        "in \(NumberText.duration(cost.seconds)), \(NumberText.large(Double(cost.multiplyAdds))) multiply-adds"
      ),
      ("steps truncated", NumberText.percent(estimation.truncatedShare), "of all steps of the orders"),
    ]
    if undecided + document.count(of: .in) + document.count(of: .out) > 0 {
      entries.append(
        (
          "undecided", NumberText.grouped(undecided), "of \(NumberText.grouped(document.players.count)) players"
        ))
    }
    let cells = entries.map {
      "<div><dt>\(Markup.escaped($0.0))</dt><dd>\(Markup.escaped($0.1))<small>\(Markup.escaped($0.2))</small></dd></div>"
    }
    return "<dl class=\"facts\">\(cells.joined())</dl>"
  }

  private static func findings(_ document: RankingDocument) -> String {
    let sentences = [
      Statements.caution(document), Statements.concentration(document), Statements.decisions(document),
    ].compactMap { $0 }
    return sentences.map { "<p>\(Markup.escaped($0))</p>" }.joined(separator: "\n")
  }

  private static func topSection(_ document: RankingDocument) -> String {
    let hasLimits = document.players.contains { $0.lower != nil }
    let undecided = document.count(of: .undecided) > 0
    let legend =
      "<span class=\"key helps\"></span>helps <span class=\"key harms\"></span>harms"
      + (undecided ? " <span class=\"key open\"></span>outlined: undecided" : "")
    return """
      <section>
      <h2>The highest values</h2>
      <figure>\(TopPlayersChart.drawing(document).inline)
      <figcaption>\(legend). Error bars span one standard error to each side\(hasLimits ? "; thin lines are the confidence limits, with an arrow where they leave the frame" : ""). \(Markup.escaped(Statements.confidence(document.estimation)))</figcaption></figure>
      </section>
      """
  }

  private static func layerSection(_ document: RankingDocument) -> String {
    """
    <section>
    <h2>Where in the network</h2>
    <figure>\(LayerDistributionChart.drawing(document).inline)
    <figcaption>Each dot is a player; the box spans the middle half of a layer's values and the bold stroke marks the median. Bars at the right show each layer's share of the sum of all positive values.</figcaption></figure>
    </section>
    """
  }
}
