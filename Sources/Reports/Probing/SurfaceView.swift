import Probing

/// What, when and where as surfaces that can be turned with the mouse or the arrow keys: one a concept, side by side.
///
/// The page draws them itself; without scripts the heat maps beside them show the same numbers.
enum SurfaceView {
  static func markup(_ series: [WhatWhenWhere]) -> String {
    let numbers = series.map { series in
      [
        "\"concept\":\(text(series.concept))", "\"steps\":[\(list(series.steps))]",
        "\"layers\":[\(series.layers.map(text).joined(separator: ","))]",
        "\"score\":[\(series.scores.map { "[\(list($0))]" }.joined(separator: ","))]",
        "\"above\":[\(series.aboveInput.map { "[\(list($0))]" }.joined(separator: ","))]",
        "\"input\":\(plain(series.input))",
      ].joined(separator: ",")
    }
    let canvases = series.indices.map {
      "<figure><h3>\(Markup.escaped(series[$0].concept))</h3>"
        + "<canvas tabindex=\"0\" data-series=\"\($0)\" width=\"800\" height=\"560\"></canvas></figure>"
    }
    return """
      <div class="surfaces"><div class="controls"><label>Height <select><option value="above">score above the image's own</option><option value="score">score</option></select></label></div>
      <div class="surface-grid">\(canvases.joined(separator: "\n"))</div>
      <script type="application/json">[\(numbers.map { "{\($0)}" }.joined(separator: ","))]</script>
      <style>\(style)</style><script>\(script)</script></div>
      """
  }

  /// Numbers as JSON with four decimals.
  private static func list(_ values: [Double]) -> String { values.map(plain).joined(separator: ",") }

  private static func plain(_ value: Double) -> String {
    value.isFinite ? "\((value * 10_000).rounded() / 10_000)" : "null"
  }

