import DecisionRegions
import Reports
import TestSupport
import Testing

@Suite struct RegionsReportTests {
  private static let source = RegionsDocument.Source(kind: .weights, description: "neurons <of> a \"table\"")

  private static func plane(neurons count: Int = 8) throws -> RegionsDocument {
    var neurons = try LinearNeuron.random(count: count, inputs: 2, seed: 8)
    // A name that could end a script element, a coincident neuron and one that never changes.
    neurons.append(
      try LinearNeuron(name: "</script><b>&", weights: neurons[0].weights.map { -2 * $0 }, bias: -2 * neurons[0].bias))
    neurons.append(try LinearNeuron(name: "still", weights: [0, 0], bias: 0))
    var random = SeededRandom(1)
    let points = (0..<200).map { _ in
      [Double.random(in: 0...2, using: &random), Double.random(in: 0...2, using: &random)]
    }
    let data = RegionsData(
      points: points, labels: points.map { $0[0] > 1 ? 1 : 0 }, classes: ["left", "right, \"far\""],
      outputs: points.map { point in neurons.map { $0.output(at: point) } })
    let range = try InputRange(0, 2)
    return try RegionsDocument(
      RectangleRegions(neurons, x: range, y: range), inputNames: ["x1", "x2"], source: source, thresholds: "above 0",
      toolVersion: "test", data: data, classPairs: [(0, 1)], marks: [("a", [0.3, 0.2]), ("b", [1.7, 1.5])])
  }

  private static func line(neurons count: Int = 8) throws -> RegionsDocument {
    let neurons = try LinearNeuron.random(count: count, inputs: 1, seed: 9)
    return try RegionsDocument(
      IntervalRegions(neurons, range: InputRange(0, 2)), inputNames: ["x"], source: source, thresholds: "above 0",
      toolVersion: "test", marks: [("the input 0.3", [0.3]), ("the input 0.7", [0.7])])
  }

  @Test func theDocumentAddsUp() throws {
    let document = try Self.plane()
    #expect(document.regions.count > 5)
    #expect(abs(document.regions.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    #expect(document.regions.reduce(0) { $0 + ($1.count ?? 0) } == 200)
    #expect(document.regions.allSatisfy { $0.classCounts?.reduce(0, +) == $0.count })
    // The outputs were taken at the coordinates themselves: the slice always agrees.
    #expect(document.neurons.allSatisfy { $0.agreement == 1 })
    for (index, region) in document.regions.enumerated() {
      for neighbour in region.neighbours {
        #expect(region.signs.flips(to: document.regions[neighbour.region].signs) == neighbour.flips)
        #expect(document.regions[neighbour.region].neighbours.contains { $0.region == index })
      }
    }
    let transition = try #require(document.transitions.first)
    #expect(transition.from == "left")
    #expect(transition.pairs.reduce(0) { $0 + $1.share } <= 1 + 1e-12)
    let compared = try #require(document.transitions.last)
    #expect(compared.pairs.count == 1 && compared.pairs[0].share == 1)
    let text = try document.json()
    #expect(try JSONValue.decode(RegionsDocument.self, from: Array(text.utf8), file: "x") == document)
  }

  @Test func oneInputListsItsNeighbours() throws {
    let document = try Self.line()
    #expect(document.vertices.count == document.regions.count - 1)
    #expect(document.regions.first?.neighbours.count == 1)
    #expect(document.regions[1].neighbours.map(\.region) == [0, 2])
    #expect(document.marks.allSatisfy { $0.region != nil })
  }

  @Test func tablesHaveARowForEverything() throws {
    for document in [try Self.plane(), try Self.line()] {
      let tables = RegionsTables.all(document)
      let rows = { (name: String) in
        tables.first { $0.name == name }.map { $0.csv.split(separator: "\n").count - 1 }
      }
      #expect(rows("neurons.csv") == document.neurons.count)
      #expect(rows("regions.csv") == document.regions.count)
      #expect(rows("vertices.csv") == document.vertices.count)
      #expect(rows("neighbours.csv") == document.regions.reduce(0) { $0 + $1.neighbours.count } / 2)
    }
  }

  @Test(arguments: RegionsPalette.allCases)
  func pagesAndFiguresAreCompleteInThemselves(palette: RegionsPalette) throws {
    for document in [try Self.plane(), try Self.line()] {
      let page = RegionsPage.page(document, palette: palette)
      for word in ["http://", "https://", "src=", "@import", "url("] { #expect(!page.contains(word), "\(word)") }
      #expect(!page.contains("</script><b>"))
      let figures = RegionsFigures.all(document, palette: palette)
      #expect(figures.count == 2)
      for figure in figures {
        #expect(figure.svg.hasPrefix("<?xml"))
        #expect(!figure.svg.contains("nan") && !figure.svg.contains("inf"))
      }
    }
    #expect(RegionsText.text(try Self.plane()).contains("from left to right"))
  }

  /// The script plays through all views, controls and keys in a real browser and checks every region for itself.
  @Test(.enabled(if: HeadlessBrowser.isPresent, Comment(rawValue: HeadlessBrowser.absenceReason)))
  func thePageWorksInABrowser() throws {
    let small = try LinearNeuron(name: "alone", weights: [1, -1], bias: 0)
    let range = try InputRange(0, 1)
    let single = try RegionsDocument(
      RectangleRegions([small], x: range, y: range), inputNames: ["x1", "x2"], source: Self.source,
      thresholds: "above 0",
      toolVersion: "test")
    let documents = [
      try Self.plane(), try Self.line(), single, try Self.plane(neurons: 60), try Self.line(neurons: 70),
    ]
    for document in documents {
      let page = try HeadlessBrowser.open(RegionsPage.page(document, palette: .colourBlind), fragment: "test")
      #expect(page.contains("data-views=\"2\""))
      #expect(page.contains("data-test=\"passed\""), "\(page.prefix(400))")
      #expect(!page.contains("data-error"), "\(page.prefix(400))")
    }
    // More regions than a page holds: the boundaries alone, and signs from the weights.
    let many = try LinearNeuron.random(count: 320, inputs: 2, seed: 3)
    let wide = try InputRange(-2, 2)
    let dense = try RegionsDocument(
      RectangleRegions(many, x: wide, y: wide), inputNames: ["x1", "x2"], source: Self.source, thresholds: "above 0",
      toolVersion: "test")
    let page = RegionsPage.page(dense, palette: .greenRed)
    #expect(page.utf8.count < 2_000_000)
    #expect(try HeadlessBrowser.open(page, fragment: "test").contains("data-test=\"passed\""))
  }
}
