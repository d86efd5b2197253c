/// The figures of a ranking as files of their own.
public enum RankingFigures {
  /// Name without ending, and content, of every figure.
  public static func all(_ document: RankingDocument) -> [(name: String, svg: String)] {
    [
      ("top-players", TopPlayersChart.drawing(document).document),
      ("layers", LayerDistributionChart.drawing(document).document),
    ]
  }
}
