/// One HTML page that needs nothing else: headline, facts, sections of figures and tables.
package struct ReportPage: Sendable {
  /// A number at the head of the page.
  package struct Fact: Sendable, Hashable {
    let name: String
    let value: String
    let note: String

    package init(_ name: String, _ value: String, _ note: String = "") {
      self.name = name
      self.value = value
      self.note = note
    }
  }

  /// A heading with finished markup below it.
  package struct Section: Sendable, Hashable {
    let title: String
    let id: String?
    let parts: [String]

    /// - Parameter id: of the element; unique on its page. Sections that have one are listed at the head of the page.
    package init(_ title: String, id: String? = nil, _ parts: [String]) {
      self.title = title
      self.id = id
      self.parts = parts
    }
  }

  private let title: String
  private let lead: String
  private let facts: [Fact]
  private let sections: [Section]
  private let document: String
  private let toolVersion: String
  private let style: String

  /// - Parameters:
  ///   - document: the file beside the page that has the same numbers: `result.json`.
  ///   - style: further rules, for what this page alone has.
  package init(
    title: String, lead: String, facts: [Fact], sections: [Section], document: String, toolVersion: String,
    style: String = ""
  ) {
    self.title = title
    self.lead = lead
    self.facts = facts
    self.sections = sections
    self.document = document
    self.toolVersion = toolVersion
    self.style = style
  }

  /// The whole file. A script that fails leaves its message as `data-script-error` on the root element; one that has run
  /// leaves `data-ready`.
  package var markup: String {
    let version = Markup.escaped(toolVersion)
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="neuron-shapley \(version)">
      <title>\(Markup.escaped(title))</title>
      <style>
      \(ReportStyle.variables)\(ReportStyle.figures)\(ReportStyle.page)\(style)</style>
      <script>addEventListener('error', event => { document.documentElement.dataset.scriptError = event.message; });</script>
      </head>
      <body>
      <main>
      <h1>\(Markup.escaped(title))</h1>
      <p class="lead">\(Markup.escaped(lead))</p>
      \(factList)\(contents)
      \(sections.map(Self.section).joined(separator: "\n"))
      <footer>Made by neuron-shapley \(version) from <code>\(Markup.escaped(document))</code>. This page is complete in itself and loads nothing.</footer>
      </main>
      <script>\(SortableTable.script)</script>
      </body>
      </html>

      """
  }

  private var factList: String {
    guard !facts.isEmpty else { return "" }
    let cells = facts.map {
      "<div><dt>\(Markup.escaped($0.name))</dt><dd>\(Markup.escaped($0.value))<small>\(Markup.escaped($0.note))</small></dd></div>"
    }
    return "<dl class=\"facts\">\(cells.joined())</dl>"
  }

  /// Links to the sections, where there are several that have a name.
  private var contents: String {
    let links = sections.compactMap { section in
      section.id.map { "<a href=\"\(PageAnchor.reference($0))\">\(Markup.escaped(section.title))</a>" }
    }
    return links.count < 2 ? "" : "\n<nav class=\"contents\">\(links.joined(separator: " "))</nav>"
  }

  private static func section(_ section: Section) -> String {
    let id = section.id.map { " id=\"\(PageAnchor.id($0))\"" } ?? ""
    return
      "<section\(id)>\n<h2>\(Markup.escaped(section.title))</h2>\n\(section.parts.joined(separator: "\n"))\n</section>"
  }

  /// A paragraph of plain text.
  package static func paragraph(_ text: String, isSoft: Bool = false) -> String {
    "<p\(isSoft ? " class=\"soft\"" : "")>\(Markup.escaped(text))</p>"
  }

  /// A drawing with its caption.
  package static func figure(_ drawing: SVGDrawing, caption: String) -> String {
    "<figure>\(drawing.inline)\n<figcaption>\(Markup.escaped(caption))</figcaption></figure>"
  }

  /// Names and values in two columns: settings, file names, digests.
  package static func settings(_ rows: [(String, String)]) -> String { HTMLReportChecks.table(rows) }
}
