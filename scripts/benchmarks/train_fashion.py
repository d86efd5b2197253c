#!/usr/bin/env python3
"""Trains the same LeNet by the same recipe here and in PyTorch, on the same images with the same split, and compares
accuracies.

    scripts/benchmarks/train_fashion.py --engine .build/release/neuron-shapley [--data DIR] [--seeds 3] [--first-seed 0]
        [--epochs 15]

DIR holds fashion_mnist/*.gz (default: $NEURON_SHAPLEY_DATA, else ../shared/data). Each seed draws a split of its own,
which PyTorch takes from the engine's split.csv. Accuracies are those of the validation images after the last epoch.
Needs numpy and torch.
"""
import argparse
import csv
import gzip
import json
import math
import os
import statistics
import subprocess
import tempfile

import numpy as np
import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--engine", default=".build/release/neuron-shapley")
parser.add_argument("--data", default=os.environ.get("NEURON_SHAPLEY_DATA", "../shared/data"))
parser.add_argument("--seeds", type=int, default=3)
parser.add_argument("--first-seed", type=int, default=0)
parser.add_argument("--epochs", type=int, default=15)
options = parser.parse_args()

recipe = {
    "architecture": "lenet", "initialization": "pytorch",
    "optimizer": {"kind": "sgd", "momentum": 0.9, "nesterov": True, "weightDecay": 5e-4, "decayAll": True},
    "learningRate": {"schedule": "cosine", "rate": 0.05, "warmUpEpochs": 1},
    "batchSize": 32, "epochs": options.epochs, "validation": 0.2,
    "augmentation": {"flip": True, "cropPadding": 1}, "checkpoints": {"every": 0},
}
folder = os.path.join(options.data, "fashion_mnist")
images_file = os.path.join(folder, "t10k_open-images-idx3-ubyte.gz")
labels_file = os.path.join(folder, "t10k_open-labels-idx1-ubyte.gz")
with gzip.open(images_file) as file:
    images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28).astype(np.float32) / 255
with gzip.open(labels_file) as file:
    labels = np.frombuffer(file.read(), np.uint8, offset=8).astype(np.int64)
torch.set_num_threads(1)


def network():
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(800, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def augmented(batch):
    padded = nn.functional.pad(batch, (1, 1, 1, 1))
    result = torch.empty_like(batch)
    offsets = torch.randint(0, 3, (len(batch), 2)).tolist()
    flips = torch.rand(len(batch)) < 0.5
    for index, (down, right) in enumerate(offsets):
        part = padded[index, :, down:down + 28, right:right + 28]
        result[index] = part.flip(-1) if flips[index] else part
    return result


def trained_in_torch(train, validation, seed):
    torch.manual_seed(seed)
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=5e-4)
    size = recipe["batchSize"]
    steps = math.ceil(len(train) / size)
    x, y = torch.tensor(images), torch.tensor(labels)
    for epoch in range(options.epochs):
        order = train[torch.randperm(len(train))]
        for step in range(steps):
            done = epoch * steps + step
            rate = 0.05 * (done + 1) / steps if done + 1 < steps else (
                0.05 * (1 + math.cos(math.pi * (done - steps) / (steps * (options.epochs - 1)))) / 2)
            for group in optimizer.param_groups:
                group["lr"] = rate
            batch = order[step * size:(step + 1) * size]
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(augmented(x[batch])), y[batch]).backward()
            optimizer.step()
    with torch.no_grad():
        return float((model(x[validation]).argmax(1) == y[validation]).float().mean())


own, theirs = [], []
with tempfile.TemporaryDirectory() as temporary:
    path = os.path.join(temporary, "recipe.json")
    with open(path, "w") as file:
        json.dump(recipe, file)
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        output = os.path.join(temporary, f"seed-{seed}")
        result = subprocess.run(
            [options.engine, "train", path, "--images", images_file, "--labels", labels_file, "--preprocess", "mnist",
             "--output", output, "--seed", str(seed), "--json", "--quiet"], check=True, capture_output=True, text=True)
        own.append(json.loads(result.stdout)["epochs"][-1]["validationAccuracy"])
        with open(os.path.join(output, "split.csv")) as file:
            rows = list(csv.DictReader(file))
        parts = {
            part: torch.tensor([int(row["index"]) for row in rows if row["part"] == part])
            for part in ["training", "validation"]
        }
        theirs.append(trained_in_torch(parts["training"], parts["validation"], seed))
        print(f"seed {seed}: here {100 * own[-1]:.2f} %, PyTorch {100 * theirs[-1]:.2f} %", flush=True)
print(f"mean: here {100 * statistics.mean(own):.2f} %, PyTorch {100 * statistics.mean(theirs):.2f} %, "
      f"difference {100 * (statistics.mean(own) - statistics.mean(theirs)):+.2f} points")
