/// The table of all units: what is known of each in a few numbers.
struct UnitTable {
  private typealias Unit = VisualizationDocument.Unit

  private let units: [VisualizationDocument.Unit]

  init(_ document: VisualizationDocument) { units = document.units }

  /// Columns without any value are left out.
  var markup: String {
    let columns = columns.filter { column in units.contains { column.isKnown($0) } }
    return SortableTable(
      id: "units-table", columns: columns.map(\.head), rows: units.map { unit in columns.map { $0.cell(unit) } }
    ).markup
  }

  private struct Column {
    var head: SortableTable.Column
    var isKnown: (Unit) -> Bool
    var cell: (Unit) -> SortableTable.Cell
  }

  private var columns: [Column] {
    [
      number("rank", { $0.ranking.map { Double($0.rank) } }) { unit, _ in unit.ranking.map { "\($0.rank)" } ?? "" },
      .init(head: .init("unit"), isKnown: { _ in true }, cell: { .link($0.name) }),
      number("value", { $0.ranking?.value }) { unit, value in
        VisualizationStatements.estimate(value, unit.ranking?.standardError)
      },
      text("best class") { $0.classes.first.map { Markup.shortened($0.className, to: 24) } },
      text("best concept") { $0.dissection?.concepts.first?.concept },
      number("IoU", { $0.dissection?.concepts.first?.iou }) { unit, value in
        VisualizationStatements.number(value) + (unit.dissection?.isDetector == true ? "" : " *")
      },
      number("fires on", { $0.distribution?.firingShare }) { unit, value in
        VisualizationStatements.silence(unit) == nil ? NumberText.percent(value) : "never"
      },
      number("on images", { $0.distribution?.maximum }) { VisualizationStatements.number($1) },
      number("on its picture", { $0.peak }) { VisualizationStatements.number($1) },
    ]
  }

  private func text(_ title: String, _ value: @escaping (Unit) -> String?) -> Column {
    Column(head: .init(title), isKnown: { value($0) != nil }, cell: { .text(value($0) ?? "") })
  }

  private func number(
    _ title: String, _ value: @escaping (Unit) -> Double?, _ text: @escaping (Unit, Double) -> String
  ) -> Column {
    Column(
      head: .init(title, isNumber: true), isKnown: { value($0) != nil },
      cell: { unit in
        let own = value(unit)
        return .number(own, own.map { text(unit, $0) } ?? "")
      })
  }
}
