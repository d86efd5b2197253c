#!/usr/bin/env python3
"""Times a whole TCAV run beside a PyTorch implementation of the same protocol, one thread each, in turn within one run.

    scripts/bench tcav --data FOLDER [--rounds 3] [--random-concepts 39]

Both decode the images, read four layers of SqueezeNet 1.1 (means over positions), fit a logistic classifier with a cross-validated
L2 penalty (six strengths, three folds) for the concept and for every random concept against five sets of random images, take the
gradients of the class's logit by the layers once an image, and score all directions. PyTorch reads activations and gradients, eight
images at a time; scikit-learn's lbfgs fits, on standardised columns, to the same tolerance. FOLDER holds models/, concepts/ and
imagenet_nips17/.
"""
import argparse
import glob
import json
import os
import resource
import statistics
import subprocess
import tempfile
import time
import warnings

for variable in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
    os.environ[variable] = "1"
import numpy as np
import torch
from PIL import Image
from sklearn.linear_model import LogisticRegression

from onnx_to_torch import Translation

LAYERS = ["fire3/concat_1", "fire5/concat_1", "fire7/concat_1", "fire9/concat_1"]
CLASS, SIZE, SETS = 340, 20, 5

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--engine", default=".build/release/neuron-shapley", help=argparse.SUPPRESS)
parser.add_argument("--data", default=os.environ.get("NEURON_SHAPLEY_DATA"), help="the folder of models and images")
parser.add_argument("--rounds", type=int, default=3, help="turns of each (default 3)")
parser.add_argument("--random-concepts", type=int, default=39, help="at least 39 (default)")
options = parser.parse_args()
if not options.data:
    parser.error("--data is needed: the folder of models and images")
warnings.filterwarnings("ignore")
torch.set_num_threads(1)

MODEL = os.path.join(options.data, "models/squeezenet1_1_imagenet.onnx")
CONCEPT = sorted(glob.glob(os.path.join(options.data, "concepts/striped_dtd/*.jpg")))
ZEBRAS = sorted(glob.glob(os.path.join(options.data, "concepts/zebra/*.jpg")))
RANDOM = sorted(glob.glob(os.path.join(options.data, "imagenet_nips17/*/*.jpg")))


def pixels(path):
    """Centre crop of 224, BGR, mean subtracted: the images are 256 pixels high and wide already."""
    picture = np.asarray(Image.open(path).convert("RGB"), np.float32)[16:240, 16:240, ::-1]
    return (picture - np.array([104, 117, 123], np.float32)).transpose(2, 0, 1)


class Recorder(torch.fx.Interpreter):
    """Runs the module and keeps the values of some nodes, with their gradients where they are wanted."""

    def __init__(self, translation, logits):
        super().__init__(translation.module)
        self.names = {translation.values[name].name: name for name in LAYERS + [logits]}

    def run_node(self, node):
        value = super().run_node(node)
        if node.name in self.names:
            self.kept[self.names[node.name]] = value
            if self.wants_gradients and self.names[node.name] in LAYERS:
                if not value.requires_grad:
                    value.requires_grad_(True)
                value.retain_grad()
        return value

    def pass_over(self, batch, wants_gradients=False):
        self.kept, self.wants_gradients = {}, wants_gradients
        self.run(batch)
        return self.kept


def blocks(paths):
    for start in range(0, len(paths), 8):
        yield torch.from_numpy(np.stack([pixels(path) for path in paths[start:start + 8]]))


def fit(x, y):
    """Standardised columns, six strengths on three folds, and the fit of all rows; the direction in activation units."""
    mean, deviation = x.mean(0), x.std(0)
    scale = np.where(deviation > 0, 1 / np.where(deviation > 0, deviation, 1), 0)
    z = (x - mean) * scale
    largest = np.abs(z.T @ (y - y.mean())).max() / len(y) / 0.1
    strengths = largest * 1e-4 ** (np.arange(6) / 5)
    folds = np.empty(len(y), int)
    for label in (0, 1):
        rows = np.flatnonzero(y == label)
        folds[rows] = np.arange(len(rows)) % 3

    def model(strength, rows):
        return LogisticRegression(C=1 / (strength * len(rows)), tol=1e-4, max_iter=1000)

    losses = np.zeros(6)
    for fold in range(3):
        train, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        for place, strength in enumerate(strengths):
            probability = model(strength, train).fit(z[train], y[train]).predict_proba(z[held])[:, 1]
            losses[place] -= np.mean(np.log(np.where(y[held] == 1, probability, 1 - probability) + 1e-12))
    best = strengths[losses.argmin()]
    return model(best, np.arange(len(y))).fit(z, y).coef_[0] * deviation


