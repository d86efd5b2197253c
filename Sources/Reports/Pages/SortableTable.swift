/// A table of a page whose rows can be sorted by any column, and searched when there are many.
package struct SortableTable: Sendable {
  package enum Cell: Sendable, Hashable {
    case text(String)
    /// A name of a filter, layer or file, in letters of equal width.
    case name(String)
    /// A name that leads to the place of the page with that name.
    case link(String)
    /// What is sorted by, and what is shown; cells without a value come last.
    case number(Double?, String)
  }

  package struct Column: Sendable, Hashable {
    let title: String
    let isNumber: Bool

    package init(_ title: String, isNumber: Bool = false) {
      self.title = title
      self.isNumber = isNumber
    }
  }

  /// More rows than this are in the table's file alone.
  static let mostRows = 1000
  /// From so many rows on there is a field to search in.
  static let searchedRows = 12

  private let id: String
  private let columns: [Column]
  private let rows: [[Cell]]

  /// - Parameter id: of the element; unique on its page.
  /// - Precondition: every row has a cell for every column.
  package init(id: String, columns: [Column], rows: [[Cell]]) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row has a cell for every column")
    self.id = id
    self.columns = columns
    self.rows = rows
  }

  package var markup: String {
    let heads = columns.map {
      "<th scope=\"col\"\($0.isNumber ? " class=\"number\"" : "")><button type=\"button\">\(Markup.escaped($0.title))</button></th>"
    }
    let search =
      rows.count < Self.searchedRows
      ? "" : "<div class=\"controls\" hidden><label>Search <input type=\"search\" autocomplete=\"off\"></label></div>\n"
    let rest =
      rows.count <= Self.mostRows
      ? ""
      : "\n<p class=\"soft\">The first \(NumberText.grouped(Self.mostRows)) of \(NumberText.grouped(rows.count)) rows; "
        + "all of them are in the CSV file beside this page.</p>"
    let lines = rows.prefix(Self.mostRows).map { "<tr>\($0.map(Self.markup).joined())</tr>" }
    return """
      <div class="sortable" id="\(Markup.escaped(id))">\(search)<div class="scroll"><table><thead><tr>\(heads.joined())</tr></thead><tbody>
      \(lines.joined(separator: "\n"))
      </tbody></table></div>\(rest)</div>
      """
  }

  private static func markup(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): return "<td>\(Markup.escaped(text))</td>"
    case .name(let name): return "<td class=\"mono\">\(Markup.escaped(name))</td>"
    case .link(let name): return "<td>\(PageAnchor.link(name))</td>"
    case .number(let value, let text):
      let key = value.map { $0.isFinite ? "\($0)" : "" } ?? ""
      return "<td class=\"number\" data-value=\"\(key)\">\(Markup.escaped(text))</td>"
    }
  }

  /// Makes every table of a page sortable and searchable; plain without scripts.
  static let script = """
    (() => {
      for (const frame of document.querySelectorAll('.sortable')) {
        const body = frame.querySelector('tbody'), heads = [...frame.querySelectorAll('thead th')];
        const rows = [...body.rows];
        const key = (row, column) => {
          const cell = row.cells[column];
          if (cell.dataset.value === undefined) return cell.textContent;
          return cell.dataset.value === '' ? null : Number(cell.dataset.value);
        };
        let sorted = -1, direction = 1;
        heads.forEach((head, column) => head.querySelector('button').addEventListener('click', () => {
          direction = column === sorted ? -direction : head.classList.contains('number') ? -1 : 1;
          sorted = column;
          const order = rows.map((row, place) => ({ row, place, value: key(row, column) }));
          order.sort((a, b) => {
            if (a.value === b.value) return a.place - b.place;
            if (a.value === null) return 1;
            if (b.value === null) return -1;
            return (a.value < b.value ? -1 : 1) * direction;
          });
          heads.forEach(other => other.removeAttribute('aria-sort'));
          head.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
          body.append(...order.map(entry => entry.row));
        }));
        const search = frame.querySelector('input');
        if (!search) continue;
        frame.querySelector('.controls').hidden = false;
        search.addEventListener('input', () => {
          const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
          for (const row of rows) row.hidden = !words.every(word => row.textContent.toLowerCase().includes(word));
        });
      }
      document.documentElement.dataset.ready = 'true';
    })();
    """
}
