#!/usr/bin/env python3
"""Times the fit of linear probes beside scikit-learn, one thread each, in turn within one run: the same rows, the same
objective, the same tolerance of the gradient's largest entry.

    scripts/benchmarks/probes.py --engine .build/release/Benchmarks [--rounds 7]

Features are like activations: rectified, correlated, of unequal scale. The engine reads the floats as they are and
standardises them within its time; scikit-learn gets standardised columns, whose making is not counted, once as doubles
(what it asks for) and once as floats. Needs numpy and scikit-learn.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
import warnings

for variable in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
    os.environ[variable] = "1"
import numpy as np
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--engine", default=".build/release/Benchmarks", help=argparse.SUPPRESS)
parser.add_argument("--rounds", type=int, default=7, help="turns of each contender (default 7)")
parser.add_argument("--json", help="also write the numbers to this file")
options = parser.parse_args()
warnings.filterwarnings("ignore")


class Problem:
    def __init__(self, rows, columns, classes, decay, folder):
        random = np.random.default_rng(rows + columns + classes)
        mixing = random.standard_normal((columns, columns)) * np.exp(-decay * np.arange(columns) / columns)
        hidden = random.standard_normal((rows, columns)) @ mixing.T
        scales = np.exp(random.standard_normal(columns))
        self.x = (np.maximum(hidden / hidden.std() + 0.3, 0) * scales).astype(np.float32)
        wide = self.x.astype(np.float64)
        self.standardized = (wide - wide.mean(0)) / wide.std(0)
        weights = random.standard_normal((columns, classes)) * 2 / np.sqrt(columns)
        self.y = (self.standardized @ weights + random.gumbel(size=(rows, classes))).argmax(1)
        self.columns, self.classes, self.rows = columns, classes, rows
        self.files = [os.path.join(folder, name) for name in ("x.f32", "y.f64")]
        self.x.tofile(self.files[0])
        self.y.astype(np.float64).tofile(self.files[1])
        self.float32 = self.standardized.astype(np.float32)

    def objective(self, weights, intercepts, strength):
        """The value and the gradient's largest entry, in doubles."""
        weights = weights.reshape(-1, self.columns)
        decisions = self.standardized @ weights.T + intercepts
        if self.classes == 2:
            margin = decisions[:, 0]
            loss = np.mean(np.logaddexp(0, margin) - self.y * margin)
            residual = (1 / (1 + np.exp(-margin)) - self.y)[:, None]
        else:
            logs = decisions - np.logaddexp.reduce(decisions, 1)[:, None]
            loss = -logs[np.arange(self.rows), self.y].mean()
            residual = np.exp(logs)
            residual[np.arange(self.rows), self.y] -= 1
        gradient = residual.T @ self.standardized / self.rows + strength * weights
        gap = max(np.abs(gradient).max(), np.abs(residual.mean(0)).max())
        return loss + strength / 2 * (weights ** 2).sum(), gap


class Engine:
    def __init__(self, problem):
        words = [options.engine, "probes", *problem.files, str(problem.columns), str(problem.classes)]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def timed(call):
    start = time.perf_counter()
    result = call()
    return (time.perf_counter() - start) * 1e3, result


def fit(problem, strength, tolerance):
    """Medians of single fits, with objectives and gradients as numpy sees them."""
    engine = Engine(problem)
    model = LogisticRegression(C=1 / (problem.rows * strength), tol=tolerance, solver="lbfgs", max_iter=10_000)
    times, last = {"engine": [], "doubles": [], "floats": []}, {}
    for _ in range(options.rounds):
        answer = engine.ask("fit", strength, 0, tolerance)
        times["engine"].append(answer["milliseconds"])
        last["engine"] = (np.array(answer["weights"]), np.array(answer["intercepts"]), answer["iterations"])
        for name, x in [("doubles", problem.standardized), ("floats", problem.float32)]:
            milliseconds, fitted = timed(lambda: model.fit(x, problem.y))
            times[name].append(milliseconds)
            last[name] = (fitted.coef_.astype(np.float64), fitted.intercept_.astype(np.float64), int(fitted.n_iter_[0]))
    engine.close()
    result = {name: {"milliseconds": statistics.median(values)} for name, values in times.items()}
    for name, (weights, intercepts, iterations) in last.items():
        value, gap = problem.objective(weights, intercepts, strength)
        result[name] |= {"objective": value, "gradient": gap, "iterations": iterations}
    return result


def path(problem, strengths, folds, tolerance):
    """Medians of a cross-validated path of penalties with the final fit."""
    engine = Engine(problem)
    words = ",".join(str(strength) for strength in strengths)
    training = problem.rows * (folds - 1) / folds
    model = LogisticRegressionCV(
        Cs=[1 / (training * strength) for strength in strengths], cv=folds, tol=tolerance, solver="lbfgs",
        max_iter=10_000, scoring="neg_log_loss")
    times = {"engine": [], "doubles": [], "floats": []}
    for _ in range(options.rounds):
        times["engine"].append(engine.ask("path", 0, tolerance, folds, words)["milliseconds"])
        for name, x in [("doubles", problem.standardized), ("floats", problem.float32)]:
            times[name].append(timed(lambda: model.fit(x, problem.y))[0])
    engine.close()
    return {name: {"milliseconds": statistics.median(values)} for name, values in times.items()}


def row(title, result):
    own = result["engine"]["milliseconds"]
    cells = [title, f"{own:.1f}"]
    for name in ["doubles", "floats"]:
        cells.append(f"{result[name]['milliseconds']:.1f} ({result[name]['milliseconds'] / own:.2f} ×)")
    if "gradient" in result["engine"]:
        cells.append(" / ".join(f"{result[name]['gradient']:.1e}" for name in ["engine", "doubles", "floats"]))
    else:
        cells.append("")
    print("| " + " | ".join(cells) + " |", flush=True)


results = {}
print("| probe | engine, ms | scikit-learn on doubles | on floats | largest gradient entry: engine / doubles / floats |")
print("|---|---|---|---|---|")
with tempfile.TemporaryDirectory() as folder:
    for rows, columns, classes, decay, strength, tolerance in [
        (10_000, 512, 2, 0, 1e-3, 1e-6), (10_000, 512, 2, 4, 1e-3, 1e-6), (10_000, 512, 2, 4, 1e-4, 1e-6),
        (10_000, 512, 2, 8, 1e-6, 1e-6), (10_000, 512, 10, 4, 1e-3, 1e-6), (400, 256, 2, 4, 1e-2, 1e-6),
        (400, 256, 2, 4, 1e-4, 1e-6), (200, 10_000, 2, 4, 1e-2, 1e-6),
    ]:
        problem = Problem(rows, columns, classes, min(decay, 8), folder)
        title = f"{rows:,} × {columns:,}, {classes} classes, decay {decay}, λ {strength:g}"
        results[title] = fit(problem, strength, tolerance)
        row(title, results[title])
    for rows, columns, classes in [(400, 256, 2), (400, 64, 2), (1000, 256, 5), (300, 1000, 2)]:
        problem = Problem(rows, columns, classes, 4, folder)
        title = f"{rows} × {columns}, {classes} classes: 10 penalties, 5 folds"
        results[title] = path(problem, np.geomspace(1, 1e-4, 10), 5, 1e-6)
        row(title, results[title])
if options.json:
    with open(options.json, "w") as file:
        json.dump(results, file, indent=1)
