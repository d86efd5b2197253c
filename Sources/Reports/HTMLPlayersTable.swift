/// The table of all players in the report: its first rows as plain HTML, and all rows as data for the script.
enum HTMLPlayersTable {
  private static let headings = ["rank", "player", "value", "std. error", "lower", "upper", "samples", "status"]
  private static let plainRows = 50

  static func section(_ document: RankingDocument) -> String {
    let hasLimits = document.players.contains { $0.lower != nil || $0.upper != nil }
    let shown = headings.indices.map { hasLimits || ($0 != 4 && $0 != 5) }
    let statuses = RankingDocument.Player.Status.allCases.filter { document.count(of: $0) > 0 }
    let ranked = document.ranked
    let heads = headings.indices.filter { shown[$0] }.map { index in
      let style = index == 1 || index == 7 ? "" : " class=\"number\""
      let sort = index == 0 ? " aria-sort=\"ascending\"" : ""
      return
        "<th scope=\"col\" data-column=\"\(index)\"\(style)\(sort)><button type=\"button\">\(headings[index])</button></th>"
    }
    let options = statuses.map {
      "<option value=\"\($0.rawValue)\">\($0.rawValue) (\(NumberText.grouped(document.count(of: $0))))</option>"
    }
    return """
      <h2 id="all">All \(NumberText.grouped(document.players.count)) players</h2>
      <p class="soft">The same rows, with every digit, are in <code>players.csv</code> beside this page.</p>
      <noscript><p class="soft">Without scripts this page shows the first \(min(plainRows, ranked.count)) only.</p></noscript>
      <div class="controls" id="controls" hidden>
      <label>Search by name <input id="search" type="search" placeholder="layer, layer:channel" autocomplete="off"></label>
      <label>Status <select id="status"><option value="">all</option>\(options.joined())</select></label>
      </div>
      <div class="scroll"><table id="players"><thead><tr>\(heads.joined())</tr></thead><tbody>
      \(ranked.prefix(plainRows).map { plainRow($0, shown) }.joined(separator: "\n"))
      </tbody></table></div>
      <div class="pages" id="pages" hidden><button type="button" id="previous">Previous</button>
      <span id="position" role="status"></span><button type="button" id="next">Next</button></div>
      <script type="application/json" id="players-data">\(data(ranked, shown))</script>
      <script>\(PlayersTableScript.source)</script>
      """
  }

  private static func plainRow(_ player: RankingDocument.Player, _ shown: [Bool]) -> String {
    let number = { (value: Double?) in value.map { NumberText.significant($0, 4) } ?? "" }
    let cells = [
      "<td class=\"number\">\(player.rank)</td>", "<td class=\"mono\">\(Markup.escaped(player.player))</td>",
      "<td class=\"number\(player.value < 0 ? " harms" : "")\">\(number(player.value))</td>",
      "<td class=\"number\">\(number(player.standardError))</td>", "<td class=\"number\">\(number(player.lower))</td>",
      "<td class=\"number\">\(number(player.upper))</td>",
      "<td class=\"number\">\(NumberText.grouped(player.samples))</td>", "<td>\(player.status.rawValue)</td>",
    ]
    return "<tr>" + zip(cells, shown).filter(\.1).map(\.0).joined() + "</tr>"
  }

  /// `<` is escaped, so that no name can end the script element.
  private static func data(_ ranked: [RankingDocument.Player], _ shown: [Bool]) -> String {
    let rows = ranked.map { player -> JSONValue in
      let number = { (value: Double?) -> JSONValue in value.map { .number(rounded($0)) } ?? .null }
      return .array([
        .integer(player.rank), .string(player.player), number(player.value), number(player.standardError),
        number(player.lower), number(player.upper), .integer(player.samples), .string(player.status.rawValue),
      ])
    }
    let value = JSONValue.object(["rows": .array(rows), "shown": .array(shown.map { .bool($0) })])
    return value.compact.split(separator: "<", omittingEmptySubsequences: false).joined(separator: "\\u003c")
  }

  /// Seven significant digits: more than the page shows, and order is kept as in the file by the rank.
  private static func rounded(_ value: Double) -> Double {
    Double(Float(value)) == 0 ? 0 : Double(Float(value).description) ?? value
  }
}