def with_torch():
    translation = Translation(MODEL)
    softmax = next(n for n in reversed(list(translation.graph.nodes)) if "softmax" in n.name)
    logits = next(k for k, v in translation.values.items() if v is softmax.args[0])
    recorder = Recorder(translation, logits)
    order = np.random.default_rng(0)
    concept = [CONCEPT[i] for i in order.permutation(len(CONCEPT))[:SIZE]]
    used = RANDOM
    features = {layer: [] for layer in LAYERS}
    with torch.no_grad():
        for batch in blocks(concept + used):
            for layer, value in recorder.pass_over(batch).items():
                if layer in features:
                    features[layer].append(value.mean((2, 3)).numpy())
    features = {layer: np.concatenate(parts).astype(np.float64) for layer, parts in features.items()}
    gradients = {layer: [] for layer in LAYERS}
    for batch in blocks(ZEBRAS):
        kept = recorder.pass_over(batch, True)
        kept[logits].reshape(len(batch), -1)[:, CLASS].sum().backward()
        for layer in LAYERS:
            gradients[layer].append(kept[layer].grad.sum((2, 3)).numpy())
    gradients = {layer: np.concatenate(parts) for layer, parts in gradients.items()}
    shuffled = SIZE + order.permutation(len(used))
    negatives = [shuffled[i * SIZE:(i + 1) * SIZE] for i in range(SETS)]
    rest = shuffled[SETS * SIZE:]
    randoms = [order.permutation(rest)[:SIZE] for _ in range(options.random_concepts)]
    scores = {}
    for layer in LAYERS:
        scores[layer] = []
        for positives in [np.arange(SIZE)] + randoms:
            shares = []
            for index, negative in enumerate(negatives):
                kept = np.arange(SIZE) % SETS != index
                rows = np.concatenate([np.asarray(positives)[kept], negative[kept]])
                y = np.repeat([1, 0], kept.sum())
                shares.append((gradients[layer] @ fit(features[layer][rows], y) > 0).mean())
            scores[layer].append(np.mean(shares))
    return {layer: float(values[0]) for layer, values in scores.items()}


def with_engine(folder):
    words = [
        options.engine, "tcav", MODEL, "--concepts", folder + "/concepts", "--random", os.path.join(options.data, "imagenet_nips17"),
        "--images", folder + "/images", "--preprocess", "imagenet-caffe", "--layers", ",".join(LAYERS), "--concept-size",
        str(SIZE), "--random-concepts", str(options.random_concepts), "--reseeds", "0", "--no-interventions", "--workers", "1",
        "--json", "--quiet",
    ]
    document = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return {entry["layer"]: entry.get("score") for entry in document["summary"]}


def processor_time():
    """Of this process and of those it has started, so that other work on the machine counts for nobody."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name, target in [("concepts/striped", "concepts/striped_dtd"), ("images/340_zebra", "concepts/zebra")]:
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            os.symlink(os.path.join(options.data, target), os.path.join(folder, name))
        times = {"engine": [], "torch": []}
        for _ in range(options.rounds):
            for name, work in [("engine", lambda: with_engine(folder)), ("torch", with_torch)]:
                start, wall = processor_time(), time.perf_counter()
                scores = work()
                times[name].append(processor_time() - start)
                wall = time.perf_counter() - wall
                print(f"  {name:6} {times[name][-1]:7.1f} s of processor time ({wall:.1f} s by the clock)  " + "  ".join(f"{k} {v}" for k, v in scores.items()), flush=True)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"\n  TCAV on SqueezeNet 1.1: 1 concept and {options.random_concepts} random ones, {SETS} sets, {len(LAYERS)} layers")
    print(f"  engine {medians['engine']:.1f} s, PyTorch and scikit-learn {medians['torch']:.1f} s: "
          f"{medians['torch'] / medians['engine']:.1f} × as fast (wanted: 5)")


main()
