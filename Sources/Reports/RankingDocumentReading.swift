import InputErrors

extension RankingDocument {
  /// Reads the bytes of a `ranking.json`.
  ///
  /// - Throws: ``InputError`` (data) naming the file and the key when it is damaged, is another kind of document, or of
  ///   a version that this program does not know.
  public init(json bytes: [UInt8], file: String) throws(InputError) {
    struct Head: Decodable {
      var format: String
      var version: Int
    }
    let head = try JSONValue.decode(Head.self, from: bytes, file: file)
    guard head.format == Self.formatName else {
      throw InputError(
        .data, "the document is of another kind", at: .init(file: file, key: "format"), expected: Self.formatName,
        found: head.format)
    }
    guard head.version == Self.currentVersion else {
      throw InputError(
        .data, "the document's version is unknown", at: .init(file: file, key: "version"),
        expected: "\(Self.currentVersion)", found: "\(head.version)")
    }
    self = try JSONValue.decode(RankingDocument.self, from: bytes, file: file)
  }

  /// The document as `ranking.json` has it.
  public func json() throws(InputError) -> String { try JSONValue(self).pretty }

  /// The rank of each player by its name.
  var ranksByName: [String: Int] { Dictionary(players.map { ($0.player, $0.rank) }) { first, _ in first } }

  /// Players from the highest value to the lowest. Complexity: O(n log n).
  public var ranked: [Player] { players.sorted { $0.rank < $1.rank } }

  /// What the values are, for titles and axes.
  public var valueName: String {
    estimation.estimator == "leave-one-out" ? "loss when removed alone" : "Shapley value"
  }

  /// How many players lists and charts show: the top that was asked for, 50 at most; else 20.
  public var shownCount: Int { Self.shownCount(top: question.top) }

  /// The same before there is a document.
  public static func shownCount(top: Int?) -> Int { min(50, top ?? 20) }

  /// Σφ, added in network order.
  public var sum: Double { players.reduce(0) { $0 + $1.value } }

  /// The sum of the positive values.
  public var positiveMass: Double { players.reduce(0) { $0 + max(0, $1.value) } }

  public func count(of status: Player.Status) -> Int { players.count { $0.status == status } }
}
