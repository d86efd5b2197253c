/// Renders `players.csv`: one row a player in network order, quoted as RFC 4180 says, lines ended by a line feed.
public enum PlayersTable {
  public static let columns = [
    "player", "layer", "channel", "value", "standard_error", "lower", "upper", "samples", "status", "rank",
  ]

  /// Numbers stand in the shortest form that reads back to the same bits; what is unknown or not claimed is empty.
  public static func csv(_ document: RankingDocument) -> String {
    var lines = [columns.joined(separator: ",")]
    lines.reserveCapacity(document.players.count + 1)
    for player in document.players {
      let fields = [
        player.player, player.layer, player.channel.map(String.init) ?? "", digits(player.value),
        digits(player.standardError), digits(player.lower), digits(player.upper), String(player.samples),
        player.status.rawValue, String(player.rank),
      ]
      lines.append(fields.map(quoted).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func quoted(_ field: String) -> String {
    guard field.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  private static func digits(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return value.description
  }
}
