import Images
import Reports
import Testing

/// Sentences, tables and figures of what `see` finds.
struct VisualizationFindingsTests {
  private func text(_ values: [Double], _ rules: [String]) throws -> String {
    var document = SampleVisualization.empty
    document.randomization = try SampleVisualization.randomization(values, rules: rules)
    let text = VisualizationText.text(document)
    // Page and terminal say the same.
    let page = try VisualizationPage.page(document, pictures: [:])
    #expect(page.contains("The weights of the last 2 of 4 layers with weights (from conv3 on) were shuffled"))
    return text
  }

  @Test func theVerdictOnRulesFollowsTheNumbers() throws {
    let rules = ["gradient", "guided", "deconvolution"]
    let usual = try text([0.1, 0.9, 0.8], rules)
    #expect(
      usual.contains(
        "Alike, with a rank correlation of 0.5 or more, of absolute values or with signs: guided backpropagation (0.90 ± 0.02, with signs 0.45 ± 0.02), deconvnet (0.80"
      ))
    #expect(
      usual.contains(
        "Not alike: gradient (0.10 ± 0.02, with signs 0.05 ± 0.02). Its pictures depend on what the upper layers have learnt."
      ))
    #expect(usual.contains("are known for this (Adebayo et al. 2018, Nie et al. 2018)"))
    let none = try text([0.1, 0.2, 0.3], rules)
    #expect(!none.contains("Alike, with") && none.contains("here that does not show"))
    // Within 1.96 standard errors of the limit nothing is claimed.
    let close = try text([0.1, 0.53, 0.9], rules)
    #expect(close.contains("Too close to 0.5 to tell: guided backpropagation (0.53"))
    #expect(close.contains("signs: deconvnet (0.90"))
    // Values that are alike with their signs alone are alike.
    var signed = SampleVisualization.empty
    signed.randomization = try SampleVisualization.randomization([0.3], rules: ["guided"])
    for stage in 0..<4 { signed.randomization?.stages[stage].similarities[0].signed = 0.8 }
    #expect(
      VisualizationText.text(signed).contains("signs: guided backpropagation (0.30 ± 0.02, with signs 0.80 ± 0.02)"))
    // What is alike although nobody expects it is said as well, and no name that was not checked.
    let alone = try text([0.9], ["gradient"])
    #expect(
      alone.contains(
        "signs: gradient (0.90 ± 0.02, with signs 0.45 ± 0.02). Its pictures show what the image and the lower layers hold"
      ))
    #expect(!alone.contains("Adebayo") && !alone.contains("Not alike"))
  }

  @Test func chanceIsSaidBesideDetectors() throws {
    let text = VisualizationText.text(try SampleVisualization.full())
    #expect(text.contains("3 of 8 units are detectors of a concept: the 0.5 % of positions"))
    #expect(text.contains("With every image given another one's masks there are 2."))
    #expect(text.contains("Chance alone gives half as many or more at conv1"))
    #expect(text.contains("report.html#conv1:0"))
    // A single image has no other one's masks.
    var document = try SampleVisualization.full()
    document.dissection?.layers[0].shuffledDetectors = nil
    document.units[0].dissection?.chance = nil
    let single = VisualizationText.text(document)
    #expect(single.contains("cannot be told from a single image") && !single.contains("Chance alone"))
    let page = try VisualizationPage.page(document, pictures: [:])
    #expect(page.contains("IoU with each concept&#39;s masks.<") && !page.contains(" by chance"))
    #expect(page.contains("the best is 0.0200."))
  }

  @Test func tablesHaveACellForEveryColumn() throws {
    let document = try SampleVisualization.full()
    let tables = VisualizationTables.all(document)
    #expect(
      tables.map(\.name) == [
        "units.csv", "examples.csv", "maximized.csv", "dissection.csv", "dissection_layers.csv", "randomization.csv",
        "evolution.csv", "comparison.csv",
      ])
    // Reading refuses rows with more or fewer fields than the header.
    func rows(_ name: String) throws -> [[String: String]] {
      let text = try #require(tables.first { $0.name == name }?.csv)
      let table = try CommaSeparatedValues(Array(text.utf8), file: name)
      #expect(!table.rows.isEmpty)
      return table.rows.map { Dictionary(uniqueKeysWithValues: zip(table.header, $0)) }
    }
    for table in tables { _ = try rows(table.name) }
    let units = try rows("units.csv")
    #expect(units.map { $0["unit"] } == ["conv1:0", SampleVisualization.oddName, "conv2:5"])
    #expect(units.map { $0["is_silent"] } == ["false", "false", "true"])
    #expect(units[0]["peak"] == "5.0" && units[0]["maximum"] == "4.0" && units[2]["rank"] == "")
    let examples = try rows("examples.csv")
    #expect(examples.count == 2 * 5 * 2)
    #expect(examples[0]["last_row"] == "8" && examples[0]["last_column"] == "12" && examples[1]["first_row"] == "")
    #expect(try rows("randomization.csv").count == 4 * 3)
    #expect(try rows("comparison.csv").map { $0["regularization"] } == ["none", "total-variation"])
    #expect(try rows("dissection.csv").map { $0["is_detector"] } == ["true", "false"])
    #expect(try rows("evolution.csv").map { $0["is_silent"] } == ["true", "false"])
    #expect(try rows("maximized.csv").count == 3)
    #expect(VisualizationTables.all(SampleVisualization.empty).isEmpty)
  }

  @Test func figuresHaveNamesOfTheirOwn() throws {
    var document = try SampleVisualization.full()
    // Two objectives whose names differ only in what files cannot have.
    var other = document.comparisons[0]
    other.objective = "conv1/0"
    document.comparisons.append(other)
    other.columns.removeAll()
    document.comparisons.append(other)
    let figures = try VisualizationFigures.all(document, pictures: SampleVisualization.pictures)
    #expect(
      figures.map(\.name) == ["comparison-conv1_0", "comparison-conv1_0-2", "evolution-conv1_0", "randomization"])
    let comparison = figures[0].drawing.document, evolution = figures[2].drawing.document
    #expect(comparison.contains(">total variation<") && comparison.components(separatedBy: "<image").count == 3)
    // The first moment is silent: it has a maximised picture only.
    #expect(evolution.contains(">silent<") && evolution.components(separatedBy: "<image").count == 5)
    #expect(try VisualizationFigures.all(document, pictures: [:]).map(\.name) == ["randomization"])
  }

  @Test func theDocumentReadsBack() throws {
    let document = try SampleVisualization.full()
    let text = try document.json()
    let again: VisualizationDocument = try SampleVisualization.decoded(text)
    #expect(again == document && again.format == "neuron-shapley.visualization")
  }
}
