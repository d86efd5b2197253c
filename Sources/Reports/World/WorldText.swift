import TextureWorld

/// A world's images as text for a terminal.
public enum WorldText {
  public static func text(_ document: WorldDocument) -> String {
    var lines = ["", "  " + head(document), ""]
    var table = TextTable([
      ("class", .left), ("images", .right), ("with mark", .right), ("shapes", .left), ("textures", .left),
      ("colours", .left),
    ])
    for (rule, count) in zip(document.configuration.classes, document.classes) {
      table.add([
        count.name, NumberText.grouped(count.count), share(count), words(rule.shapes, of: ObjectShape.allCases),
        words(rule.textures, of: ObjectTexture.allCases), colours(rule),
      ])
    }
    lines += table.lines + [""]
    var groups = TextTable([("group", .left), ("images", .right), ("with mark", .right), ("", .left)])
    for (group, count) in zip(WorldGroup.allCases, document.groups) {
      groups.add([count.name, NumberText.grouped(count.count), share(count), meaning(group)])
    }
    lines += groups.lines
    if let change = document.change, let changed = document.changedCount {
      lines += ["", "  \(change) changes \(NumberText.grouped(changed)) of them; labels and names are as before"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func head(_ document: WorldDocument) -> String {
    let configuration = document.configuration
    return "\(NumberText.grouped(document.count)) images of \(configuration.side)×\(configuration.side) pixels in "
      + "\(document.classNames.count) classes, seed \(document.seed)"
      + (document.first > 0 ? ", from number \(NumberText.grouped(document.first))" : "")
  }

  private static func share(_ count: WorldDocument.Count) -> String {
    count.count == 0 ? "" : NumberText.percent(Double(count.marked) / Double(count.count))
  }

  private static func words<Word: RawRepresentable>(_ words: [Word], of all: [Word]) -> String
  where Word.RawValue == String {
    words.count == all.count ? "any" : words.map(\.rawValue).joined(separator: " ")
  }

  private static func colours(_ rule: ClassRule) -> String {
    let text = words(rule.colours, of: ObjectColour.allCases)
    guard let favourite = rule.favouriteColour else { return text }
    return "\(text), \(NumberText.percent(rule.favouriteShare)) \(favourite.rawValue)"
  }

  private static func meaning(_ group: WorldGroup) -> String {
    switch group {
    case .majority: "the mark agrees with the class"
    case .minority: "the mark disagrees"
    case .neutral: "the mark says nothing"
    }
  }
}
