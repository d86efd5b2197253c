/// The figures of a result of `classes`.
package enum ClassesFigures {
  /// Name without ending, and the drawing, of every figure.
  package static func all(_ document: ClassesDocument) -> [(name: String, drawing: SVGDrawing)] {
    var figures = [(name: "top-filters", drawing: values(document))]
    if document.classes.count > 1 { figures.append((name: "overlap", drawing: overlap(document))) }
    if let removal = document.removal, !removal.rows.isEmpty {
      figures.append((name: "removal", drawing: effects(removal)))
    }
    figures.append((name: "layers", drawing: layers(document)))
    return figures
  }

  static func values(_ document: ClassesDocument) -> SVGDrawing {
    let matrix = document.matrix
    // The few largest values would make all others pale.
    let sizes = matrix.values.joined().map { abs($0) }.sorted()
    let limit = sizes.isEmpty ? nil : sizes[min(sizes.count - 1, sizes.count * 97 / 100)]
    return HeatMap(
      title: "The best of each class and what they are worth to the others",
      summary: "Shapley values of \(matrix.players.count) players for \(matrix.classes.count) classes",
      rows: matrix.players, columns: matrix.classes, values: matrix.values.map { $0.map { Optional($0) } },
      limit: limit == 0 ? nil : limit, isPercent: false, rowTitle: ClassesStatements.singular(document),
      columnTitle: "Shapley value for the class"
    ).drawing
  }

  static func overlap(_ document: ClassesDocument) -> SVGDrawing {
    let overlap = document.overlap
    return HeatMap(
      title: "What the tops have in common",
      summary: overlap.closest.first.map { "\($0.first) and \($0.second) share \($0.count)" } ?? "",
      rows: overlap.classes, columns: overlap.classes,
      values: overlap.counts.map { $0.map { Double($0) / Double(document.question.top) } }, limit: 1, isPercent: true,
      rowTitle: "class", columnTitle: "percent of the top \(document.question.top) that are in the other's too"
    ).drawing
  }

  static func effects(_ removal: ClassesDocument.Removal) -> SVGDrawing {
    // Columns in the order of the rows, so that a class's own change stands on the diagonal.
    let own = removal.rows.compactMap { row in removal.classes.firstIndex { $0.label == row.label } }
    let order = own + removal.classes.indices.filter { !own.contains($0) }
    let ownSet = removal.rows.filter { row in removal.classes.contains { $0.label == row.label } }
    func changes(_ row: ClassesDocument.Removal.Row) -> [Double?] {
      order.map { row.accuracies[$0] - removal.classes[$0].accuracy }
    }
    var rows = ownSet.map { "without \($0.name)'s top" }
    var values = ownSet.map(changes)
    let random = removal.randomChanges
    if !random.isEmpty {
      rows.append("without \(removal.count) random")
      values.append(order.map { random[$0] })
    }
    return HeatMap(
      title: "What removing a class's top does to every class",
      summary: removal.means.map { "The class itself changes by \(ClassesText.points($0.own)) points on average" }
        ?? "",
      rows: rows, columns: order.map { removal.classes[$0].name }, values: values, limit: 1, isPercent: true,
      rowTitle: "removed", columnTitle: "change of the accuracy on the class, in points of percent"
    ).drawing
  }

  static func layers(_ document: ClassesDocument) -> SVGDrawing {
    let shown = document.overlap.classes
    let entries = shown.compactMap { name in document.classes.first { $0.name == name } }
    let values = document.layers.indices.map { layer in
      entries.map { entry -> Double? in
        let mass = entry.positive.reduce(0, +)
        return mass > 0 ? entry.positive[layer] / mass : nil
      }
    }
    return HeatMap(
      title: "Where in the network a class's positive value sits",
      summary: "Shares of \(document.layers.count) layers for \(entries.count) classes", rows: document.layers,
      columns: entries.map(\.name), values: values, isPercent: true, rowTitle: "layer, input first",
      columnTitle: "share of the class's positive value, in percent"
    ).drawing
  }
}
