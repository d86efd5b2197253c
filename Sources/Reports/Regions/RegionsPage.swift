import DecisionRegions

/// Renders regions as one HTML page to play with, which loads nothing.
public enum RegionsPage {
  /// Signs of all regions together that a page may hold; beyond it draws boundaries and finds signs from the weights.
  static let signLimit = 6_000_000
  static let regionLimit = 20_000

  public static func page(_ document: RegionsDocument, palette: RegionsPalette) -> String {
    let title = "Regions of \(document.neurons.count) neurons"
    let figures = RegionsFigures.drawings(document, palette: palette)
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="neuron-shapley \(Markup.escaped(document.toolVersion))">
      <title>\(Markup.escaped(title))</title>
      <style>
      \(ReportStyle.variables)\(ReportStyle.figures)\(ReportStyle.page)\(RegionsStyle.rules(palette))\(RegionsPageParts.style)</style>
      </head>
      <body>
      <main>
      <h1>\(Markup.escaped(title))</h1>
      <p class="lead">\(Markup.escaped(document.source.description)). Positive means that \(Markup.escaped(document.thresholds)).</p>
      \(facts(document))
      <noscript><p class="soft">Without scripts this page shows its figures only.</p></noscript>
      \(RegionsPageParts.controls(document, palette: palette))
      \(document.isPlane ? RegionsPageParts.planeViews(figures) : RegionsPageParts.lineViews(figures))
      \(RegionsPageParts.tables(document))
      <footer>Made by neuron-shapley \(Markup.escaped(document.toolVersion)) from <code>regions.json</code>. This page is complete in itself and loads nothing.</footer>
      </main>
      <script type="application/json" id="regions-data">\(data(document, palette))</script>
      <script>\(RegionsScript.source)</script>
      </body>
      </html>

      """
  }

  private static func facts(_ document: RegionsDocument) -> String {
    var entries = [
      (
        "regions", NumberText.grouped(document.regions.count),
        document.isPlane ? "convex cells of the rectangle" : "intervals"
      )
    ]
    let meetings = document.vertices.filter { !$0.isOnBorder }.count
    entries.append(
      document.isPlane
        ? ("meeting points", NumberText.grouped(meetings), "where boundaries cross")
        : ("boundaries", NumberText.grouped(meetings), "within the range"))
    if let data = document.data {
      let occupied = document.regions.filter { ($0.count ?? 0) > 0 }.count
      entries.append(
        (
          "with data", NumberText.grouped(occupied),
          "regions hold \(NumberText.grouped(data.total - data.outside)) points"
        ))
      if let fullest = document.regions.compactMap(\.count).max(), data.total > 0 {
        entries.append(("fullest region", NumberText.percent(Double(fullest) / Double(data.total)), "of the data"))
      }
    }
    let cells = entries.map { "<div><dt>\($0.0)</dt><dd>\($0.1)<small>\($0.2)</small></dd></div>" }
    return "<dl class=\"facts\">\(cells.joined())</dl>"
  }

  /// What the script draws: `<` is escaped, so that no name can end the element.
  private static func data(_ document: RegionsDocument, _ palette: RegionsPalette) -> String {
    let number = { (value: Double) in JSONValue.number(value) }
    let numbers = { (values: [Double]) in JSONValue.array(values.map(number)) }
    let integers = { (values: [Int]) in JSONValue.array(values.map { .integer($0) }) }
    let isShown =
      document.regions.count <= regionLimit && document.regions.count * document.neurons.count <= signLimit
    var members: [String: JSONValue] = [
      "colours": .array(RegionsStyle.lineColours.map { .string($0) }),
      "inputs": .array(
        document.inputs.map { .object(["name": .string($0.name), "range": numbers([$0.lower, $0.upper])]) }),
      "neurons": .array(
        document.neurons.map {
          .object([
            "name": .string($0.name), "w": numbers($0.weights), "b": number($0.bias), "t": number($0.threshold),
            "ends": $0.boundary.map(numbers) ?? .null,
          ])
        }),
      "classes": .array(document.classes.map { .string($0) }),
      "marks": .array(document.marks.map { .object(["name": .string($0.name), "p": numbers($0.point)]) }),
      "regionCount": .integer(document.regions.count),
    ]
    for palette in RegionsPalette.allCases {
      let (negative, middle, positive) = RegionsStyle.colours(palette)
      members["palette-\(palette.rawValue)"] = .array([.string(negative), .string(middle), .string(positive)])
    }
    if isShown {
      members["vertices"] = .array(document.vertices.map { numbers($0.position) })
      members["regions"] = .array(
        document.regions.map { region in
          var entry: [String: JSONValue] = [
            "s": .string(region.signs.description), "a": number(region.share),
            "e": .array(
              region.neighbours.map { .array([.integer($0.region), integers($0.flips)]) }),
          ]
          if document.isPlane { entry["v"] = integers(region.vertices) }
          if let interval = region.interval { entry["i"] = numbers(interval) }
          if let count = region.count { entry["n"] = .integer(count) }
          if let counts = region.classCounts {
            // Most regions hold few classes.
            entry["c"] = .array(
              counts.enumerated().filter { $0.element > 0 }.map { integers([$0.offset, $0.element]) })
          }
          return .object(entry)
        })
    }
    if let data = document.data {
      members["total"] = .integer(data.total)
      members["points"] = .array(
        data.points.enumerated().map { index, point in
          .array(point.map(number) + (data.labels.isEmpty ? [] : [.integer(data.labels[index])]))
        })
    }
    return JSONValue.object(members).compact.split(separator: "<", omittingEmptySubsequences: false)
      .joined(separator: "\\u003c")
  }
}
