#!/usr/bin/env python3
"""Trains networks on drawn images with several seeds and asks the command `probe` what they know, whether they use it, and
when they learnt it. The truth is known: dots and stripes decide classes; the frame can be seen and decides nothing; the coin
is thrown for each image and cannot be seen.

    scripts/benchmarks/probing_world.py --engine .build/release/neuron-shapley [--seeds 10] [--series 5] [--first-seed 0]

Each seed draws its own images to train on (4,000) and to probe on (800), and its own parameters. The first SERIES seeds are
also asked when colour, texture and shape emerge. Prints a table a question; takes some minutes a seed on two cores.
"""
import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import tempfile

parser = argparse.ArgumentParser()
parser.add_argument("--engine", default=".build/release/neuron-shapley")
parser.add_argument("--seeds", type=int, default=10)
parser.add_argument("--series", type=int, default=5)
parser.add_argument("--first-seed", type=int, default=0)
options = parser.parse_args()

recipe = os.path.join(os.path.dirname(__file__), "../../Scenarios/01-responsible-filters/recipe.json")
checkpoints = ["epoch-000", "step-000015", "step-000030", "step-000060", "step-000090", "epoch-001", "epoch-002",
               "epoch-003", "epoch-005", "epoch-010", "epoch-020"]


def run(*words):
    return subprocess.run([options.engine, *map(str, words)], check=True, capture_output=True, text=True).stdout


def probe(model, images, target, *words):
    return json.loads(run("probe", model, "--images", images, "--preprocess", "world", "--target", target, "--layers-only",
                          "--repetitions", 1, "--json", "--quiet", *words))


def with_coin(folder, seed):
    """The list of images with one column more: a fair coin."""
    coin = random.Random(seed)
    with open(f"{folder}/labels.csv") as source, open(f"{folder}/coin.csv", "w") as target:
        rows = list(csv.reader(source))
        writer = csv.writer(target)
        writer.writerow(rows[0] + ["coin"])
        writer.writerows(row + [coin.choice(["heads", "tails"])] for row in rows[1:])
    return f"{folder}/coin.csv"


def interval(values):
    values = sorted(values)
    return f"{statistics.median(values):.3g} ({values[0]:.3g} to {values[-1]:.3g})"


found, used, scores, aboveInput, emerged, orders = {}, {}, {}, {}, {}, []
for seed in range(options.first_seed, options.first_seed + options.seeds):
    with tempfile.TemporaryDirectory() as folder:
        run("world", "--preset", "balanced", "--count", 4000, "--seed", 100 + 2 * seed, "--output", f"{folder}/learned", "--quiet")
        run("world", "--preset", "balanced", "--count", 800, "--seed", 101 + 2 * seed, "--output", f"{folder}/fresh", "--quiet")
        run("train", recipe, "--images", f"{folder}/learned", "--preprocess", "world", "--seed", seed, "--output",
            f"{folder}/trained", "--quiet")
        images, model = with_coin(f"{folder}/fresh", seed), f"{folder}/trained/model.onnx"
        document = probe(model, images, "texture=dots,texture=stripes,frame,size,coin", "--effects", "conv4", "--seed", seed)
        for concept in document["concepts"]:
            name = concept["concept"]
            best = max(concept["layers"], key=lambda layer: layer["score"]["mean"])
            found.setdefault(name, []).append(best["verdict"])
            scores.setdefault(name, []).append(best["score"]["mean"])
            aboveInput.setdefault(name, []).append(best["aboveInput"]["mean"])
            effect = concept["effects"][0]
            used.setdefault(name, []).append((effect["verdict"], effect["before"] - effect["direction"]["after"]))
        if seed - options.first_seed < options.series:
            files = ",".join(f"{folder}/trained/checkpoints/{name}.onnx" for name in checkpoints)
            steps = {row["file"]: row["step"] for row in csv.DictReader(open(f"{folder}/trained/checkpoints.csv"))}
            series = probe(model, images, "colour,texture,shape", "--effects", "none", "--layers", "conv3,conv4",
                           "--seed", seed, "--checkpoints", files, "--steps",
                           ",".join(steps[f"checkpoints/{name}.onnx"] for name in checkpoints))["series"]
            row = {}
            for entry in series:
                emergence = entry["emergences"][entry["bestLayer"]]
                row[entry["concept"]] = emergence
                emerged.setdefault(entry["concept"], []).append(emergence["step"])
            orders.append(row)
        print(f"seed {seed}: " + ", ".join(f"{name} {verdicts[-1]}" for name, verdicts in found.items()), flush=True)

print("\nconcept            found  learned  used  best score             above the image's own   loss of log-likelihood at conv4")
for name, verdicts in found.items():
    print(f"{name:18} {sum(v != 'not-found' for v in verdicts):3}/{len(verdicts)} {verdicts.count('learned'):4}/{len(verdicts)}"
          f" {sum(v == 'used' for v, _ in used[name]):3}/{len(verdicts)}  {interval(scores[name]):22}"
          f" {interval(aboveInput[name]):22}  {interval([loss for _, loss in used[name]])}")
if emerged:
    print("\nemergence, step: by seed with its interval over images")
for name, steps in emerged.items():
    each = ["{:.0f} ({})".format(row[name]["step"], "–" if row[name].get("lower") is None else
                                 f"{row[name]['lower']:.0f} to {row[name]['upper']:.0f}") for row in orders]
    print(f"{name:10} {interval(steps):24} {'; '.join(each)}")
