import NeuronShapley

/// The tables of a result of `classes`: everything, however large.
public enum ClassesTables {
  /// The values, and their standard errors, of every player for every class: one row a player in network order.
  public static func values(_ rankings: ClassRankings) -> (values: String, standardErrors: String) {
    let names = rankings.classes.map { PlayersTable.quoted($0.name) }
    let head = (["player", "layer", "channel"] + names).joined(separator: ",") + "\n"
    var values = head, errors = head
    for (index, player) in rankings.players.enumerated() {
      let start = [player.name, player.layer ?? "", player.channel.map(String.init) ?? ""].map(PlayersTable.quoted)
        .joined(separator: ",")
      values += start
      errors += start
      for entry in rankings.classes {
        values += "," + entry.values[index].description
        errors += "," + (entry.standardErrors?[index].description ?? "")
      }
      values += "\n"
      errors += "\n"
    }
    return (values, errors)
  }

  /// The tops: one row a class and rank.
  public static func tops(_ document: ClassesDocument) -> String {
    table(
      ["class", "label", "rank", "player", "value", "standard_error", "tops"],
      document.classes.flatMap { entry in
        entry.top.map { player in
          [
            entry.name, "\(entry.label)", "\(player.rank)", player.player, player.value.description,
            player.standardError?.description ?? "", "\(player.tops)",
          ]
        }
      })
  }

  /// How many players the tops of any two classes have in common.
  public static func overlap(_ rankings: ClassRankings, _ tops: ClassTops) -> String {
    let names = rankings.classes.map(\.name), sets = tops.sets.map(Set.init)
    return table(
      ["class"] + names,
      names.indices.map { first in
        [names[first]] + names.indices.map { second in "\(tops.sets[first].count { sets[second].contains($0) })" }
      })
  }

  /// Where in the network the values sit: one row a class and layer.
  public static func layers(_ document: ClassesDocument) -> String {
    table(
      ["class", "label", "layer", "positive", "negative"],
      document.classes.flatMap { entry in
        document.layers.indices.map { layer in
          [
            entry.name, "\(entry.label)", document.layers[layer], entry.positive[layer].description,
            entry.negative[layer].description,
          ]
        }
      })
  }

  /// What the removals do: one row a removal and class.
  public static func removal(_ removal: ClassesDocument.Removal) -> String {
    table(
      ["removed", "class", "label", "images", "accuracy_before", "accuracy_after"],
      (removal.rows + removal.random).flatMap { row in
        zip(removal.classes, row.accuracies).map { tested, after in
          [
            row.name, tested.name, "\(tested.label)", "\(tested.images)", tested.accuracy.description,
            after.description,
          ]
        }
      })
  }

  private static func table(_ columns: [String], _ rows: [[String]]) -> String {
    ([columns] + rows).map { $0.map(PlayersTable.quoted).joined(separator: ",") }.joined(separator: "\n") + "\n"
  }
}
