import Images
import Visualization

/// What `see` has found as a page.
public enum VisualizationPage {
  /// - Parameter pictures: by their names in the document; a name without a picture is left out.
  /// - Throws: ``InputErrors/InputError`` when a picture cannot be encoded.
  public static func page(_ document: VisualizationDocument, pictures: [String: Image]) throws -> String {
    let inline = InlinePictures(pictures)
    let parts = VisualizationPageParts(document: document, pictures: inline)
    let units = UnitArticles(document: document, pictures: inline)
    var sections: [ReportPage.Section] = []
    if !document.remarks.isEmpty {
      sections.append(.init("What to know first", document.remarks.map { ReportPage.paragraph($0) }))
    }
    if !document.units.isEmpty {
      sections.append(.init("Units", id: "units", [unitsNote(document), UnitTable(document).markup]))
    }
    sections += try [
      parts.filters(), parts.objectives(), parts.comparisons(), parts.evolutions(), parts.randomization(),
      parts.dissection(),
    ].compactMap { $0 }
    if !document.units.isEmpty {
      sections.append(.init("Unit by unit", id: "unit-by-unit", try document.units.map(units.article)))
    }
    sections.append(parts.settings())
    let file = HTMLReport.fileName(document.network.file)
    return ReportPage(
      title: title(document, file), lead: VisualizationStatements.lead(document), facts: facts(document),
      sections: sections, document: "result.json", toolVersion: document.toolVersion, style: VisualizationStyle.rules
    ).markup
  }

  private static func title(_ document: VisualizationDocument, _ file: String) -> String {
    switch document.units.count {
    case 0: "What has \(file) learnt to see?"
    case 1: "What does \(document.units[0].name) of \(file) look for?"
    default: "What do the units of \(file) look for?"
    }
  }

  private static func unitsNote(_ document: VisualizationDocument) -> String {
    var sentences = ["Names lead to the unit's own part of this page."]
    if let ranking = document.ranking {
      let metric = ranking.metric.map { " (\($0))" } ?? ""
      sentences.append("Values are those of \(ranking.path)\(metric).")
    }
    if document.units.contains(where: { $0.distribution != nil || $0.peak != nil }) {
      sentences.append(
        "'On images' and 'on its picture' are the largest values before the activation function, on any image and on the picture "
          + "that was made to maximise the unit.")
    }
    if document.units.contains(where: { $0.dissection?.isDetector == false }) {
      sentences.append("* no detector of that concept: the overlap is too small.")
    }
    return ReportPage.paragraph(sentences.joined(separator: " "), isSoft: true)
  }

  private static func facts(_ document: VisualizationDocument) -> [ReportPage.Fact] {
    var facts: [ReportPage.Fact] = []
    let units = document.units
    if !units.isEmpty {
      let layers = units.map(\.layer).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      facts.append(
        .init(
          "units shown", NumberText.grouped(units.count),
          layers.count == 1 ? "of \(layers[0])" : "of \(layers.count) layers"))
    }
    if let images = document.images {
      facts.append(.init("images", NumberText.grouped(images.count), HTMLReport.fileName(images.path)))
    }
    if units.contains(where: { $0.distribution != nil }) {
      let silent = units.count { VisualizationStatements.silence($0) != nil }
      facts.append(.init("never fire", NumberText.grouped(silent), "of the units shown"))
    }
    if let (count, total) = VisualizationStatements.exceeding(document) {
      facts.append(
        .init(
          "beyond every image", NumberText.percent(Double(count) / Double(total)),
          "\(count) of \(total): the maximised picture makes the unit larger than its best image does"))
    }
    if let dissection = document.dissection {
      let chance = dissection.shuffledDetectors.map { "; \(NumberText.grouped($0)) by chance" } ?? ""
      facts.append(.init("detectors", NumberText.grouped(dissection.detectors), "of a concept\(chance)"))
    }
    return facts
  }
}
