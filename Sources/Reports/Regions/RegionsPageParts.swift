import DecisionRegions

/// The parts of the page of regions.
enum RegionsPageParts {
  static let style = """
    .panel { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 1.4rem; align-items: start; }
    .panel .side { display: grid; gap: .7rem; }
    .view { position: relative; margin-top: .6rem; }
    .view canvas { display: none; width: 100%; touch-action: pan-y; border-radius: 6px; outline-offset: 3px; cursor: crosshair; }
    .view canvas.space { cursor: grab; touch-action: none; } .view canvas.space:active { cursor: grabbing; }
    .view canvas:focus-visible { outline: 2px solid var(--accent); }
    .ready .view canvas { display: block; } .ready .view .still { display: none; }
    .view .still .figure { min-width: 0; }
    .tools { display: none; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: 1.2rem 0 .2rem; }
    .ready .tools { display: flex; }
    .tools label { font-size: .82rem; color: var(--soft); display: grid; gap: .15rem; }
    .tools label.check { grid-auto-flow: column; gap: .4rem; align-items: center; padding-bottom: .45rem; }
    .tools input[type=range] { width: 12rem; padding: 0; } .tools input[type=checkbox] { width: auto; }
    .chips { display: flex; flex-wrap: wrap; gap: .35rem; max-height: 15rem; overflow-y: auto; padding: 2px; }
    .chips button { font: inherit; font-size: .8rem; color: var(--ink); background: var(--paper); border: 1px solid var(--line);
      border-radius: 999px; padding: .16rem .6rem .16rem .4rem; cursor: pointer; display: inline-flex; align-items: center; gap: .35rem;
      max-width: 100%; }
    .chips button span.name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 11rem; direction: rtl; }
    .chips button i { width: .8rem; height: .8rem; border-radius: 50%; flex: none; }
    .chips button b { font-weight: 650; min-width: .8em; text-align: center; }
    .chips button[aria-pressed=true] { border-color: var(--ink); box-shadow: inset 0 0 0 1px var(--ink); }
    .chips button.plus { background: color-mix(in srgb, var(--plus) 24%, var(--paper)); }
    .chips button.minus { background: color-mix(in srgb, var(--minus) 24%, var(--paper)); }
    .chips button:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
    .info { background: var(--panel); border-radius: 8px; padding: .75rem .9rem; font-size: .9rem; min-height: 9.5rem; }
    .info h3 { margin: 0 0 .25rem; font-size: .95rem; } .info p { margin: .2rem 0; } .info .mono { overflow-wrap: anywhere; }
    table.plain { width: auto; } table.plain td, table.plain th { padding-right: 1.6rem; }
    .ramp { height: .7rem; border-radius: 3px; } .ends { display: flex; justify-content: space-between; font-size: .78rem; color: var(--soft); }
    @media (max-width: 52rem) { .panel { grid-template-columns: minmax(0, 1fr); } .info { min-height: 0; } main { padding: 1.4rem .9rem 3rem; } }

    """

  static func controls(_ document: RegionsDocument, palette: RegionsPalette) -> String {
    let option = { (value: RegionsPalette, text: String) in
      "<option value=\"\(value.rawValue)\"\(value == palette ? " selected" : "")>\(text)</option>"
    }
    let hasData = document.data != nil
    return """
      <div class="tools" id="tools">
      <label>Colours of positive and negative <select id="palette">\(option(.greenRed, "green and red"))\(option(.colourBlind, "blue and orange (colour-blind safe)"))</select></label>
      <label>Regions show <select id="mode"><option value="positives">how many neurons are positive</option><option value="neuron">the chosen neuron’s sign</option>\(hasData ? "<option value=\"data\">their share of the data</option>" : "")</select></label>
      <label><span>Neuron: <output id="chosen">all</output></span><input id="neuron" type="range" min="0" max="\(document.neurons.count)" value="0" step="1" aria-label="chosen neuron, 0 for all"></label>
      \(hasData ? "<label class=\"check\"><input id=\"dots\" type=\"checkbox\" checked> data points</label>" : "")
      </div>
      """
  }

  static func planeViews(_ figures: [(name: String, drawing: SVGDrawing)]) -> String {
    """
    <section><h2>The inputs, cut into regions</h2>
    <p class="soft">Point at a region, or focus the picture and use the arrow keys. Enter or a click holds the place. A click on a neuron, the slider or the keys + and − choose it.</p>
    <div class="panel"><div class="view"><canvas id="plane" tabindex="0" role="application" aria-label="Map of the regions of two inputs; arrow keys move the place"></canvas><div class="still">\(figures[0].drawing.inline)</div></div>
    \(side)</div></section>
    <section><h2>The outputs as planes</h2>
    <p class="soft">Drag or use the arrow keys to turn; point to see every neuron’s output above an input. Where a plane meets its threshold (dashed) its boundary lies below on the floor.</p>
    <div class="view"><canvas id="space" class="space" tabindex="0" role="application" aria-label="Outputs as planes over two inputs; arrow keys turn the picture"></canvas><div class="still">\(figures[1].drawing.inline)</div></div></section>
    """
  }

