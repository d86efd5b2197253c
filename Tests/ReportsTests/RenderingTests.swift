import Foundation
import Reports
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct RenderingTests {
  @Test func theTableHasTheContractsColumnsInNetworkOrder() {
    let lines = PlayersTable.csv(SampleRanking.small).split(separator: "\n").map(String.init)
    #expect(
      lines == [
        "player,layer,channel,value,standard_error,lower,upper,samples,status,rank",
        "conv1:0,conv1,0,0.25,0.01,0.1,0.4,12,in,1",
        "conv1:1,conv1,1,-0.125,0.01,,,12,undecided,4",
        "\"a,\"\"b\"\"<i>:0\",\"a,\"\"b\"\"<i>\",0,0.0625,,,,12,out,2",
        "conv2:0,conv2,0,0.0,0.0,,,12,out,3",
      ])
  }

  @Test func thePageIsCompleteInItself() {
    let page = HTMLReport.page(SampleRanking.small)
    for address in ["http://", "https://", "src=", "@import", "url(", "<link"] { #expect(!page.contains(address)) }
    #expect(page.contains("prefers-color-scheme: dark"))
    #expect(page.contains("@media print"))
  }

  @Test func thePageTellsEverythingThatWasAsked() {
    let page = HTMLReport.page(SampleRanking.small)
    for text in [
      "undecided", "aa11", "bb22", "cat/broken.jpg", "25.0 %", "123,456", "1 min 1 s", "300 MiB", "time-uniform",
      "&#39;my photos&#39;", "the rest shares what is left", "The method makes the sum exact",
    ] { #expect(page.contains(text), "\(text)") }
  }

  @Test func namesCannotBreakOutOfThePage() {
    var document = SampleRanking.small
    document.players[0].player = "</script><script>alert(1)</script>"
    document.players[0].layer = "<img onerror=x>"
    let page = HTMLReport.page(document)
    #expect(!page.contains("<script>alert"))
    #expect(!page.contains("<img"))
    #expect(
      page.split(separator: "</script>").count
        == HTMLReport.page(SampleRanking.small).split(separator: "</script>").count)
  }

  @Test(arguments: [0, 1, 2, 30, 1500])
  func figuresAreWellFormedForAnyNumberOfPlayers(count: Int) throws {
    let players = (0..<count).map {
      SampleRanking.player(
        "layer & <\($0 / 700)>", $0, $0 % 3 == 0 ? -0.001 * Double($0) : 1 / Double($0 + 1), limits: -9...9,
        $0 % 2 == 0 ? .undecided : .in, rank: $0 + 1)
    }
    let document = SampleRanking.document(players)
    for figure in RankingFigures.all(document) {
      let parser = XMLParser(data: Data(figure.svg.utf8))
      #expect(parser.parse(), "\(figure.name): \(String(describing: parser.parserError))")
      #expect(!figure.svg.contains("nan"))
      #expect(!figure.svg.contains("inf"))
    }
    #expect(HTMLReport.page(document).contains("All \(NumberText.grouped(count)) players"))
  }

  @Test func barsAreLongerForLargerValuesAndUndecidedOnesOpen() throws {
    let svg = TopPlayersChart.drawing(SampleRanking.small, head: 20).document
    func width(_ tip: String) throws -> Double {
      let line = try #require(svg.split(separator: "\n").first { $0.contains("<rect") && $0.contains(tip) })
      let text = try #require(line.split(separator: "width=\"").last?.split(separator: "\"").first)
      return try #require(Double(text))
    }
    let first = try width("conv1:0:"), harmful = try width("conv1:1:")
    #expect(abs(first - 2 * harmful) < 0.3)
    #expect(try width("conv2:0:") == 0)
    #expect(svg.contains("class=\"harms open\""))
    #expect(svg.contains("class=\"helps\""))
  }

  @Test func missingAndRoughErrorsAreSaid() {
    #expect(Statements.caution(SampleRanking.small)?.contains("provisional") == true)
    let rough = SampleRanking.document([SampleRanking.player("a", 0, 1, rank: 1)])
    #expect(Statements.caution(rough)?.contains("12 observations") == true)
    let exact = SampleRanking.document([SampleRanking.player("a", 0, 1, error: 0, rank: 1)])
    #expect(Statements.caution(exact) == nil)
  }

  @Test func theHeadOfTheListIsText() {
    let text = TextSummary.text(SampleRanking.small, top: 2)
    #expect(text.contains("conv1:0"))
    #expect(text.contains("0.250"))
    #expect(text.contains("± 0.010"))
    #expect(!text.contains("conv2:0"))
    #expect(text.contains("[0.100, 0.400]"))
    #expect(text.contains("1 of 4 remain undecided"))
  }
}
