/// What may be said about a result of `classes`, as sentences that text and page share.
enum ClassesStatements {
  /// The classes with the most images, by label.
  static func shownEntries(_ document: ClassesDocument, count: Int) -> [ClassesDocument.ClassEntry] {
    let largest = document.classes.enumerated().sorted {
      ($1.element.images, $0.offset) < ($0.element.images, $1.offset)
    }
    let places = largest.prefix(count).map(\.offset).sorted()
    return places.map { document.classes[$0] }
  }

  /// A player with what it responds to, if that is known: `conv2:0 (texture stripes +1.8)`.
  static func named(_ player: ClassesDocument.TopPlayer) -> String {
    guard let responds = player.responds, let effect = player.effect else { return player.player }
    return "\(player.player) (\(responds) \(ResponsesText.signed(effect)))"
  }

  static func leftOut(_ document: ClassesDocument, shown: Int) -> String? {
    var parts: [String] = []
    if shown < document.classes.count {
      parts.append(
        "the \(shown) of \(NumberText.grouped(document.classes.count)) classes with the most images are shown, tops.csv has all"
      )
    }
    if !document.withoutImages.isEmpty {
      parts.append(
        "\(NumberText.grouped(document.withoutImages.count)) of the model's classes have no image and are left out")
    }
    if !document.unseen.isEmpty {
      parts.append(
        "of \(NumberText.grouped(document.unseen.count)) classes no image was drawn before the end: \(list(document.unseen))"
      )
    }
    guard let first = parts.first else { return nil }
    return (first.prefix(1).uppercased() + first.dropFirst()) + parts.dropFirst().map { "; \($0)" }.joined() + "."
  }

  static func signal(_ document: ClassesDocument) -> String? {
    let without = document.classes.count { $0.reliability == nil }
    let weak = document.classes.filter { ($0.reliability ?? 1) < 0.5 }
    var text = "Signal: the share of the values' spread between \(document.question.playerKind) that is not noise."
    if !weak.isEmpty {
      text +=
        " Below a half, half of a top may be chance: \(NumberText.grouped(weak.count)) of "
        + "\(NumberText.grouped(document.classes.count)) classes here; allow more evaluations."
    }
    if without > 0 {
      text +=
        " \(NumberText.grouped(without)) \(without == 1 ? "class" : "classes") came up in one unit of work only and "
        + "\(without == 1 ? "has" : "have") no standard errors."
    }
    return text
  }

  static func removal(_ document: ClassesDocument) -> String? {
    guard let removal = document.removal else { return nil }
    guard let means = removal.means else {
      return "No class whose top was removed has an image to measure it on."
    }
    var text =
      "Without the \(removal.count) best of a class, its accuracy changes by \(points(means.own)) points on average over "
      + "\(NumberText.grouped(removal.rows.count)) classes"
    if let others = means.others { text += ", that of the other images by \(points(others))" }
    if let random = means.random {
      text +=
        "; without \(removal.count) random ones (mean of \(removal.random.count) draws) the class's own by \(points(random))"
    }
    text +=
      ". Measured on \(NumberText.grouped(removal.images.count)) images "
      + (removal.isSplit ? "kept back for it." : "of \(removal.images.path).")
    if removal.leftOut > 0 {
      text += " Not removed: the tops of \(NumberText.grouped(removal.leftOut)) further classes."
    }
    return text
  }

  static func overlap(_ document: ClassesDocument) -> String? {
    guard let mean = document.overlap.mean else { return nil }
    var text =
      "Two classes' tops have \(NumberText.significant(mean, 2)) of \(document.question.top) in common on average, "
      + "by chance it would be \(NumberText.significant(document.overlap.byChance, 2))"
    if let pair = document.overlap.closest.first, pair.count > 0 {
      text += "; most: \(pair.first) and \(pair.second), \(pair.count)"
    }
    return text + "."
  }

  static func shared(_ document: ClassesDocument) -> String? {
    guard document.classes.count > 1 else { return nil }
    guard let most = document.shared.first else {
      return "No \(singular(document)) is in the tops of two classes."
    }
    return
      "In most tops: \(most.player), of \(NumberText.grouped(most.tops)) classes (\(list(most.classes, of: most.tops)))."
  }

  static func estimation(_ document: ClassesDocument) -> String {
    let estimation = document.estimation
    let images =
      estimation.imagesDrawn == estimation.imagesCounted
      ? "all \(NumberText.grouped(estimation.imagesCounted)) images were drawn"
      : "\(NumberText.grouped(estimation.imagesDrawn)) of \(NumberText.grouped(estimation.imagesCounted)) images were drawn"
    return
      "Permutation sampling, the same coalitions for all classes, unbiased; \(images). Each class's values sum to its "
      + "v(N) − v(∅) (largest residual \(NumberText.significant(estimation.largestResidual, 2)))"
      + (estimation.largestStandardError.map { "; no standard error is larger than \(NumberText.significant($0, 2))" }
        ?? "")
      + "."
  }

  static func cost(_ document: ClassesDocument) -> String {
    let cost = document.cost
    return "\(NumberText.grouped(cost.evaluations)) evaluations in \(NumberText.duration(cost.seconds))"
      + (cost.peakMemory.map { ", peak memory \(NumberText.memory($0))" } ?? "")
      + "; ended because \(document.estimation.ending)."
  }

  static func list(_ names: [String], of count: Int? = nil) -> String {
    let count = count ?? names.count
    return names.prefix(5).joined(separator: ", ") + (count > 5 ? ", …" : "")
  }

  private static func points(_ change: Double) -> String { ClassesText.points(change) }

  static func singular(_ document: ClassesDocument) -> String {
    switch document.question.playerKind {
    case "filters": "filter"
    case "layers": "layer"
    default: "player"
    }
  }
}
