/// What the page of `see` has beyond the common look.
enum VisualizationStyle {
  /// Units that are not in view are not laid out, so that thousands of them stay usable. Sheets have white between their
  /// pictures, and go on being white around them.
  static let rules = """
    .unit { content-visibility: auto; contain-intrinsic-size: auto 60rem; border-top: 1px solid var(--line); padding: .2rem 0 1.4rem; }
    .unit:target > h3 { background: var(--panel); box-shadow: -.6rem 0 0 var(--accent); }
    .unit > h3 { font-size: 1.08rem; display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .8rem; padding: .25rem 0; }
    .unit > h3 .mono { color: var(--ink); text-decoration: none; font-weight: 650; font-size: 1em; overflow-wrap: anywhere; }
    h3 .soft, h4 .soft { color: var(--soft); font-weight: 400; font-size: .85rem; }
    .back { margin-left: auto; font-weight: 400; font-size: .82rem; }
    h4 { font-size: .92rem; font-weight: 600; margin: 1rem 0 .3rem; }
    .silent { border-left: 3px solid var(--harms); padding-left: .7rem; }
    .groups { display: flex; flex-wrap: wrap; gap: 0 2rem; } .group { max-width: 100%; } .group h3 { font-size: 1rem; }
    .sheets { display: flex; flex-wrap: wrap; gap: .9rem 1.1rem; align-items: flex-start; } .beside { flex: 1 1 22rem; min-width: 0; }
    .seen { margin: 0; max-width: 100%; width: max-content; }
    .seen img { display: block; background: #fff; border: 4px solid #fff; border-radius: 5px; box-sizing: content-box;
      box-shadow: 0 0 0 1px var(--line); margin: 1px; }
    .seen img.pixels { image-rendering: pixelated; }
    .seen figcaption { font-size: .8rem; line-height: 1.35; margin-top: .3rem; font-variant-numeric: tabular-nums; }
    .group details { margin-top: .35rem; font-size: .82rem; color: var(--soft); } .group ol { margin: .3rem 0; padding-left: 1.8rem; }
    .group li { overflow-wrap: anywhere; }
    .bars { display: grid; grid-template-columns: max-content minmax(8rem, 14rem) max-content; gap: .12rem .8rem; font-size: .85rem;
      align-items: center; width: max-content; }
    .bars .number { font-variant-numeric: tabular-nums; color: var(--soft); }
    .bar { position: relative; height: .8rem; background: var(--panel); border-radius: 2px; }
    .bar i, .bar b { position: absolute; top: 0; bottom: 0; } .bar i { border-radius: 2px; min-width: 1px; }
    .bar i.helps { background: var(--helps); } .bar i.harms { background: var(--harms); }
    .bar b { top: 45%; bottom: 45%; background: var(--ink); }
    .strip { width: auto; } .strip th, .strip td { border: 0; padding: .2rem .45rem .4rem 0; }
    .strip tbody th { position: sticky; left: 0; z-index: 1; background: var(--paper); vertical-align: middle; font-size: .85rem;
      min-width: 5rem; max-width: 6rem; overflow-wrap: break-word; }
    figure + .sortable { margin-top: 1.4rem; }
    .strip thead th small { display: block; font-weight: 400; }
    .strip .seen { width: max-content; max-width: none; } .strip .seen img { width: 4.9rem; height: auto; image-rendering: pixelated; }

    """
}