  /// A JSON string that is harmless within a script element.
  private static func text(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"", "\\", "<", ">", "&": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      case _ where scalar.value < 32:
        "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }

  private static let style = """
    .surface-grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
    .surface-grid figure { margin: 0; } .surface-grid canvas { width: 100%; height: auto; touch-action: pan-y; cursor: grab;
      border: 1px solid var(--line); border-radius: 8px; }
    """

  private static let script = """
    (() => {
      const frame = document.currentScript.closest('.surfaces');
      const all = JSON.parse(frame.querySelector('script[type="application/json"]').textContent);
      const choice = frame.querySelector('select');
      const view = { turn: -0.75, tilt: 0.5 };
      const canvases = [...frame.querySelectorAll('canvas')];
      const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
      const mix = (a, b, t) => {
        const parse = text => [1, 3, 5].map(place => parseInt(text.slice(place, place + 2), 16));
        const [p, q] = [parse(a), parse(b)];
        return `rgb(${p.map((value, place) => Math.round(value + (q[place] - value) * t)).join(',')})`;
      };
      const draw = canvas => {
        const series = all[Number(canvas.dataset.series)], heights = series[choice.value];
        const pen = canvas.getContext('2d'), width = canvas.width, height = canvas.height;
        const layers = series.layers.length, steps = series.steps.length;
        const first = series.steps[0], span = series.steps[steps - 1] - first;
        // One scale for all, so that heights can be compared.
        const numbers = all.flatMap(each => each[choice.value]).flat().filter(value => value !== null);
        const top = Math.max(0.1, ...numbers), bottom = Math.min(0, ...numbers);
        // x: training, y: depth, z: height; each within −1 to 1.
        const x = step => span > 0 ? (series.steps[step] - first) / span * 2 - 1 : 0;
        const y = layer => layers > 1 ? layer / (layers - 1) * 2 - 1 : 0;
        const z = value => ((value ?? 0) - bottom) / (top - bottom) * 1.1 - 0.55;
        const [sin, cos, up, over] = [Math.sin(view.turn), Math.cos(view.turn), Math.sin(view.tilt), Math.cos(view.tilt)];
        const place = (a, b, c) => {
          const [right, depth] = [a * cos - b * sin, a * sin + b * cos];
          return { x: width / 2 + right * width * 0.255, y: height * 0.5 + (depth * up - c * over) * width * 0.24, depth };
        };
        pen.clearRect(0, 0, width, height);
        pen.font = '20px system-ui, sans-serif'; pen.lineWidth = 1.5; pen.textAlign = 'center';
        const line = (points, stroke) => {
          pen.beginPath(); points.forEach((point, index) => index ? pen.lineTo(point.x, point.y) : pen.moveTo(point.x, point.y));
          pen.strokeStyle = stroke; pen.stroke();
        };
        const soft = colour('--soft'), rule = colour('--line'), ink = colour('--ink');
        const floor = z(0);
        line([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]].map(([a, b]) => place(a, b, floor)), rule);
        const faces = [];
        for (let layer = 0; layer + 1 < layers; layer++) for (let step = 0; step + 1 < steps; step++) {
          const corners = [[layer, step], [layer, step + 1], [layer + 1, step + 1], [layer + 1, step]];
          const values = corners.map(([l, s]) => heights[l][s] ?? 0);
          const points = corners.map(([l, s], index) => place(x(s), y(l), z(values[index])));
          faces.push({ points, mean: values.reduce((a, b) => a + b) / 4, depth: points.reduce((a, p) => a + p.depth, 0) });
        }
        if (!faces.length) for (let layer = 0; layer < layers; layer++) {
          line(heights[layer].map((value, step) => place(x(step), y(layer), z(value))), colour('--helps'));
          heights[layer].forEach((value, step) => {
            const point = place(x(step), y(layer), z(value));
            pen.beginPath(); pen.arc(point.x, point.y, 5, 0, 7); pen.fillStyle = colour('--helps'); pen.fill();
          });
        }
        faces.sort((a, b) => a.depth - b.depth);
        const paper = colour('--paper'), [helps, harms] = [colour('--helps'), colour('--harms')];
        for (const face of faces) {
          pen.beginPath(); face.points.forEach((point, index) => index ? pen.lineTo(point.x, point.y) : pen.moveTo(point.x, point.y));
          pen.closePath();
          const strength = Math.min(1, Math.abs(face.mean) / Math.max(top, -bottom));
          pen.fillStyle = mix(paper, face.mean < 0 ? harms : helps, 0.12 + 0.8 * strength); pen.fill();
          pen.strokeStyle = ink; pen.globalAlpha = 0.45; pen.stroke(); pen.globalAlpha = 1;
        }
        const label = (text, point) => { pen.fillStyle = soft; pen.fillText(text, point.x, point.y + 7); };
        const sideY = cos > 0 ? 1 : -1, sideX = sin > 0 ? 1 : -1;
        const shown = Math.ceil(steps / 6);
        for (let step = 0; step < steps; step += shown) label(`${series.steps[step]}`, place(x(step), 1.16 * sideY, floor));
        label('step', place(0, 1.42 * sideY, floor));
        const every = Math.ceil(layers / 8);
        for (let layer = 0; layer < layers; layer += every) {
          const name = series.layers[layer];
          label(name.length > 12 ? name.slice(0, 11) + '…' : name, place(1.3 * sideX, y(layer), floor));
        }
        const post = place(-sideX, sideY, 0), corner = c => place(-sideX, sideY, c);
        line([corner(z(bottom)), corner(z(top))], soft);
        for (const value of [-1.5, -1, -0.5, 0, 0.5, 1].filter(value => value >= bottom && value <= top)) {
          const point = corner(z(value)); pen.fillStyle = soft; pen.textAlign = point.x < width / 2 ? 'right' : 'left';
          pen.fillText(value.toFixed(1), point.x + (point.x < width / 2 ? -8 : 8), point.y + 6);
        }
        pen.textAlign = 'center';
      };
      const drawAll = () => canvases.forEach(draw);
      const turn = (across, down) => {
        view.turn += across; view.tilt = Math.max(0.05, Math.min(1.5, view.tilt + down)); drawAll();
      };
      for (const canvas of canvases) {
        canvas.setAttribute('role', 'img');
        canvas.setAttribute('aria-label', `${all[Number(canvas.dataset.series)].concept}: score by training step and layer`);
        let held = null;
        canvas.addEventListener('pointerdown', event => { held = event; canvas.setPointerCapture(event.pointerId); });
        canvas.addEventListener('pointermove', event => {
          if (!held) return;
          turn((held.clientX - event.clientX) * -0.01, (event.clientY - held.clientY) * 0.01); held = event;
        });
        for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { held = null; });
        canvas.addEventListener('keydown', event => {
          const steps = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
          if (steps) { event.preventDefault(); turn(...steps); }
        });
      }
      choice.addEventListener('change', drawAll);
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
      drawAll();
    })();
    """
}
