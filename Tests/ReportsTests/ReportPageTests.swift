import Foundation
import Reports
import TestSupport
import Testing

struct ReportPageTests {
  private func page(rows: Int) -> String {
    let curves = CurveChart(
      title: "Curves <&>", summary: "", horizontal: "filters removed", vertical: "accuracy", isPercent: true,
      series: [
        .init(
          name: "Shapley value",
          points: [.init(x: 0, y: 0.9, lower: 0.8, upper: 1), .init(x: 9, y: 0.1, lower: 0, upper: 0.2)],
          emphasis: .main),
        .init(name: "random", points: [.init(x: 0, y: 0.9), .init(x: 9, y: .nan)], emphasis: .reference),
        .init(name: "empty", points: []),
      ])
    let map = HeatMap(
      title: "Map", summary: "", rows: (0..<90).map { "conv:\($0)" }, columns: ["cat", "a class with a long name"],
      values: (0..<90).map { [Double($0) - 40, $0 == 3 ? nil : .infinity] }, isPercent: false, rowTitle: "filter",
      columnTitle: "class")
    let intervals = IntervalChart(
      title: "Intervals", summary: "", series: ["before", "after"],
      rows: [.init(name: "majority", values: [.init(value: 0.9, lower: 0.8, upper: 0.95), nil])], isPercent: true)
    let table = SortableTable(
      id: "table", columns: [.init("filter"), .init("value", isNumber: true)],
      rows: (0..<rows).map { [.name("conv:\($0)"), .number(Double($0 * 7 % rows), "\($0 * 7 % rows)")] })
    return ReportPage(
      title: "Title <script>", lead: "lead", facts: [.init("a", "1", "note")],
      sections: [
        .init(
          "Figures",
          [
            ReportPage.figure(curves.drawing, caption: "c"), ReportPage.figure(map.drawing, caption: "c"),
            ReportPage.figure(intervals.drawing, caption: "c"),
          ]),
        .init("Table", [table.markup]),
      ], document: "result.json", toolVersion: "1"
    ).markup
  }

  @Test func textIsEscapedAndNothingIsLoaded() {
    let page = page(rows: 20)
    #expect(page.contains("Title &lt;script&gt;") && page.contains("Curves &lt;&amp;&gt;"))
    #expect(!page.contains("http://") && !page.contains("https://"))
    #expect(!page.contains("nan") && !page.contains(" inf"))
    // A heat map of 90 rows says that it shows fewer.
    #expect(page.contains("of 90 rows"))
  }

  @Test func longTablesSayWhatTheyLeaveOut() {
    #expect(page(rows: 1200).contains("The first 1,000 of 1,200 rows"))
    #expect(!page(rows: 20).contains("The first"))
  }

  @Test(.enabled(if: HeadlessBrowser.isPresent, Comment(rawValue: HeadlessBrowser.absenceReason)))
  func thePageRunsWithoutError() throws {
    let page = page(rows: 20)
    let opened = try HeadlessBrowser.open(page, fragment: "")
    #expect(opened.contains("data-ready=\"true\"") && !opened.contains("data-script-error"))
    // A click on the second heading sorts downwards: 19 comes first.
    let clicking = page.replacingOccurrences(
      of: "</body>",
      with: "<script>document.querySelectorAll('#table thead button')[1].click();"
        + "document.documentElement.dataset.first = document.querySelector('#table tbody tr').cells[1].textContent;</script></body>"
    )
    #expect(try HeadlessBrowser.open(clicking, fragment: "").contains("data-first=\"19\""))
    let broken = page.replacingOccurrences(of: "</body>", with: "<script>nothing.there()</script></body>")
    #expect(try HeadlessBrowser.open(broken, fragment: "").contains("data-script-error"))
  }
}
