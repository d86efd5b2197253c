"""What estimators cost: precision of the top and error against a reference, over multiply-adds, forward passes and seconds.

Started by 'scripts/bench estimators'. For every network and metric a long run of permutation sampling is the reference
(kept by the model's digest in the output folder, with its standard error). Every estimator then runs with several seeds,
one thread each, and is looked at whenever its multiply-adds have grown by a twelfth. A cost is that at which the mean
precision over the seeds reaches 0.9 and stays there.

'auto' is what the rule of 'rank' chooses for the limit as a budget of multiply-adds; 'racing:all' races for everyone's value instead
of a top 10, 'racing:plain' takes no slopes, 'racing:top20' races for a top 20. 'permutation:truncated'
ends walks as the published bandit does, without its bias. 'plain' is sampling as most implementations do it: one order on all images.

TMAB is the published bandit with 16, 32, 128 or 500 images an order, with its truncation and without ("whole"). It is
shown twice: in this engine, which recomputes only what a removal changes, and as published, with a full forward pass for
every coalition.
"""

import argparse
import json
import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from statistics import mean

import four_164

OURS = ["permutation", "racing", "gradient", "stars", "msr", "stratified", "svarm", "leverage", "regression-adjusted"]
TMAB = [f"tmab:{images}{rest}" for images in (16, 32, 128, 500) for rest in ("", ":whole")]
COLOURS = ["#2a6fdb", "#d1495b", "#2e933c", "#8f5bbd", "#e08e1b", "#3aa6a6", "#7a6a58", "#c04aa0", "#5b6b7b", "#999999"]


