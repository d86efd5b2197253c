import NeuronShapley

/// The part of the report that says what the head of the ranking responds to, where that was measured.
enum HTMLReportResponses {
  static func section(_ document: RankingDocument) -> String {
    guard let responses = document.responses, !responses.rows.isEmpty else { return "" }
    let chart = ResponsesChart.drawing(responses, ranks: document.ranksByName)
    let outputs = ResponsesChart.outputs(responses)
    return """
      <section>
      <h2>What they respond to</h2>
      <figure>\(chart.inline)
      <figcaption>Every cell is an experiment: in \(NumberText.grouped(responses.sceneCount)) scenes one thing was set to this value, everything else stayed, and the filter's mean activation is compared with its mean over the other values. Numbers are standard deviations of the filter; <span class="key helps"></span>more active, <span class="key harms"></span>less. What a filter responds to is not yet what it is good for: that is its value above.</figcaption></figure>
      <h2>What the answer depends on</h2>
      <p>\(Markup.escaped(ResponsesText.answers(responses)))</p>
      <figure>\(outputs.inline)
      <figcaption>The same experiments, and their effect on the network's outputs before the softmax, in standard deviations of each: what the network really makes of a thing, whatever its training images may have suggested.</figcaption></figure>
      </section>
      """
  }
}
