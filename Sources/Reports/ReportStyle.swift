/// The look of the report and of its figures: one set of variables for light and dark.
enum ReportStyle {
  /// Blue and orange can be told apart by nearly everybody and in both schemes.
  static let variables = """
    :root { color-scheme: light dark; --paper: #ffffff; --panel: #f5f6f8; --ink: #1b2430; --soft: #586374; --line: #dde1e7;
      --helps: #2a6db5; --harms: #c5561a; --accent: #2a6db5;
      --one: #c5561a; --two: #2f8f5b; --three: #8257b4; --four: #a07a10; --five: #1b8a9c; --six: #b0437d; }
    @media (prefers-color-scheme: dark) { :root { --paper: #14181e; --panel: #1c222b; --ink: #e7eaef; --soft: #9aa5b4;
      --line: #323b48; --helps: #69a8ea; --harms: #f0955c; --accent: #7db4ee;
      --one: #f0955c; --two: #5fc48c; --three: #b694e6; --four: #d9b24a; --five: #58c3d4; --six: #e884b6; } }
    @media print { :root { color-scheme: light; --paper: #ffffff; --panel: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb;
      --helps: #2a6db5; --harms: #c5561a; --accent: #2a6db5;
      --one: #c5561a; --two: #2f8f5b; --three: #8257b4; --four: #a07a10; --five: #1b8a9c; --six: #b0437d; } }

    """

  static let figures = """
    .figure { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-size: 12px; }
    .figure .ground { fill: var(--paper); }
    .figure text { fill: var(--ink); }
    .figure text.soft { fill: var(--soft); }
    .figure text.name { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 11.5px; }
    .figure text.number { font-variant-numeric: tabular-nums; }
    .figure .grid { stroke: var(--line); stroke-width: 1; }
    .figure .zero { stroke: var(--soft); stroke-width: 1; }
    .figure .helps { fill: var(--helps); }
    .figure .harms { fill: var(--harms); }
    .figure .open { fill-opacity: 0.16; stroke-width: 1; }
    .figure .open.helps { stroke: var(--helps); }
    .figure .open.harms { stroke: var(--harms); }
    .figure .error { stroke: var(--ink); stroke-width: 1.6; fill: none; }
    .figure .limit { stroke: var(--soft); stroke-width: 1; fill: none; }
    .figure .dots { fill: none; stroke-width: 3.4; stroke-linecap: round; stroke-opacity: 0.42; }
    .figure .dots.helps { stroke: var(--helps); }
    .figure .dots.harms { stroke: var(--harms); }
    .figure .box { fill: none; stroke: var(--ink); stroke-opacity: 0.65; stroke-width: 1; }
    .figure .median { stroke: var(--ink); stroke-width: 2; }
    .figure .track { fill: var(--panel); }
    .figure .chance { fill: var(--soft); fill-opacity: .17; }
    .figure text.heading { font-weight: 600; font-size: 13px; }
    .figure .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
    .figure .knots { fill: none; stroke-width: 6; stroke-linecap: round; }
    .figure .training { stroke: var(--soft); }
    .figure text.small { font-size: 10px; }
    .figure .strength1 { fill-opacity: .09; } .figure .strength2 { fill-opacity: .18; } .figure .strength3 { fill-opacity: .27; }
    .figure .strength4 { fill-opacity: .36; } .figure .strength5 { fill-opacity: .45; } .figure .strength6 { fill-opacity: .54; }
    .figure .strength7 { fill-opacity: .63; } .figure .strength8 { fill-opacity: .72; }
    .figure .validation { stroke: var(--helps); }
    .figure .main { stroke: var(--helps); } .figure .curve.main { stroke-width: 3.2; }
    .figure .reference { stroke: var(--soft); } .figure .curve.reference { stroke-dasharray: 5 4; }
    .figure .series1 { stroke: var(--one); } .figure .series2 { stroke: var(--two); } .figure .series3 { stroke: var(--three); }
    .figure .series4 { stroke: var(--four); } .figure .series5 { stroke: var(--five); } .figure .series6 { stroke: var(--six); }
    .figure .band { stroke: none; fill-opacity: .13; }
    .figure .band.main { fill: var(--helps); } .figure .band.reference { fill: var(--soft); }
    .figure .band.series1, .figure .dot.series1 { fill: var(--one); } .figure .band.series2, .figure .dot.series2 { fill: var(--two); }
    .figure .band.series3, .figure .dot.series3 { fill: var(--three); } .figure .band.series4, .figure .dot.series4 { fill: var(--four); }
    .figure .band.series5, .figure .dot.series5 { fill: var(--five); } .figure .band.series6, .figure .dot.series6 { fill: var(--six); }
    .figure .dot { stroke: none; } .figure .whisker { stroke-width: 2; stroke-linecap: round; }

    """

