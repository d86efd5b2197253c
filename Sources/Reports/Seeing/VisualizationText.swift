import Visualization

/// What `see` has found as text for a terminal.
public enum VisualizationText {
  /// More units than this are in the files alone.
  private static let mostUnits = 20

  public static func text(_ document: VisualizationDocument) -> String {
    var lines = ["", "  \(VisualizationStatements.lead(document))"]
    lines += document.remarks.map { "  \($0)" }
    if !document.units.isEmpty { lines += [""] + units(document) }
    var findings: [String] = []
    let silent = document.units.filter { VisualizationStatements.silence($0) != nil }
    if !silent.isEmpty {
      let names = silent.prefix(8).map(\.name).joined(separator: ", ") + (silent.count > 8 ? ", …" : "")
      findings.append("\(silent.count == 1 ? "One unit never fires" : "\(silent.count) units never fire"): \(names).")
    }
    if let (count, total) = VisualizationStatements.exceeding(document) {
      findings.append(
        "\(count) of \(total) units \(total == 1 ? "is" : "are") larger on the picture that maximises them than on any image."
      )
    }
    if let dissection = document.dissection { findings += VisualizationStatements.dissection(dissection) }
    if let randomization = document.randomization { findings += RandomizationStatement(randomization).sentences }
    if !findings.isEmpty { lines += [""] + findings.map { "  \($0)" } }
    // A name as addresses have it, so that it can be pasted into one.
    let unit = document.units.first.map { ", and report.html\(PageAnchor.reference($0.name)) one unit" } ?? ""
    lines += ["", "  report.html shows it all\(unit); result.json and the tables beside it have the numbers."]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func units(_ document: VisualizationDocument) -> [String] {
    var table = TextTable([
      ("rank", .right), ("unit", .left), ("value", .right), ("best class", .left), ("best concept", .left),
      ("IoU", .right), ("fires on", .right), ("on images", .right), ("on its picture", .right),
    ])
    for unit in document.units.prefix(mostUnits) {
      let concept = unit.dissection?.concepts.first
      table.add([
        unit.ranking.map { "\($0.rank)" } ?? "", unit.name,
        unit.ranking.map { VisualizationStatements.estimate($0.value, $0.standardError) } ?? "",
        unit.classes.first.map { Markup.shortened($0.className, to: 24) } ?? "", concept?.concept ?? "",
        concept.map { VisualizationStatements.number($0.iou) + (unit.dissection?.isDetector == true ? "" : " *") }
          ?? "",
        unit.distribution.map {
          VisualizationStatements.silence(unit) == nil ? NumberText.percent($0.firingShare) : "never"
        } ?? "",
        unit.distribution.map { VisualizationStatements.number($0.maximum) } ?? "",
        unit.peak.map { VisualizationStatements.number($0) } ?? "",
      ])
    }
    var lines = table.lines
    if document.units.count > mostUnits {
      lines.append("  … and \(NumberText.grouped(document.units.count - mostUnits)) more.")
    }
    if document.units.prefix(mostUnits).contains(where: { $0.dissection?.isDetector == false }) {
      lines.append("  * no detector: the overlap is too small.")
    }
    return lines
  }
}
