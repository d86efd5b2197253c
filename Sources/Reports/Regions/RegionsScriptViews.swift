/// The four views of the page's script: the plane of two inputs, the planes above it, the lines over one input and the
/// input alone.
enum RegionsScriptViews {
  static let plane = #"""
      const planeView = canvas => {
        const margin = { left: 50, right: 10, top: 24, bottom: 44 };
        let size = { width: 1, height: 1 };
        const x = v => margin.left + (v - inputs[0].range[0]) / (inputs[0].range[1] - inputs[0].range[0]) * (size.width - margin.left - margin.right);
        const y = v => size.height - margin.bottom - (v - inputs[1].range[0]) / (inputs[1].range[1] - inputs[1].range[0]) * (size.height - margin.top - margin.bottom);
        const outline = (context, region) => {
          context.beginPath();
          region.v.forEach((k, i) => context[i ? 'lineTo' : 'moveTo'](x(data.vertices[k][0]), y(data.vertices[k][1])));
          context.closePath();
        };
        const drawBase = context => {
          const left = x(inputs[0].range[0]), right = x(inputs[0].range[1]), bottom = y(inputs[1].range[0]), top = y(inputs[1].range[1]);
          context.fillStyle = '#f7f8fa';
          context.fillRect(left, top, right - left, bottom - top);
          for (const region of regions || []) {
            outline(context, region);
            context.fillStyle = context.strokeStyle = fill(region);
            context.lineWidth = 0.7;
            context.fill();
            context.stroke();
          }
          const isDense = neurons.length > 40;
          context.save();
          context.beginPath();
          context.rect(left, top, right - left, bottom - top);
          context.clip();
          neurons.forEach((neuron, k) => {
            if (!neuron.ends) return;
            const isChosen = k === state.neuron;
            context.globalAlpha = state.neuron < 0 ? (isDense ? 0.6 : 1) : isChosen ? 1 : 0.3;
            context.lineWidth = isChosen ? 3.4 : isDense ? 0.9 : 2;
            context.strokeStyle = lineColour(k);
            context.beginPath();
            context.moveTo(x(neuron.ends[0]), y(neuron.ends[1]));
            context.lineTo(x(neuron.ends[2]), y(neuron.ends[3]));
            context.stroke();
          });
          context.globalAlpha = 1;
          if (state.dots) for (const point of data.points || []) if (within([point[0], point[1]])) dot(context, x(point[0]), y(point[1]), 1.6, 'rgba(16,21,28,.32)');
          context.restore();
          context.lineWidth = 1;
          context.strokeStyle = css('--soft');
          context.strokeRect(left, top, right - left, bottom - top);
          context.fillStyle = css('--soft');
          context.textAlign = 'center';
          for (const [value, text] of ticks(inputs[0].range, 6)) context.fillText(text, x(value), bottom + 17);
          context.textAlign = 'right';
          for (const [value, text] of ticks(inputs[1].range, 6)) context.fillText(text, left - 6, y(value) + 4);
          context.fillStyle = css('--ink');
          context.textAlign = 'center';
          context.fillText('→ ' + inputs[0].name, (left + right) / 2, bottom + 36, right - left);
          context.textAlign = 'left';
          context.fillText('↑ ' + inputs[1].name, 4, 13, size.width - 8);
          for (const mark of data.marks) {
            if (!within(mark.p)) continue;
            const place = [x(mark.p[0]), y(mark.p[1])], isRight = place[0] > size.width * 0.6;
            dot(context, place[0], place[1], 4.5, '#10151c', '#ffffff');
            context.textAlign = isRight ? 'right' : 'left';
            halo(context, mark.name, place[0] + (isRight ? -9 : 9), place[1] - 7);
          }
        };
        const view = { canvas, base: null };
        view.draw = () => {
          const prepared = prepare(canvas, width => Math.min(width * 0.86, 620));
          size = prepared;
          if (!view.base || view.base.width !== canvas.width || view.base.height !== canvas.height) {
            view.base = document.createElement('canvas');
            view.base.width = canvas.width;
            view.base.height = canvas.height;
            const context = view.base.getContext('2d'), scale = canvas.width / size.width;
            context.scale(scale, scale);
            context.font = prepared.context.font;
            context.lineJoin = context.lineCap = 'round';
            drawBase(context);
          }
          const context = prepared.context;
          context.drawImage(view.base, 0, 0, size.width, size.height);
          const index = regionAt(state.place);
          if (index >= 0) {
            outline(context, regions[index]);
            context.lineWidth = 5;
            context.strokeStyle = 'rgba(255,255,255,.85)';
            context.stroke();
            context.lineWidth = 2.2;
            context.strokeStyle = '#10151c';
            context.stroke();
          }
          const place = [x(state.place[0]), y(state.place[1])];
          dot(context, place[0], place[1], 4, state.held ? '#10151c' : '#ffffff', state.held ? '#ffffff' : '#10151c');
        };
        follow(canvas, event => {
          const box = canvas.getBoundingClientRect();
          const across = (event.clientX - box.left - margin.left) / (size.width - margin.left - margin.right);
          const up = (size.height - margin.bottom - (event.clientY - box.top)) / (size.height - margin.top - margin.bottom);
          if (across < 0 || across > 1 || up < 0 || up > 1) return null;
          return [across, up].map((share, i) => inputs[i].range[0] + share * (inputs[i].range[1] - inputs[i].range[0]));
        });
        keys(canvas, moveKeys);
        return view;
      };

