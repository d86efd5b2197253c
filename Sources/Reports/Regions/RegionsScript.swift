/// The script of the page of regions: what all views share. The views' own parts follow it in one function.
enum RegionsScript {
  static var source: String {
    [opening, RegionsScriptViews.plane, RegionsScriptViews.space, RegionsScriptViews.line, closing].joined()
  }

  private static let opening = #"""
    (() => {
      'use strict';
      const root = document.documentElement, $ = id => document.getElementById(id);
      window.addEventListener('error', event => { root.dataset.error = event.message; });
      const data = JSON.parse($('regions-data').textContent);
      const inputs = data.inputs, neurons = data.neurons, isPlane = inputs.length === 2, regions = data.regions || null;
      const state = { place: inputs.map(input => (input.range[0] + input.range[1]) / 2), held: false, neuron: -1,
        mode: 'positives', palette: $('palette').value, dots: !!data.points, turn: 0.62, tilt: 0.5 };
      if (data.marks.length) state.place = data.marks[0].p.map((v, i) => Math.min(Math.max(v, inputs[i].range[0]), inputs[i].range[1]));
      const bySigns = new Map((regions || []).map((region, index) => [region.s, index]));
      const most = Math.max(1, ...(regions || []).map(region => region.n || 0));
      const output = (neuron, place) => neuron.w.reduce((sum, w, i) => sum + w * place[i], neuron.b) - neuron.t;
      const signsAt = place => neurons.map(neuron => { const y = output(neuron, place); return y > 0 ? '+' : y < 0 ? '-' : '0'; }).join('');
      const regionAt = place => {
        if (!regions) return -1;
        let found = bySigns.get(signsAt(place));
        // On a boundary, or within rounding of one, a place a little beside it.
        for (let step = 1e-9; found === undefined && step < 0.02; step *= 4) {
          for (const turn of [0, 1, 2, 3, 4, 5, 6, 7]) {
            const beside = place.map((v, i) => {
              const [low, high] = inputs[i].range, way = i ? Math.sin(turn * Math.PI / 4 + 0.3) : Math.cos(turn * Math.PI / 4 + 0.3);
              return Math.min(Math.max(v + way * step * (high - low), low), high);
            });
            found = bySigns.get(signsAt(beside));
            if (found !== undefined) break;
          }
        }
        return found === undefined ? -1 : found;
      };
      const percent = share => share > 0 && share < 0.0005 ? '< 0.1 %' : (100 * share).toFixed(share > 0 && share < 0.9995 ? 1 : 0) + ' %';
      const number = value => Math.abs(value) >= 1e5 || value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : String(Number(value.toPrecision(3)));
      const signs = text => text.replace(/-/g, '−');

      // Colours.
      const channels = colour => [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16));
      const mixed = (a, b, share) => { const [p, q] = [channels(a), channels(b)]; return 'rgb(' + p.map((v, i) => Math.round(v + share * (q[i] - v))).join(',') + ')'; };
      const ends = () => data['palette-' + state.palette];
      const ramp = whole => { const [minus, middle, plus] = ends(), share = 0.5 + 0.8 * (whole - 0.5); return share < 0.5 ? mixed(minus, middle, 2 * share) : mixed(middle, plus, 2 * share - 1); };
      const signColour = sign => sign === '+' ? ends()[2] : sign === '-' ? ends()[0] : '#b9bec6';
      const lineColour = index => data.colours[index % data.colours.length];
      const css = name => getComputedStyle(root).getPropertyValue(name).trim();
      const positives = region => region.s.split('+').length - 1;
      const range = (regions || []).reduce((r, region) => [Math.min(r[0], positives(region)), Math.max(r[1], positives(region))], [neurons.length, 0]);
      const fill = region => {
        if (state.mode === 'neuron' && state.neuron >= 0) {
          const sign = region.s[state.neuron];
          return sign === '0' ? '#d5d8dd' : mixed(ends()[1], signColour(sign), 0.72);
        }
        if (state.mode === 'data') return region.n ? mixed('#eef1f6', '#1d3f73', 0.12 + 0.88 * Math.sqrt(region.n / most)) : '#f7f8fa';
        return ramp(range[1] > range[0] ? (positives(region) - range[0]) / (range[1] - range[0]) : 0.5);
      };

      // Canvases with as many pixels as the screen has.
      const prepare = (canvas, shape) => {
        const width = Math.max(240, canvas.clientWidth), height = Math.round(shape(width)), scale = window.devicePixelRatio || 1;
        if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
          canvas.width = Math.round(width * scale);
          canvas.height = Math.round(height * scale);
          canvas.style.height = height + 'px';
        }
        const context = canvas.getContext('2d');
        context.setTransform(scale, 0, 0, scale, 0, 0);
        context.clearRect(0, 0, width, height);
        context.font = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
        context.lineJoin = context.lineCap = 'round';
        return { context, width, height };
      };
      const ticks = ([low, high], count) => {
        const raw = (high - low) / count, power = Math.pow(10, Math.floor(Math.log10(raw)));
        const step = power * ([1, 2, 5].find(f => f * power >= raw * 0.999) || 10), found = [];
        for (let i = Math.ceil(low / step - 1e-9); i <= high / step + 1e-9 && found.length < 40; i += 1) found.push(i * step);
        const decimals = Math.min(6, Math.max(0, -Math.floor(Math.log10(step * 1.0001))));
        return found.map(value => [value, Math.abs(value) < 1e5 ? value.toFixed(decimals).replace('-', '−') : value.toExponential(1)]);
      };
      const halo = (context, text, x, y) => {
        context.lineWidth = 3;
        context.strokeStyle = 'rgba(255,255,255,.9)';
        context.strokeText(text, x, y);
        context.fillStyle = '#10151c';
        context.fillText(text, x, y);
      };
      const dot = (context, x, y, radius, colour, rim) => {
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.fillStyle = colour;
        context.fill();
        if (rim) { context.lineWidth = 1.5; context.strokeStyle = rim; context.stroke(); }
      };
      const within = place => place.every((v, i) => v >= inputs[i].range[0] && v <= inputs[i].range[1]);
      const shown = () => state.neuron >= 0 ? [state.neuron] : neurons.map((_, index) => index);