  static func lineViews(_ figures: [(name: String, drawing: SVGDrawing)]) -> String {
    """
    <section><h2>The outputs, with guidelines to the boundaries</h2>
    <p class="soft">Point at an input, or focus the picture and use the arrow keys. Enter or a click holds the place. A click on a neuron, the slider or the keys + and − choose it.</p>
    <div class="panel"><div class="view"><canvas id="lines" tabindex="0" role="application" aria-label="Outputs over one input; arrow keys move the place"></canvas><div class="still">\(figures[0].drawing.inline)</div></div>
    \(side)</div></section>
    <section><h2>The input alone</h2>
    <p class="soft">Where each neuron is positive and negative, and the regions below.</p>
    <div class="view"><canvas id="strip" tabindex="0" role="application" aria-label="Regions of one input; arrow keys move the place"></canvas><div class="still">\(figures[1].drawing.inline)</div></div></section>
    """
  }

  private static let side = """
    <div class="side"><div class="info" id="info" role="status" aria-live="polite"></div>
    <div id="legend"></div><div class="chips" id="chips"></div></div>
    """

  /// The fullest or largest regions, and the transitions.
  static func tables(_ document: RegionsDocument) -> String {
    let order = document.regions.indices.sorted { a, b in
      let (first, second) = (document.regions[a], document.regions[b])
      if (first.count ?? 0) != (second.count ?? 0) { return (first.count ?? 0) > (second.count ?? 0) }
      return first.measure != second.measure ? first.measure > second.measure : a < b
    }
    let hasData = document.data != nil
    let rows = order.prefix(20).map { index -> String in
      let region = document.regions[index]
      let data =
        "<td class=\"number\">\(region.count.map(NumberText.grouped) ?? "")</td>"
        + "<td>\(Markup.escaped(RegionsText.majority(region, document)))</td>"
      return
        "<tr><td class=\"number\">\(index)</td><td class=\"mono\">\(Markup.shortened(region.signs.description, to: 48))</td>"
        + "<td class=\"number\">\(NumberText.percent(region.share))</td>\(hasData ? data : "")</tr>"
    }
    let what = document.isPlane ? "area" : "length"
    let dataHeads = hasData ? "<th class=\"number\">data</th><th>mostly</th>" : ""
    var html = """
      <section><h2>\(hasData ? "The fullest regions" : "The largest regions")</h2>
      <p class="soft">One sign a neuron, in the order of the list. All are in <code>regions.csv</code>.</p>
      <div class="scroll"><table class="plain"><thead><tr><th class="number">region</th><th>signs</th><th class="number">\(what)</th>\(dataHeads)</tr></thead><tbody>\(rows.joined())</tbody></table></div></section>
      """
    for transition in document.transitions where !transition.pairs.isEmpty {
      if transition.pairs.count == 1, let pair = transition.pairs.first {
        let names = pair.flips.map { document.neurons[$0].name }
        let text =
          names.isEmpty ? "No neuron flips: both lie in the same region." : "Flips: \(names.joined(separator: ", "))."
        html += """
          <section><h2>From \(Markup.escaped(transition.from)) to \(Markup.escaped(transition.to))</h2>
          <p>\(Markup.escaped(text))</p></section>
          """
        continue
      }
      let rows = transition.pairs.prefix(12).map { pair in
        let names = pair.flips.map { document.neurons[$0].name }
        return "<tr><td>\(pair.from) → \(pair.to)</td><td class=\"number\">\(NumberText.percent(pair.share))</td>"
          + "<td>\(names.isEmpty ? "none" : Markup.escaped(names.joined(separator: ", ")))</td></tr>"
      }
      html += """
        <section><h2>From \(Markup.escaped(transition.from)) to \(Markup.escaped(transition.to))</h2>
        <p class="soft">The chance that a point of the first lies in the first region and, drawn independently, one of the second in the second; and the neurons that flip.</p>
        <div class="scroll"><table class="plain"><thead><tr><th>regions</th><th class="number">chance</th><th>flips</th></tr></thead><tbody>\(rows.joined())</tbody></table></div></section>
        """
    }
    return html
  }
}