    """#

  static let space = #"""
      const spaceView = canvas => {
        const floor = -1.25, limit = 8;
        let size = { width: 1, height: 1 }, drag = null;
        const unit = (v, i) => 2 * (v - inputs[i].range[0]) / (inputs[i].range[1] - inputs[i].range[0]) - 1;
        const corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([i, j]) => [inputs[0].range[i], inputs[1].range[j]]);
        const unitLength = () => Math.min(size.width / 3.1, size.height / 3.75);
        const project = (u, v, z) => {
          const across = u * Math.cos(state.turn) - v * Math.sin(state.turn), away = u * Math.sin(state.turn) + v * Math.cos(state.turn), s = unitLength();
          return [size.width / 2 + s * across, size.height * 0.465 - s * (0.95 * z * Math.cos(state.tilt) + away * Math.sin(state.tilt))];
        };
        const path = (context, places) => {
          context.beginPath();
          places.forEach((p, i) => context[i ? 'lineTo' : 'moveTo'](p[0], p[1]));
        };
        const view = { canvas, base: null };
        view.draw = () => {
          const prepared = prepare(canvas, width => Math.min(Math.max(width * 0.68, 320), 620)), context = prepared.context;
          size = prepared;
          const visible = shown().slice(0, limit);
          const height = Math.max(1e-300, ...visible.flatMap(k => corners.map(corner => Math.abs(output(neurons[k], corner)))));
          const lift = (k, place) => output(neurons[k], place) / height;
          const onFloor = place => project(unit(place[0], 0), unit(place[1], 1), floor);
          const drawFloor = () => {
            path(context, corners.map(onFloor));
            context.closePath();
            context.fillStyle = '#f7f8fa';
            context.fill();
            if (regions && regions.length <= 2500) for (const region of regions) {
              path(context, region.v.map(k => onFloor(data.vertices[k])));
              context.closePath();
              context.fillStyle = context.strokeStyle = fill(region);
              context.lineWidth = 0.7;
              context.fill();
              context.stroke();
            }
            neurons.forEach((neuron, k) => {
              if (!neuron.ends) return;
              const isVisible = visible.includes(k);
              context.globalAlpha = isVisible ? 1 : 0.25;
              context.lineWidth = isVisible ? 2.2 : 1;
              context.strokeStyle = lineColour(k);
              path(context, [onFloor(neuron.ends.slice(0, 2)), onFloor(neuron.ends.slice(2))]);
              context.stroke();
            });
            context.globalAlpha = 1;
            path(context, corners.map(onFloor));
            context.closePath();
            context.lineWidth = 1;
            context.strokeStyle = css('--soft');
            context.stroke();
          };
          drawFloor();
          // The farther planes first; they pass through each other, so that all stay see-through.
          const far = k => corners.reduce((sum, c) => sum + lift(k, c) * (unit(c[0], 0) * Math.sin(state.turn) + unit(c[1], 1) * Math.cos(state.turn)), 0);
          for (const k of visible.slice().sort((a, b) => far(b) - far(a))) {
            const neuron = neurons[k];
            path(context, corners.map(c => project(unit(c[0], 0), unit(c[1], 1), lift(k, c))));
            context.closePath();
            context.globalAlpha = visible.length === 1 ? 0.3 : 0.13;
            context.fillStyle = lineColour(k);
            context.fill();
            context.globalAlpha = 0.9;
            context.lineWidth = 1.5;
            context.strokeStyle = lineColour(k);
            context.stroke();
            context.globalAlpha = 1;
            if (!neuron.ends) continue;
            const at = [neuron.ends.slice(0, 2), neuron.ends.slice(2)];
            context.setLineDash([5, 4]);
            path(context, at.map(p => project(unit(p[0], 0), unit(p[1], 1), 0)));
            context.lineWidth = 2;
            context.stroke();
            context.setLineDash([1, 4]);
            context.lineWidth = 1;
            for (const p of at) { path(context, [project(unit(p[0], 0), unit(p[1], 1), 0), onFloor(p)]); context.stroke(); }
            context.setLineDash([]);
          }
          const here = state.place, foot = onFloor(here);
          const tops = visible.map(k => [k, project(unit(here[0], 0), unit(here[1], 1), lift(k, here))]);
          const highest = Math.min(foot[1], ...tops.map(([, p]) => p[1]));
          path(context, [foot, [foot[0], highest]]);
          context.lineWidth = 1.2;
          context.strokeStyle = css('--ink');
          context.stroke();
          dot(context, foot[0], foot[1], 4, '#10151c', '#ffffff');
          for (const [k, p] of tops) dot(context, p[0], p[1], 4.2, signColour(lift(k, here) > 0 ? '+' : '-'), '#10151c');
          context.fillStyle = css('--ink');
          context.textAlign = 'center';
          const middle = [0, 1].map(i => (inputs[i].range[0] + inputs[i].range[1]) / 2);
          const names = inputs.map(input => input.name.length > 34 ? input.name.slice(0, 14) + '…' + input.name.slice(-18) : input.name);
          const a = project(0, Math.cos(state.turn) > 0 ? -1.22 : 1.22, floor), b = project(Math.sin(state.turn) > 0 ? -1.22 : 1.22, 0, floor);
          for (const [p, name] of [[a, names[0]], [b, names[1]]]) {
            const half = context.measureText(name).width / 2 + 4;
            context.fillText(name, Math.min(Math.max(p[0], half), size.width - half), Math.min(p[1] + 4, size.height - 6));
          }
          context.textAlign = 'left';
          context.fillStyle = css('--soft');
          const note = state.neuron >= 0 ? neurons[state.neuron].name : neurons.length > limit ? 'the first ' + limit + ' of ' + neurons.length + ' neurons; choose another to see it' : '';
          context.fillText(note, 6, 15, size.width - 12);
        };
        canvas.addEventListener('pointerdown', event => {
          drag = [event.clientX, event.clientY];
          try { canvas.setPointerCapture(event.pointerId); } catch (error) { /* the pointer may be gone already */ }
        });
        canvas.addEventListener('pointerup', () => { drag = null; });
        canvas.addEventListener('pointercancel', () => { drag = null; });
        const turn = (across, up) => {
          state.turn += across;
          state.tilt = Math.min(Math.max(state.tilt + up, 0.08), 1.5);
          draw();
        };
        canvas.addEventListener('pointermove', event => {
          if (drag) {
            turn((event.clientX - drag[0]) * -0.009, (event.clientY - drag[1]) * 0.007);
            drag = [event.clientX, event.clientY];
            return;
          }
          if (state.held) return;
          const box = canvas.getBoundingClientRect(), s = unitLength();
          const across = (event.clientX - box.left - size.width / 2) / s;
          const away = ((size.height * 0.465 - (event.clientY - box.top)) / s - 0.95 * floor * Math.cos(state.tilt)) / Math.sin(state.tilt);
          const u = across * Math.cos(state.turn) + away * Math.sin(state.turn), v = -across * Math.sin(state.turn) + away * Math.cos(state.turn);
          if (Math.abs(u) > 1 || Math.abs(v) > 1) return;
          move([u, v].map((w, i) => inputs[i].range[0] + (w + 1) / 2 * (inputs[i].range[1] - inputs[i].range[0])));
        });
        keys(canvas, arrow => turn(arrow[0] * 6, arrow[1] * 6));
        return view;
      };

    """#

  static let line = #"""
      const lineScale = () => {
        const [low, high] = inputs[0].range;
        const scale = { left: 0, right: 1 };
        scale.x = v => scale.left + (v - low) / (high - low) * (scale.right - scale.left);
        scale.place = event => {
          const share = (event.clientX - event.target.getBoundingClientRect().left - scale.left) / (scale.right - scale.left);
          return share < 0 || share > 1 ? null : [low + share * (high - low)];
        };
        return scale;
      };
      const lineTicks = (context, scale, bottom) => {
        context.fillStyle = css('--soft');
        context.textAlign = 'center';
        for (const [value, text] of ticks(inputs[0].range, 6)) context.fillText(text, scale.x(value), bottom + 15);
        context.fillStyle = css('--ink');
        context.fillText('→ ' + inputs[0].name, (scale.left + scale.right) / 2, bottom + 34, scale.right - scale.left);
      };
      const regionBar = (context, scale, top, height) => {
        const here = regionAt(state.place);
        (regions || []).forEach((region, index) => {
          const from = scale.x(region.i[0]), to = scale.x(region.i[1]);
          context.fillStyle = fill(region);
          context.fillRect(from, top, to - from, height);
          context.strokeStyle = '#ffffff';
          context.lineWidth = 1;
          context.strokeRect(from, top, to - from, height);
          context.textAlign = 'center';
          if (to - from > 20 && height > 16) halo(context, String(index), (from + to) / 2, top + height / 2 + 4);
        });
        if (here < 0) return;
        const [from, to] = regions[here].i.map(scale.x);
        context.strokeStyle = css('--ink');
        context.lineWidth = 2;
        context.strokeRect(from, top, to - from, height);
      };
      const linesView = canvas => {
        const scale = lineScale(), view = { canvas, base: null };
        view.draw = () => {
          const { context, width, height } = prepare(canvas, w => Math.min(w * 0.7, 480));
          scale.left = 50;
          scale.right = width - 12;
          const bottom = height - 66, top = 26, picked = shown().slice(0, 60);
          const reach = 1.06 * Math.max(1e-300, ...picked.flatMap(k => inputs[0].range.map(v => Math.abs(output(neurons[k], [v])))));
          const y = v => (top + bottom) / 2 - v / reach * (bottom - top) / 2;
          context.textAlign = 'right';
          for (const [value, text] of ticks([-reach, reach], 6)) {
            context.strokeStyle = css('--line');
            context.lineWidth = 1;
            context.beginPath();
            context.moveTo(scale.left, y(value));
            context.lineTo(scale.right, y(value));
            context.stroke();
            context.fillStyle = css('--soft');
            context.fillText(text, scale.left - 6, y(value) + 4);
          }
          context.setLineDash([2, 4]);
          context.strokeStyle = css('--soft');
          for (const k of picked) {
            if (!neurons[k].ends) continue;
            const at = scale.x(neurons[k].ends[0]);
            context.beginPath();
            context.moveTo(at, y(0));
            context.lineTo(at, bottom + 24);
            context.stroke();
          }
          context.setLineDash([]);
          context.strokeStyle = css('--ink');
          context.beginPath();
          context.moveTo(scale.left, y(0));
          context.lineTo(scale.right, y(0));
          context.stroke();
          for (const k of picked) {
            context.strokeStyle = lineColour(k);
            context.lineWidth = k === state.neuron ? 3.2 : 2;
            context.beginPath();
            inputs[0].range.forEach((v, i) => context[i ? 'lineTo' : 'moveTo'](scale.x(v), y(output(neurons[k], [v]))));
            context.stroke();
            if (neurons[k].ends) dot(context, scale.x(neurons[k].ends[0]), y(0), 4, lineColour(k), css('--paper'));
          }
          regionBar(context, scale, bottom + 8, 16);
          data.marks.forEach((mark, index) => {
            if (!within(mark.p)) return;
            const at = scale.x(mark.p[0]), isRight = at > width * 0.65;
            context.strokeStyle = css('--soft');
            context.lineWidth = 1;
            context.beginPath();
            context.moveTo(at, top);
            context.lineTo(at, bottom + 24);
            context.stroke();
            context.textAlign = isRight ? 'right' : 'left';
            halo(context, mark.name, at + (isRight ? -6 : 6), top + 12 + 15 * (index % 3));
          });
          const at = scale.x(state.place[0]);
          context.strokeStyle = css('--ink');
          context.lineWidth = 1.4;
          context.beginPath();
          context.moveTo(at, top);
          context.lineTo(at, bottom + 24);
          context.stroke();
          for (const k of picked) { const v = output(neurons[k], state.place); dot(context, at, y(v), 4, signColour(v > 0 ? '+' : v < 0 ? '-' : '0'), '#10151c'); }
          context.fillStyle = css('--ink');
          context.textAlign = 'left';
          context.fillText('↑ output − threshold', 4, 13);
          lineTicks(context, scale, bottom + 26);
        };
        follow(canvas, event => scale.place(event));
        keys(canvas, moveKeys);
        return view;
      };
      const stripView = canvas => {
        const scale = lineScale(), view = { canvas, base: null };
        view.draw = () => {
          const picked = shown().slice(0, 60), step = picked.length > 30 ? 14 : 22;
          const { context, width } = prepare(canvas, () => picked.length * step + 112);
          scale.left = Math.min(150, width * 0.28);
          scale.right = width - 12;
          const bottom = 12 + picked.length * step;
          picked.forEach((k, row) => {
            const top = 12 + row * step;
            context.fillStyle = css('--ink');
            context.textAlign = 'right';
            const name = neurons[k].name;
            context.fillText(name.length > 22 ? '…' + name.slice(-21) : name, scale.left - 8, top + step - 8, scale.left - 12);
            for (const region of regions || []) {
              const from = scale.x(region.i[0]), to = scale.x(region.i[1]);
              context.fillStyle = signColour(region.s[k]);
              context.fillRect(from, top, to - from + 0.4, step - 4);
            }
          });
          context.setLineDash([2, 4]);
          context.strokeStyle = css('--soft');
          context.lineWidth = 1;
          for (const k of picked) {
            if (!neurons[k].ends) continue;
            const at = scale.x(neurons[k].ends[0]);
            context.beginPath();
            context.moveTo(at, 6);
            context.lineTo(at, bottom + 34);
            context.stroke();
          }
          context.setLineDash([]);
          context.fillStyle = css('--soft');
          context.textAlign = 'right';
          context.fillText('regions', scale.left - 8, bottom + 24);
          regionBar(context, scale, bottom + 8, 24);
          if (state.dots) for (const point of data.points || []) if (within([point[0]])) dot(context, scale.x(point[0]), bottom + 40 + (point[1] || 0) % 3 * 3, 1.6, css('--soft'));
          for (const mark of data.marks) if (within(mark.p)) dot(context, scale.x(mark.p[0]), bottom + 44, 4.5, css('--ink'), css('--paper'));
          const at = scale.x(state.place[0]);
          context.strokeStyle = css('--ink');
          context.lineWidth = 1.4;
          context.beginPath();
          context.moveTo(at, 6);
          context.lineTo(at, bottom + 50);
          context.stroke();
          lineTicks(context, scale, bottom + 52);
        };
        follow(canvas, event => scale.place(event));
        keys(canvas, moveKeys);
        return view;
      };

    """#
}
