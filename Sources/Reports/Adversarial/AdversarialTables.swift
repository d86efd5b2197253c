/// The tables of an attack as CSV.
public enum AdversarialTables {
  /// Each table with its file's name.
  public static func all(_ document: AdversarialDocument) -> [(name: String, csv: String)] {
    [
      ("filters.csv", filters(document)), ("removals.csv", removals(document)), ("classes.csv", classes(document)),
    ]
  }

  private static func filters(_ document: AdversarialDocument) -> String {
    table(
      ["place", "player", "layer", "channel", "value", "standard_error"],
      document.players.enumerated().map { place, player in
        [
          "\(place + 1)", player.player, player.layer, player.channel.map(String.init) ?? "", "\(player.value)",
          player.standardError.map { "\($0)" } ?? "",
        ]
      })
  }

  private static func removals(_ document: AdversarialDocument) -> String {
    let measures: [(String, (AdversarialDocument.Removal) -> AdversarialDocument.Share)] = [
      ("clean_accuracy", \.clean), ("transferred_success", \.transferred),
      ("transferred_accuracy", \.transferredAccuracy), ("renewed_success", \.renewed),
      ("renewed_accuracy", \.renewedAccuracy), ("clean_change", \.cleanChange), ("renewed_change", \.renewedChange),
    ]
    return table(
      ["order", "removed", "orders"] + measures.flatMap { ["\($0.0)", "\($0.0)_lower", "\($0.0)_upper"] }
        + ["target_class_accuracy"],
      document.removals.map { removal in
        [removal.order.rawValue, "\(removal.count)", "\(removal.orders)"]
          + measures.flatMap { measure in
            let share = measure.1(removal)
            return ["\(share.value)", "\(share.lower)", "\(share.upper)"]
          } + [removal.targetClass.map { "\($0.value)" } ?? ""]
      })
  }

  private static func classes(_ document: AdversarialDocument) -> String {
    table(
      ["label", "name", "attacked", "succeeded", "commonest_prediction", "commonest_count"],
      document.classes.map {
        ["\($0.label)", $0.name, "\($0.attacked)", "\($0.succeeded)", $0.commonest, "\($0.commonestCount)"]
      })
  }

  private static func table(_ header: [String], _ rows: [[String]]) -> String {
    ([header] + rows).map { $0.map(PlayersTable.quoted).joined(separator: ",") + "\n" }.joined()
  }
}