      // The list of neurons and what is known of the place.
      const chips = neurons.map((neuron, index) => {
        if (index >= 400) return null;
        const chip = document.createElement('button');
        chip.type = 'button';
        chip.title = neuron.name;
        const swatch = document.createElement('i'), name = document.createElement('span'), sign = document.createElement('b');
        swatch.style.background = lineColour(index);
        name.className = 'name';
        name.textContent = '\u200e' + neuron.name;
        chip.append(swatch, name, sign);
        chip.addEventListener('click', () => choose(state.neuron === index ? -1 : index));
        $('chips').append(chip);
        return chip;
      });
      const line = (parent, tag, text, style) => {
        const element = document.createElement(tag);
        element.textContent = text;
        if (style) element.className = style;
        parent.append(element);
      };
      const describe = () => {
        const here = signsAt(state.place), index = regionAt(state.place), region = index >= 0 ? regions[index] : null;
        const text = region ? region.s : here, box = document.createDocumentFragment();
        chips.forEach((chip, k) => {
          if (!chip) return;
          chip.className = text[k] === '+' ? 'plus' : text[k] === '-' ? 'minus' : '';
          chip.querySelector('b').textContent = signs(text[k]);
          chip.setAttribute('aria-pressed', String(k === state.neuron));
        });
        line(box, 'h3', (region ? 'Region ' + index : 'Here') + (state.held ? ' (held)' : ''));
        line(box, 'p', 'at ' + state.place.map(number).join(', '));
        if (neurons.length <= 120) line(box, 'p', signs(text), 'mono');
        if (region) {
          line(box, 'p', percent(region.a) + (isPlane ? ' of the area' : ' of the length'));
          if (data.total) {
            const share = region.n / data.total, error = Math.sqrt(share * (1 - share) / data.total);
            line(box, 'p', percent(share) + ' ± ' + (100 * error).toFixed(1) + ' % of the data: ' + region.n.toLocaleString('en'));
          }
          if (region.c && region.c.length) {
            const top = region.c.slice().sort((a, b) => b[1] - a[1]).slice(0, 3);
            line(box, 'p', top.map(([k, n]) => data.classes[k] + ' ' + n.toLocaleString('en')).join(', '));
          }
          for (const [next, flips] of region.e.slice(0, 6))
            line(box, 'p', '→ region ' + next + ': ' + flips.slice(0, 4).map(k => neurons[k].name + ' turns ' + (region.s[k] === '+' ? '−' : '+')).join(', '));
        } else if (!regions) line(box, 'p', 'Too many regions for one page: all ' + data.regionCount.toLocaleString('en') + ' are in regions.csv.');
        if (state.neuron >= 0) line(box, 'p', neurons[state.neuron].name + (neurons[state.neuron].t ? ' − threshold = ' : ' = ') + number(output(neurons[state.neuron], state.place)).replace('-', '−'));
        $('info').replaceChildren(box);
      };
      const legend = () => {
        const [minus, middle, plus] = ends(), isData = state.mode === 'data';
        root.style.setProperty('--plus', plus);
        root.style.setProperty('--minus', minus);
        const bar = document.createElement('div'), words = document.createElement('div');
        bar.className = 'ramp';
        bar.style.background = isData ? 'linear-gradient(90deg, #eef1f6, #1d3f73)' : 'linear-gradient(90deg, ' + [minus, middle, plus].join(',') + ')';
        words.className = 'ends';
        const pair = isData ? ['no data', 'most data'] : state.mode === 'neuron' ? ['negative', 'positive'] : regions ? [range[0] + ' positive', range[1] + ' positive'] : ['', ''];
        pair.forEach(word => line(words, 'span', word));
        $('legend').replaceChildren(bar, words);
      };
      const views = [];
      let asked = false;
      const draw = fresh => {
        if (fresh) views.forEach(view => { view.base = null; });
        if (asked) return;
        asked = true;
        requestAnimationFrame(() => { asked = false; views.forEach(view => view.draw()); describe(); });
      };
      const choose = index => {
        state.neuron = Math.min(Math.max(index, -1), neurons.length - 1);
        $('neuron').value = String(state.neuron + 1);
        $('chosen').textContent = state.neuron < 0 ? 'all' : neurons[state.neuron].name;
        if (state.mode !== 'data') $('mode').value = state.mode = state.neuron < 0 ? 'positives' : 'neuron';
        legend();
        draw(true);
      };
      const move = place => { state.place = place.map((v, i) => Math.min(Math.max(v, inputs[i].range[0]), inputs[i].range[1])); draw(); };
      const keys = (canvas, arrows) => canvas.addEventListener('keydown', event => {
        const step = event.shiftKey ? 0.005 : 0.02;
        const arrow = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
        if (arrow) arrows(arrow);
        else if (event.key === '+' || event.key === '=') choose(state.neuron + 1 < neurons.length ? state.neuron + 1 : -1);
        else if (event.key === '-') choose(state.neuron < 0 ? neurons.length - 1 : state.neuron - 1);
        else if (event.key === 'Enter' || event.key === ' ') { state.held = !state.held; draw(); }
        else if (event.key === 'Escape') { state.held = false; choose(-1); }
        else return;
        event.preventDefault();
      });
      const moveKeys = arrow => move(state.place.map((v, i) => v + arrow[i] * (inputs[i].range[1] - inputs[i].range[0])));
      const follow = (canvas, placeAt) => {
        canvas.addEventListener('pointermove', event => { const place = placeAt(event); if (place && !state.held) move(place); });
        canvas.addEventListener('click', event => {
          const place = placeAt(event);
          if (!place) return;
          state.held = !state.held;
          move(place);
        });
      };

