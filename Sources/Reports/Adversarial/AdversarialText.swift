import NeuronShapley

/// An attack and what it needs, as text for a terminal.
public enum AdversarialText {
  /// How many filters are listed.
  private static let mostPlayers = 10
  /// More classes than this, and only those that give way most and least are listed.
  private static let mostClasses = 12

  /// The attack in one line: `L∞ within 16/255, 30 steps of 0.8/255, towards 'zebra'`.
  public static func sentence(_ attack: AdversarialAttack, targetName: String?) -> String {
    let norm =
      switch attack.norm {
      case .linf: "L∞"
      case .l2: "L2"
      }
    let goal = targetName.map { "towards '\($0)'" } ?? "away from the image's own class"
    let start = attack.startsAtRandom ? ", from a random start" : ""
    return
      "\(norm) within \(length(attack.epsilon, attack.norm)), \(attack.steps) \(attack.steps == 1 ? "step" : "steps") of "
      + "\(length(attack.stepSize, attack.norm)), \(goal)\(start)"
  }

  /// A change of a sample as a fraction of 255 where it is a plain one: `16/255`, `0.8/255`; else as a number.
  private static func length(_ value: Double, _ norm: AdversarialAttack.Norm) -> String {
    let levels = value * 255
    return norm == .linf && abs(levels * 100 - (levels * 100).rounded()) < 1e-6
      ? "\(NumberText.plain(levels))/255" : NumberText.significant(value, 3)
  }

  /// `82.1 % (79.0 to 85.2)`
  static func interval(_ share: AdversarialDocument.Share) -> String {
    let (lower, upper) = (
      NumberText.fixed(share.lower * 100, decimals: 1), NumberText.fixed(share.upper * 100, decimals: 1)
    )
    return "\(NumberText.percent(share.value)) (\(lower) to \(upper))"
  }

  /// Which images were attacked and what came of it, in one sentence.
  static func sentence(_ attacked: AdversarialDocument.Attacked, rounds: Bool) -> String {
    var left = "\(NumberText.grouped(attacked.wrong)) that the network gets wrong"
    if attacked.ofTarget > 0 { left += " and \(NumberText.grouped(attacked.ofTarget)) of the target" }
    var text =
      "\(NumberText.grouped(attacked.attacked)) of \(NumberText.grouped(attacked.images.count)) images of "
      + "\(attacked.images.path) attacked (left out: \(left)): success \(interval(attacked.success))"
    if rounds, attacked.success.value != attacked.successUnrounded {
      text += ", \(NumberText.percent(attacked.successUnrounded)) before rounding to 8 bits"
    }
    return text
  }

  /// What the values mean.
  static func explanation(_ document: AdversarialDocument) -> String {
    let what =
      document.targetName.map { "images are taken for '\($0)'" } ?? "images are taken for another class than their own"
    let mean =
      document.ranking.metric == PerformanceMetric.Kind.attackProbability.rawValue ? "mean probability" : "share"
    return
      "Worth of a coalition: less the \(mean) with which attacked \(what). A negative value: the attack needs the filter. "
      + "Removed filters take values of clean images."
  }

  public static func text(_ document: AdversarialDocument) -> String {
    let rounds = document.attack.roundsPixels
    var lines = [
      "", "  \(document.network.file): \(sentence(document.attack, targetName: document.targetName))",
      "  ranked on: \(sentence(document.ranked, rounds: rounds))",
      "  judged by: \(sentence(document.tested, rounds: rounds))", "",
    ]
    var players = TextTable([("the attack needs", .left), ("value", .right), ("std. error", .left)])
    for player in document.players.prefix(mostPlayers) {
      players.add([
        player.player, NumberText.estimate(player.value, error: player.standardError),
        player.standardError.map { "± \(NumberText.significant($0, 2))" } ?? "",
      ])
    }
    lines += players.lines + ["", "  " + explanation(document), ""]
    var removals = TextTable([
      ("removed", .right), ("", .left), ("clean accuracy", .right), ("same pictures succeed", .right),
      ("attacked anew", .right),
    ])
    for removal in document.removals {
      removals.add([
        "\(removal.count)", removal.count == 0 ? "the whole network" : title(removal), interval(removal.clean),
        interval(removal.transferred), interval(removal.renewed),
      ])
    }
    lines += removals.lines + ["", "  95 % intervals over images. " + verdict(document)]
    if let text = caution(document) { lines.append("  " + text) }
    lines += [""] + classTable(document).lines
    return lines.joined(separator: "\n") + "\n"
  }

  static func title(_ removal: AdversarialDocument.Removal) -> String {
    removal.orders > 1 ? "\(removal.order.title) (mean of \(removal.orders))" : removal.order.title
  }

  /// Whether the removal of the attack's filters helps against an attacker who knows of it, in one sentence.
  static func verdict(_ document: AdversarialDocument) -> String {
    guard let last = document.removals.last(where: { $0.order == .attack && $0.count > 0 }) else {
      return "Nothing was removed."
    }
    func change(_ share: AdversarialDocument.Share) -> String {
      let points = NumberText.fixed(share.value * 100, decimals: 1)
      return (share.value < 0 ? "" : "+") + points
    }
    let certain = last.renewedChange.upper < 0 ? "" : "not certainly "
    let effect =
      last.renewedChange.value < 0
      ? "\(certain)less often (\(change(last.renewedChange)) points)"
      : "no less often (\(change(last.renewedChange)) points)"
    return
      "Without the first \(last.count), attacks made anew succeed \(effect), at \(change(last.cleanChange)) points of "
      + "clean accuracy."
  }

  /// What a reader of an attack without a target must know.
  static func caution(_ document: AdversarialDocument) -> String? {
    guard document.attack.target == nil else { return nil }
    return
      "Without a target any wrong answer counts as a success, that of a ruined network too: values mix what the attack "
      + "uses with what recognition needs."
  }

  private static func classTable(_ document: AdversarialDocument) -> TextTable {
    var table = TextTable([
      ("class", .left), ("attacked", .right), ("succeeded", .right), ("then mostly taken for", .left),
    ])
    let sorted = document.classes.sorted {
      (Double($1.succeeded) / Double($1.attacked), $0.label) < (Double($0.succeeded) / Double($0.attacked), $1.label)
    }
    let shown =
      sorted.count <= mostClasses
      ? document.classes : Array(sorted.prefix(mostClasses / 2) + sorted.suffix(mostClasses / 2))
    for entry in shown {
      table.add([
        entry.name, NumberText.grouped(entry.attacked), NumberText.grouped(entry.succeeded),
        "\(entry.commonest) (\(NumberText.grouped(entry.commonestCount)))",
      ])
    }
    return table
  }
}