class Session:
    """One process of the engine, on one thread."""

    def __init__(self, engine, subject, metric):
        self.process = subprocess.Popen(
            [engine, "estimators", subject["model"], subject["images"], subject["preprocessing"],
             str(subject["count"]), metric], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("estimators: the engine ended at " + " ".join(map(str, words)))
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def subjects(data, embedded, name, wanted, command, output):
    found = []
    if embedded:
        model, images, preprocessing = embedded
        found.append(dict(name=name, model=model, images=images, preprocessing=preprocessing, count=504))
    if data:
        cifar = data / "cifar10" / "test_open.bin"
        for name, file, preprocessing in [("resnet8", "resnet8_cifar10_mlperftiny", "none"),
                                          ("resnet20", "resnet20_cifar10", "cifar10-imagenet")]:
            found.append(dict(name=name, model=str(data / "models" / f"{file}.onnx"), images=str(cifar),
                              preprocessing=preprocessing, count=504))
        if "four-164" in wanted:
            output.mkdir(parents=True, exist_ok=True)
            model, images = four_164.make(command, data / "fashion_mnist", output)
            found.append(dict(name="four-164", model=str(model), images=str(images), preprocessing="mnist", count=504))
        found.append(dict(name="squeezenet", model=str(data / "models" / "squeezenet1_1_imagenet.onnx"),
                          images=str(data / "imagenet_nips17"), preprocessing="imagenet-caffe", count=512))
    return found


def at(run, cost, key, field):
    """What a run had reached at a cost; None before its first sighting."""
    value = None
    for sighting in run:
        if sighting[key] > cost:
            break
        value = sighting[field]
    return value


def reaches(runs, key, field, target, above=True):
    """The cost from which on the mean over the runs stays on the right side of the target; None if it never does."""
    last = min(run[-1][key] for run in runs)
    costs = sorted({s[key] for run in runs for s in run if s[key] <= last})
    reached = None
    for cost in costs:
        values = [at(run, cost, key, field) for run in runs]
        good = None not in values and (mean(values) >= target if above else mean(values) <= target)
        if not good:
            reached = None
        elif reached is None:
            reached = cost
    return reached


def measure(arguments, subject, metric):
    folder = Path(arguments.output)
    folder.mkdir(parents=True, exist_ok=True)
    sessions = [Session(arguments.engine, subject, metric) for _ in range(arguments.workers)]
    about = sessions[0].ask("about")
    few = f"-{arguments.candidates}" if arguments.candidates else ""
    path = folder / f"reference-{about['digest'][:16]}-{metric}-{subject['count']}-{arguments.reference:g}{few}.json"
    if not path.exists() and arguments.candidates:
        print(f"  candidates of {subject['name']}, {metric}: {arguments.reference:g} passes …", file=sys.stderr, flush=True)
        path.write_text(json.dumps(sessions[0].ask("candidates", arguments.candidates, arguments.reference, 7000)))
    if not path.exists():
        print(f"  reference of {subject['name']}, {metric}: {arguments.reference:g} passes …", file=sys.stderr, flush=True)
        with ThreadPoolExecutor(len(sessions)) as pool:
            share = arguments.reference / len(sessions)
            parts = list(pool.map(lambda s: s[1].ask("reference", share, 7000 + s[0]), enumerate(sessions)))
        values = [mean(v) for v in zip(*[p["values"] for p in parts])]
        errors = [math.sqrt(sum(e * e for e in v)) / len(v) for v in zip(*[p["standardErrors"] for p in parts])]
        path.write_text(json.dumps(dict(values=values, standardErrors=errors, passes=sum(p["passes"] for p in parts))))
    reference = json.loads(path.read_text())
    measured = reference.get("candidates") or range(len(reference["values"]))
    center = mean(reference["values"])
    spread = math.sqrt(sum((v - center) ** 2 for v in reference["values"]) / (len(reference["values"]) - 1))
    error = math.sqrt(mean(reference["standardErrors"][i] ** 2 for i in measured)) / spread
    names = [n for n in OURS + TMAB if not arguments.estimators or n in arguments.estimators
             or n.split(":")[0] in arguments.estimators]
    names += [n for n in arguments.estimators or [] if n not in names and n.split(":")[0] in [*OURS, "auto", "plain"]]
    runs, idle = {}, Queue()
    for session in sessions:
        idle.put(session)

    def one(job):
        name, seed = job
        session = idle.get()
        try:
            return session.ask("run", name, seed, arguments.limit, path)
        finally:
            idle.put(session)

    with ThreadPoolExecutor(len(sessions)) as pool:
        for name in names:
            runs[name] = list(pool.map(one, [(name, seed) for seed in range(1, arguments.repeats + 1)]))
            print(f"  {subject['name']}, {metric}: {name}", file=sys.stderr, flush=True)
    for session in sessions:
        session.close()
    return dict(subject=subject["name"], metric=metric, about=about, reference_error=error, runs=runs)


def costs(result):
    rows = {}
    for name, runs in result["runs"].items():
        runs = [run for run in runs if run]
        if not runs:
            continue
        rows[name] = {
            "top 10": {k: reaches(runs, k, "precisionAt10", 0.9) for k in ("passes", "forwards", "seconds")},
            "most of top 20": {k: reaches(runs, k, "precisionAt20", 0.8) for k in ("passes", "forwards", "seconds")},
            "top 20": {k: reaches(runs, k, "precisionAt20", 0.9) for k in ("passes", "forwards", "seconds")},
            "error": {k: reaches(runs, k, "error", 0.2, above=False) for k in ("passes", "forwards", "seconds")},
            "small error": {k: reaches(runs, k, "error", 0.1, above=False) for k in ("passes", "forwards", "seconds")},
            "at the end": {k: mean(run[-1][k] for run in runs) for k in ("passes", "precisionAt10", "error")},
        }
    return rows


def number(value, limit=None):
    if value is None:
        return f"> {limit:.0f}" if limit else "–"
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def table(result, rows):
    lines = [f"\n{result['subject']}, {result['metric']}: {result['about']['players']} players, "
             f"{result['about']['images']} images; the reference's error is {result['reference_error']:.3f} standard "
             "deviations of its values",
             f"{'estimator':<22}{'precision@10 ≥ .9: passes':>27}{'as forwards':>13}{'seconds':>9}"
             f"{'precision@20 ≥ .8':>19}{'seconds':>9}{'≥ .9':>7}{'error ≤ .2 sd':>15}{'≤ .1 sd':>9}{'at the end: p@10':>18}{'error':>7}"]
    for name, row in rows.items():
        end = row["at the end"]
        lines.append(
            f"{name:<22}{number(row['top 10']['passes'], end['passes']):>27}{number(row['top 10']['forwards']):>13}"
            f"{number(row['top 10']['seconds']):>9}{number(row['most of top 20']['passes']):>19}"
            f"{number(row['most of top 20']['seconds']):>9}{number(row['top 20']['passes']):>7}"
            f"{number(row['error']['passes']):>15}{number(row['small error']['passes']):>9}{end['precisionAt10']:>18.2f}{end['error']:>7.2f}")
    tmab = {n: r["top 10"] for n, r in rows.items() if n.startswith("tmab")}
    ours = {n: r["top 10"] for n, r in rows.items() if not n.startswith("tmab")}
    for key, title, other in [("passes", "in multiply-adds", "passes"), ("seconds", "in seconds", "seconds")]:
        best = min((r[other], n) for n, r in tmab.items() if r[other]) if any(r[other] for r in tmab.values()) else None
        own = min((r[key], n) for n, r in ours.items() if r[key]) if any(r[key] for r in ours.values()) else None
        if best and own:
            lines.append(f"  {title}: {own[1]} needs 1/{best[0] / own[0]:.1f} of {best[1]} in this engine")
            if key == "passes":
                full = min((r["forwards"], n) for n, r in tmab.items() if r["forwards"])
                lines.append(f"  {title}: {own[1]} needs 1/{full[0] / own[0]:.1f} of {full[1]} with full forward passes")
    return "\n".join(lines)


def curves(result, path):
    """Mean precision at 10 over multiply-adds, with a band of one standard error, for our estimators and TMAB's best."""
    width, height, left, top = 760, 380, 56, 40
    names = [n for n in result["runs"] if not n.startswith("tmab")] + [
        n for n in result["runs"] if n.startswith("tmab") and n.count(":") == 2][:1]
    lows = [run[0]["passes"] for n in names for run in result["runs"][n] if run]
    highs = [run[-1]["passes"] for n in names for run in result["runs"][n] if run]
    low, high = max(min(lows), 0.5), max(highs)

    def x(cost):
        return left + (width - left - 190) * math.log(max(cost, low) / low) / math.log(high / low)

    def y(share):
        return top + (height - top - 50) * (1 - share)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif" '
             'font-size="12"><rect width="100%" height="100%" fill="#fff"/>',
             f'<text x="{left}" y="20" font-size="14" fill="#222">{result["subject"]}, {result["metric"]}: '
             'share of the true top 10 that is found</text>']
    for share in (0, 0.25, 0.5, 0.75, 0.9, 1):
        parts.append(f'<line x1="{left}" x2="{width - 190}" y1="{y(share):.1f}" y2="{y(share):.1f}" stroke="#ddd"/>'
                     f'<text x="{left - 8}" y="{y(share) + 4:.1f}" text-anchor="end" fill="#555">{share:g}</text>')
    for exponent in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1):
        parts.append(f'<text x="{x(10 ** exponent):.1f}" y="{height - 28}" text-anchor="middle" fill="#555">'
                     f'{10 ** exponent:g}</text>')
    parts.append(f'<text x="{(left + width - 190) / 2}" y="{height - 8}" text-anchor="middle" fill="#555">'
                 'multiply-adds, in forward passes over all images</text>')
    for place, name in enumerate(names):
        runs = [r for r in result["runs"][name] if r]
        colour = COLOURS[place % len(COLOURS)]
        points = []
        cost = max(max(r[0]["passes"] for r in runs), low)
        end = min(r[-1]["passes"] for r in runs)
        while cost <= end:
            values = [at(r, cost, "passes", "precisionAt10") for r in runs]
            center = mean(values)
            error = math.sqrt(sum((v - center) ** 2 for v in values) / max(1, len(values) - 1) / len(values))
            points.append((x(cost), y(center), y(min(1, center + error)), y(max(0, center - error))))
            cost *= 1.12
        if points:
            band = [f"{px:.1f},{u:.1f}" for px, _, u, _ in points] + [f"{px:.1f},{d:.1f}" for px, _, _, d in points[::-1]]
            parts.append(f'<polygon points="{" ".join(band)}" fill="{colour}" opacity="0.15"/>')
            line = " ".join(f"{px:.1f},{py:.1f}" for px, py, _, _ in points)
            parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<rect x="{width - 176}" y="{top + 20 * place}" width="12" height="12" fill="{colour}"/>'
                     f'<text x="{width - 158}" y="{top + 20 * place + 11}" fill="#222">{name}</text>')
    path.write_text("\n".join(parts + ["</svg>", ""]))


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench estimators", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--command", default="neuron-shapley", help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help="folder of models and images (NEURON_SHAPLEY_DATA)")
    parser.add_argument("--embedded", nargs=3, metavar=("MODEL", "IMAGES", "PREPROCESSING"))
    parser.add_argument("--name", default="embedded", help="what the tables call the network of --embedded")
    parser.add_argument("--networks", nargs="*", help="only these: four-164, resnet8, resnet20, squeezenet")
    parser.add_argument("--metrics", nargs="*", default=["log-likelihood", "accuracy", "probability"])
    parser.add_argument("--estimators", nargs="*", help="only these (tmab for all of its settings, tmab:16:whole for one)")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--limit", type=float, default=300, help="passes at which a run ends")
    parser.add_argument("--reference", type=float, default=3000, help="passes of the reference")
    parser.add_argument("--candidates", type=int, help="the reference measures so many players of a race by themselves")
    parser.add_argument("--workers", type=int, default=2, help="runs at a time, one thread each")
    parser.add_argument("--output", default=".build/bench/estimators")
    arguments = parser.parse_args()
    # SqueezeNet takes an hour: where it is asked for by name. A network of one's own is alone unless others are named.
    wanted = arguments.networks or ([arguments.name] if arguments.embedded else ["four-164", "resnet8", "resnet20"])
    chosen = [s for s in subjects(arguments.data, arguments.embedded, arguments.name, wanted, arguments.command,
                                  Path(arguments.output)) if s["name"] in wanted]
    if not chosen:
        raise SystemExit("estimators: no network to measure; set NEURON_SHAPLEY_DATA or give --embedded")
    everything = []
    for subject in chosen:
        for metric in arguments.metrics:
            result = measure(arguments, subject, metric)
            rows = costs(result)
            print(table(result, rows), flush=True)
            curves(result, Path(arguments.output) / f"{subject['name']}-{metric}.svg")
            everything.append(dict(subject=subject["name"], metric=metric, about=result["about"],
                                   reference_error=result["reference_error"], costs=rows))
            Path(arguments.output, "results.json").write_text(json.dumps(everything, indent=1))


main()
