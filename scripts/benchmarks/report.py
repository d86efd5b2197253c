"""The measurements as tables. A ratio is the other's time over the engine's: above 1 the engine is faster."""

from statistics import median

from contenders import LAST, NAMES, RUNTIME
from measuring import ENGINE, SUFFIX
from networks import SAVING_TOLERANCE, WORKERS_BAR


def ratio(others, own):
    """Ratio of the medians, and the range of the turns' own ratios."""
    each = [o / e for o, e in zip(others, own)]
    return {"ratio": median(others) / median(own), "least": min(each), "most": max(each)}


def against_bar(found, bar):
    return found | ({} if bar is None else {"bar": bar, "reached": found["ratio"] >= bar})


def summarise(subject, result):
    """What the tables show, computed from the raw times; it goes into the JSON as well."""
    batch, summary = subject.batch, {}
    if forward := result.get("forward"):
        summary["forward"] = {"engine_milliseconds_an_image": median(forward[ENGINE]) / batch, "against": {
            name: against_bar(ratio(forward[name], forward[ENGINE]), subject.forward_bars.get(name))
            for name in NAMES if name in forward}}
    if walk := result.get("walk"):
        own = walk["milliseconds"][ENGINE]
        against = {"suffix cached": ratio(walk["milliseconds"][SUFFIX], own)}
        for name in NAMES:
            if full := walk["milliseconds"].get(name):
                against[name] = against_bar(ratio(full, own), subject.walk_bar if name == LAST else None)
        saving = {"ratio": median(walk["saving"]), "least": min(walk["saving"]), "most": max(walk["saving"]),
                  "counted": median(walk["counted_saving"]),
                  "share": median(s / c for s, c in zip(walk["saving"], walk["counted_saving"]))}
        if subject.expected_saving:
            saving |= {"expected": subject.expected_saving,
                       "reached": saving["ratio"] * SAVING_TOLERANCE >= subject.expected_saving}
        summary["walk"] = {"engine_milliseconds_an_evaluation": median(own), "against": against, "saving": saving}
    if workers := result.get("workers"):
        one, two = workers["rates"][1], workers["rates"][2]
        summary["workers"] = against_bar(ratio(two, one), WORKERS_BAR)
    return summary


def cell(found):
    if found is None:
        return "–"
    text = f"{found['ratio']:.2f}" if found["ratio"] < 10 else f"{found['ratio']:.1f}"
    text += f" ({found['least']:.2f}–{found['most']:.2f})"
    if "bar" in found:
        text += f" ≥ {found['bar']:g} {'ok' if found['reached'] else 'SHORT'}"
    return text


def table(title, header, rows):
    widths = [max(len(row[i]) for row in [header] + rows) for i in range(len(header))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in [header] + rows]
    return "\n".join(["", title, lines[0], "─" * len(lines[0])] + lines[1:])


def tables(subjects, results):
    summaries = [r["summary"] for r in results]
    pairs = list(zip(subjects, results, summaries))
    blocks = []
    if rows := [[s.title, str(s.batch), f"{m['forward']['engine_milliseconds_an_image']:.3f}"]
                + [cell(m["forward"]["against"].get(n)) for n in NAMES] + [f"{r['output_difference']:.1e}"]
                for s, r, m in pairs if "forward" in m]:
        blocks.append(table(
            "Forward pass: the engine's milliseconds an image; the others' time over the engine's (range over the turns)",
            ["network", "batch", "engine"] + NAMES + ["max |Δ| to ONNX Runtime"], rows))
    if rows := [[s.title, str(s.batch), f"{m['walk']['engine_milliseconds_an_evaluation']:.3f}"]
                + [cell(m["walk"]["against"].get(n)) for n in (LAST, "suffix cached", RUNTIME)]
                for s, r, m in pairs if "walk" in m]:
        blocks.append(table(
            "Removal walk: the engine's milliseconds an evaluation of the batch; against a full pass for each evaluation, "
            "and against eager\nPyTorch, channels last, that keeps activations and recomputes what depends on the filter",
            ["network", "images", "engine", LAST, "suffix cached", RUNTIME], rows))
        blocks.append(table(
            "Multiply-adds of full passes over those that a walk does (no clock); beside it what suffix, delta and compaction "
            "need for the\nsame steps by a count on the graph, and the design's figure for whole walks",
            ["network", "filters", "steps a turn", "saved", "counted", "saved/counted", "design", ""],
            [[s.title, str(r["walk"]["filters"]),
              f"{r['walk']['steps'][0]}" + ("" if r["walk"]["part"] == "whole" else " (stratified sample)"),
              f"{m['walk']['saving']['ratio']:.2f} ({m['walk']['saving']['least']:.2f}–{m['walk']['saving']['most']:.2f})",
              f"{m['walk']['saving']['counted']:.2f}", f"{m['walk']['saving']['share']:.2f}",
              f"{s.expected_saving:g}" if s.expected_saving else "–",
              "" if not s.expected_saving else "ok" if m["walk"]["saving"]["reached"] else "SHORT"]
             for s, r, m in pairs if "walk" in m]))
    if rows := [[s.title, r["workers"]["through"], cell(m["workers"])] for s, r, m in pairs if "workers" in m]:
        blocks.append(table("Two workers against one, units of eight images",
                            ["network", "through", "throughput"], rows))
    for subject, result, _ in pairs:
        if layers := result.get("layers"):
            blocks.append(layer_table(subject, result, layers))
    return "\n".join(blocks)


def layer_table(subject, result, layers):
    total = sum(l["multiplyAdds"] * l["count"] for l in layers)
    rows = []
    for layer in layers:
        rows.append([layer["shape"], str(layer["count"]), f"{100 * layer['multiplyAdds'] * layer['count'] / total:.1f}",
                     f"{layer['gigaflops']:.1f}", f"{100 * layer['gigaflops'] / layer['peakGigaflops']:.0f}"])
    seconds = sum(2e-9 * l["multiplyAdds"] * l["count"] / l["gigaflops"] for l in layers)
    peak = median(l["peakGigaflops"] for l in layers)
    mean = 2e-9 * total / seconds
    rows.append(["all of them", str(sum(l["count"] for l in layers)), "100", f"{mean:.1f}", f"{100 * mean / peak:.0f}"])
    title = f"{subject.title}: layers alone, eight images; peak {peak:.1f} GFLOP/s; layers take {seconds * 1e3:.2f} ms an image"
    if forward := result.get("forward"):
        title += f" of {median(forward[ENGINE]) / subject.batch:.2f} in the whole pass"
    return table(title, ["shape", "layers", "% of the work", "GFLOP/s", "% of the peak"], rows)