    """#

  private static let closing = #"""
      if (isPlane) { views.push(planeView($('plane')), spaceView($('space'))); } else { views.push(linesView($('lines')), stripView($('strip'))); }
      $('palette').addEventListener('change', event => { state.palette = event.target.value; legend(); draw(true); });
      $('mode').addEventListener('change', event => {
        state.mode = event.target.value;
        if (state.mode === 'neuron' && state.neuron < 0) choose(0);
        legend();
        draw(true);
      });
      $('neuron').addEventListener('input', event => choose(Number(event.target.value) - 1));
      if ($('dots')) $('dots').addEventListener('change', event => { state.dots = event.target.checked; draw(true); });
      root.classList.add('ready');
      window.addEventListener('resize', () => draw(true));
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => draw(true));
      legend();
      views.forEach(view => view.draw());
      describe();
      root.dataset.views = String(views.length);

      // With #test in the address the page plays through its controls and says whether all went well.
      const rehearse = () => {
        const faults = [];
        const check = (holds, what) => { if (!holds) faults.push(what); };
        for (const region of regions || []) {
          if (region.a < 1e-6) continue;
          const corners = isPlane ? region.v.map(k => data.vertices[k]) : region.i.map(v => [v]);
          const middle = inputs.map((_, i) => corners.reduce((sum, corner) => sum + corner[i], 0) / corners.length);
          check(signsAt(middle) === region.s, 'signs of a region');
          check(regions[regionAt(middle)] === region, 'place of a region');
        }
        for (const view of views) {
          const box = view.canvas.getBoundingClientRect();
          for (let i = 1; i < 10; i += 1) {
            const at = { clientX: box.left + box.width * i / 10, clientY: box.top + box.height * (0.2 + 0.06 * i), bubbles: true, pointerId: 1 };
            for (const kind of ['pointerdown', 'pointermove', 'pointerup']) view.canvas.dispatchEvent(new PointerEvent(kind, at));
            view.canvas.dispatchEvent(new MouseEvent('click', at));
            view.draw();
            describe();
            check($('info').textContent.length > 10, 'what is said of a place');
          }
          for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', '+', '+', '-', 'Enter', 'Escape']) {
            view.canvas.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
            view.draw();
          }
          check(state.neuron === -1, 'Escape');
        }
        for (const option of $('mode').options) { $('mode').value = option.value; $('mode').dispatchEvent(new Event('change')); views.forEach(view => view.draw()); }
        for (const option of $('palette').options) { $('palette').value = option.value; $('palette').dispatchEvent(new Event('change')); views.forEach(view => view.draw()); }
        chips.slice(0, 12).forEach((chip, k) => {
          choose(-1);
          chip.click();
          check(state.neuron === k && $('neuron').value === String(k + 1), 'a click on a neuron');
          views.forEach(view => view.draw());
        });
        const before = views.map(view => view.canvas.toDataURL().length);
        check(before.every(length => length > 2000), 'an empty picture');
        root.dataset.test = faults.length ? 'failed: ' + faults[0] : 'passed';
      };
      if (location.hash === '#test') rehearse();
      const wanted = /^#neuron=(\d+)$/.exec(location.hash);
      if (wanted) choose(Number(wanted[1]));
    })();
    """#
}
