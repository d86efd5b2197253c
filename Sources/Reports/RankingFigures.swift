/// The figures of a ranking as files of their own.
public enum RankingFigures {
  /// Name without ending, and content, of every figure.
  public static func all(_ document: RankingDocument) -> [(name: String, svg: String)] {
    var figures = [
      (name: "top-players", svg: TopPlayersChart.drawing(document).document),
      (name: "layers", svg: LayerDistributionChart.drawing(document).document),
    ]
    if let responses = document.responses, !responses.rows.isEmpty {
      figures.append(("responses", ResponsesChart.drawing(responses, ranks: document.ranksByName).document))
      figures.append(("outputs", ResponsesChart.outputs(responses).document))
    }
    return figures
  }
}
