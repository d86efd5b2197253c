/// The script that makes the table of all players searchable and sortable, a page at a time, so that tens of thousands of
/// rows stay quick.
enum PlayersTableScript {
  static let source = """
    (() => {
      const data = JSON.parse(document.getElementById('players-data').textContent);
      const table = document.getElementById('players'), body = table.tBodies[0];
      const search = document.getElementById('search'), status = document.getElementById('status');
      const previous = document.getElementById('previous'), next = document.getElementById('next');
      const position = document.getElementById('position');
      const size = 100;
      let rows = data.rows, page = 0, column = 0, direction = 1;
      const number = (value, digits) => value === null ? '' :
        (value === 0 ? '0' : Math.abs(value) < 1e-5 ? value.toExponential(digits - 1) : value.toPrecision(digits))
          .replace('-', '\\u2212');
      const compare = (a, b) => {
        const x = a[column], y = b[column];
        if (x === y) return a[0] - b[0];
        if (x === null) return 1;
        if (y === null) return -1;
        return (x < y ? -1 : 1) * direction;
      };
      const draw = () => {
        const pages = Math.max(1, Math.ceil(rows.length / size));
        page = Math.min(Math.max(page, 0), pages - 1);
        const fragment = document.createDocumentFragment();
        for (const row of rows.slice(page * size, page * size + size)) {
          const line = document.createElement('tr');
          row.forEach((value, index) => {
            if (!data.shown[index]) return;
            const cell = document.createElement('td');
            const text = index === 1 || index === 7 ? value : index === 0 || index === 6 ? value.toLocaleString('en') : number(value, 4);
            cell.textContent = text;
            cell.className = index === 1 ? 'mono' : index === 7 ? '' : index === 2 && value < 0 ? 'number harms' : 'number';
            line.append(cell);
          });
          fragment.append(line);
        }
        body.replaceChildren(fragment);
        const first = rows.length ? page * size + 1 : 0;
        position.textContent = first.toLocaleString('en') + ' to ' + Math.min(rows.length, (page + 1) * size).toLocaleString('en') +
          ' of ' + rows.length.toLocaleString('en');
        previous.disabled = page === 0;
        next.disabled = page >= pages - 1;
      };
      const select = () => {
        const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean), wanted = status.value;
        rows = data.rows.filter(row => (!wanted || row[7] === wanted) && words.every(word => row[1].toLowerCase().includes(word)));
        rows.sort(compare);
        page = 0;
        draw();
      };
      table.querySelectorAll('thead th').forEach(head => head.querySelector('button').addEventListener('click', () => {
        const wanted = Number(head.dataset.column);
        direction = wanted === column ? -direction : (wanted === 0 || wanted === 1 || wanted === 7 ? 1 : -1);
        column = wanted;
        table.querySelectorAll('thead th').forEach(other => other.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
        select();
      }));
      let pause;
      search.addEventListener('input', () => { clearTimeout(pause); pause = setTimeout(select, 120); });
      status.addEventListener('change', select);
      previous.addEventListener('click', () => { page -= 1; draw(); });
      next.addEventListener('click', () => { page += 1; draw(); });
      document.getElementById('controls').hidden = false;
      document.getElementById('pages').hidden = false;
      draw();
    })();
    """
}
