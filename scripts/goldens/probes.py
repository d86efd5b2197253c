#!/usr/bin/env python3
"""Writes what scikit-learn's tightest solvers find: weights of linear probes, and cross-validated paths of penalties.

    OMP_NUM_THREADS=1 python3 scripts/goldens/probes.py Tests/Fixtures/probes/linear.json

Features and targets come from a formula that the tests repeat exactly (sums of multiples of 2⁻¹⁵). Weights are those of
columns standardised with deviations of ddof 0; strengths are λ of (1/n)Σ loss + λ(ρ‖w‖₁ + (1 − ρ)/2·‖w‖²), so C is
1/(nλ), Ridge's alpha nλ, that of ElasticNet λ. Needs numpy and scikit-learn (made with 1.9).
"""
import json
import sys
import warnings

import numpy as np
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, balanced_accuracy_score, log_loss, mean_squared_error, r2_score
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("error")


def mixed(number):
    """SplitMix64's mixing function."""
    mask = (1 << 64) - 1
    z = (number + 1) * 0x9E3779B97F4A7C15 & mask
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
    z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
    return z ^ z >> 31


def problem(seed, rows, columns, classes):
    """Correlated columns of unequal scale, and numbers (0 classes) or labels that depend on them."""
    def number(row, column):
        return (mixed(seed << 40 | row << 20 | column) >> 48) * 2.0 ** -15 - 1

    hidden = np.array([[number(row, column) for column in range(columns + 8)] for row in range(rows)])
    column = np.arange(columns)
    x = (hidden[:, :columns] + np.roll(hidden[:, :columns], 1, axis=1)) * (column % 5 + 1) + column % 3
    scores = np.array([hidden[:, :columns] @ ((column * 7 + 3 * k) % 5 - 2.0) + 2 * hidden[:, columns + k]
                       for k in range(max(1, classes))]).T
    if classes == 0:
        y = scores[:, 0]
    elif classes == 2:
        y = (scores[:, 0] > 0.5).astype(int)
    else:
        y = scores.argmax(1)
    return x.astype(np.float32).astype(np.float64), y


def model(rows, classes, strength, ratio, balanced):
    if classes == 0:
        if ratio == 0:
            return Ridge(alpha=rows * strength, solver="cholesky")
        return ElasticNet(alpha=strength, l1_ratio=ratio, tol=1e-14, max_iter=1_000_000)
    return LogisticRegression(
        C=1 / (rows * strength), l1_ratio=ratio, solver="newton-cholesky" if ratio == 0 else "saga", tol=1e-10,
        max_iter=10_000_000, class_weight="balanced" if balanced else None, random_state=0)


def fit_case(seed, rows, columns, classes, strength, ratio, balanced=False):
    x, y = problem(seed, rows, columns, classes)
    fitted = model(rows, classes, strength, ratio, balanced).fit(StandardScaler().fit_transform(x), y)
    intercepts = np.atleast_1d(fitted.intercept_)
    return {
        "seed": seed, "rows": rows, "columns": columns, "classes": classes, "strength": strength, "l1Ratio": ratio,
        "isBalanced": balanced, "weights": fitted.coef_.ravel().tolist(),
        # Softmax does not see what all intercepts share.
        "intercepts": (intercepts - (intercepts.mean() if classes > 2 else 0)).tolist()}


def path_case(seed, rows, columns, classes, strengths, ratio, folds, balanced=False):
    x, y = problem(seed, rows, columns, classes)
    points = []
    for strength in strengths:
        losses, scores = [], []
        for fold in range(folds):
            held = np.arange(rows) % folds == fold
            scaler = StandardScaler().fit(x[~held])
            fitted = model((~held).sum(), classes, strength, ratio, balanced).fit(scaler.transform(x[~held]), y[~held])
            inputs = scaler.transform(x[held])
            if classes:
                weights = np.ones(held.sum())
                if balanced:
                    weights = 1 / np.bincount(y[held])[y[held]]
                losses.append(log_loss(y[held], fitted.predict_proba(inputs), sample_weight=weights,
                                       labels=range(classes)))
                score = balanced_accuracy_score if balanced else accuracy_score
                scores.append(score(y[held], fitted.predict(inputs)))
            else:
                losses.append(mean_squared_error(y[held], fitted.predict(inputs)))
                scores.append(r2_score(y[held], fitted.predict(inputs)))
        points.append({"strength": strength, "losses": losses, "scores": scores})
    best = min(points, key=lambda point: np.mean(point["losses"]))
    return {
        "seed": seed, "rows": rows, "columns": columns, "classes": classes, "l1Ratio": ratio, "folds": folds,
        "isBalanced": balanced, "points": points, "best": best["strength"]}


cases = {
    "fits": [
        fit_case(1, 80, 6, 2, 0.01, 0), fit_case(2, 200, 20, 2, 0.001, 0, True), fit_case(3, 40, 60, 2, 0.05, 0),
        fit_case(4, 120, 8, 3, 0.01, 0), fit_case(5, 90, 10, 4, 0.1, 0, True), fit_case(6, 30, 45, 3, 0.02, 0),
        fit_case(7, 80, 6, 2, 0.01, 1), fit_case(8, 60, 30, 2, 0.03, 0.5, True), fit_case(9, 100, 8, 3, 0.01, 1),
        fit_case(10, 90, 12, 4, 0.02, 0.5, True), fit_case(11, 40, 60, 2, 0.05, 1),
        fit_case(12, 70, 9, 0, 0.1, 0), fit_case(13, 30, 50, 0, 0.5, 0), fit_case(14, 70, 9, 0, 0.05, 1),
        fit_case(15, 30, 50, 0, 0.1, 1), fit_case(16, 60, 20, 0, 0.1, 0.3),
    ],
    "paths": [
        path_case(21, 120, 12, 2, [1, 0.1, 0.01, 0.001], 0, 4), path_case(22, 150, 8, 3, [1, 0.1, 0.01], 0, 5, True),
        path_case(23, 100, 15, 2, [0.1, 0.03, 0.01], 1, 4), path_case(24, 90, 10, 0, [10, 1, 0.1, 0.01], 0, 3),
        path_case(25, 60, 40, 0, [0.5, 0.1, 0.02], 1, 3),
    ],
}
with open(sys.argv[1], "w") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