  static let page = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.55;
      font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-size: 16px; }
    main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
    h1 { font-size: 1.75rem; line-height: 1.25; font-weight: 650; margin: 0 0 .4rem; letter-spacing: -.01em; }
    h2 { font-size: 1.15rem; font-weight: 650; margin: 3rem 0 .35rem; }
    h3 { font-weight: 600; margin: 1.3rem 0 .2rem; }
    p { margin: .4rem 0; max-width: 46rem; }
    a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .15em; }
    .contents { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .9rem; }
    .lead { color: var(--soft); margin-bottom: 1.6rem; }
    p.soft, h3.soft, figcaption { color: var(--soft); font-size: .9rem; }
    figure { margin: 1rem 0 0; overflow-x: auto; }
    figcaption { margin-top: .5rem; max-width: 46rem; }
    .figure { display: block; width: 100%; min-width: 40rem; height: auto; }
    code, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .88em; }
    pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto;
      white-space: pre-wrap; overflow-wrap: anywhere; margin: .6rem 0; }
    .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: 1px; margin: 1.4rem 0 1.2rem;
      border: 1px solid var(--line); border-radius: 8px; overflow: hidden; padding: 0; }
    .facts div { box-shadow: 0 0 0 1px var(--line); padding: .75rem .9rem; }
    .facts dt { color: var(--soft); font-size: .82rem; }
    .facts dd { margin: .1rem 0 0; font-size: 1.22rem; font-weight: 600; font-variant-numeric: tabular-nums; }
    .facts small { display: block; font-weight: 400; font-size: .8rem; color: var(--soft); }
    .key { display: inline-block; width: .75em; height: .75em; border-radius: 2px; margin: 0 .3em 0 .1em; }
    .key.helps { background: var(--helps); } .key.harms { background: var(--harms); }
    .key.open { background: none; border: 1.5px solid var(--helps); }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
    th, td { text-align: left; padding: .32rem .7rem .32rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    th { font-weight: 600; } thead th { color: var(--soft); font-size: .82rem; white-space: nowrap; }
    td.number, th.number { text-align: right; white-space: nowrap; }
    td.harms { color: var(--harms); }
    .sortable table { font-size: .85rem; } .sortable th, .sortable td { padding-right: .55rem; }
    .settings { table-layout: fixed; } .settings th { width: 32%; font-weight: 400; color: var(--soft); }
    .settings td { overflow-wrap: anywhere; }
    thead button { all: unset; cursor: pointer; } thead button:hover { color: var(--ink); }
    thead button:focus-visible, input:focus-visible, select:focus-visible, .pages button:focus-visible, summary:focus-visible {
      outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
    th[aria-sort=ascending] button::after { content: " ↑"; } th[aria-sort=descending] button::after { content: " ↓"; }
    .controls { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: .9rem 0 .6rem; }
    .controls label { font-size: .82rem; color: var(--soft); display: grid; gap: .15rem; }
    input, select, .pages button { font: inherit; font-size: .92rem; color: var(--ink); background: var(--paper);
      border: 1px solid var(--line); border-radius: 6px; padding: .35rem .6rem; }
    input { width: 17rem; max-width: 100%; }
    .pages { display: flex; gap: .6rem; align-items: center; margin: .8rem 0; font-size: .9rem; color: var(--soft); }
    .pages button { cursor: pointer; } .pages button:disabled { opacity: .4; cursor: default; }
    details { margin-top: .8rem; } summary { cursor: pointer; }
    footer { margin-top: 3.5rem; border-top: 1px solid var(--line); padding-top: .8rem; color: var(--soft); font-size: .85rem; }
    @media print { main { max-width: none; padding: 0; } .controls, .pages { display: none; } figure, tr { break-inside: avoid; }
      h2 { break-after: avoid; } body { font-size: 11pt; } }

    """
}
