#!/usr/bin/env python3
"""Times a step of training (forward, loss, backward, update) beside eager PyTorch, one thread each, in turn within one
run.

    OMP_NUM_THREADS=1 scripts/benchmarks/training.py --engine .build/release/TrainingBenchmark [--rounds 5]

A turn counts the best of its steps; the table has the medians of the turns. Needs numpy and torch.
"""
import argparse
import json
import os
import statistics
import subprocess
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--engine", default=".build/release/TrainingBenchmark")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--json", help="also write the numbers to this file")
options = parser.parse_args()
torch.set_num_threads(1)


def convolution(inputs, outputs, stride=1, kernel=3):
    return [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.body = nn.Sequential(*convolution(inputs, outputs, stride), *convolution(outputs, outputs)[:2])
        same = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if same else nn.Sequential(*convolution(inputs, outputs, stride, 1)[:2])

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def lenet(channels, classes):
    return nn.Sequential(
        nn.Conv2d(channels, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 5), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.LazyLinear(120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
        nn.Linear(84, classes))


def vgg(channels, classes):
    return nn.Sequential(
        *convolution(channels, 24), *convolution(24, 24), nn.MaxPool2d(2), *convolution(24, 48), *convolution(48, 48),
        nn.MaxPool2d(2), *convolution(48, 96), *convolution(96, 96), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(96, classes))


def resnet(channels, classes):
    return nn.Sequential(
        *convolution(channels, 16), Residual(16, 16, 1), Residual(16, 16, 1), Residual(16, 32, 2), Residual(32, 32, 1),
        Residual(32, 64, 2), Residual(64, 64, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))


class Torch:
    def __init__(self, make, channels, side, classes, batch, channels_last):
        layout = torch.channels_last if channels_last else torch.contiguous_format
        self.x = torch.rand(batch, channels, side, side).contiguous(memory_format=layout)
        self.y = torch.arange(batch) % classes
        self.model = make(channels, classes)
        self.model(self.x)
        self.model = self.model.to(memory_format=layout).train()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.001, momentum=0.9, weight_decay=5e-4)

    def steps(self, count):
        times = []
        for _ in range(count):
            start = time.perf_counter()
            self.optimizer.zero_grad()
            nn.functional.cross_entropy(self.model(self.x), self.y).backward()
            self.optimizer.step()
            times.append((time.perf_counter() - start) * 1e3)
        return times


class Engine:
    def __init__(self, *words):
        self.process = subprocess.Popen(
            [options.engine, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def steps(self, count):
        self.process.stdin.write(f"steps {count}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


results = []
print("| network, images a batch | engine, ms a step | eager PyTorch | eager PyTorch, channels last |")
print("|---|---|---|---|")
for title, make, channels, side, batch in [
    ("lenet at 28 px", lenet, 1, 28, 32), ("lenet at 28 px", lenet, 1, 28, 128), ("vgg at 32 px", vgg, 3, 32, 32),
    ("resnet at 32 px", resnet, 3, 32, 32), ("resnet at 32 px", resnet, 3, 32, 128),
]:
    contenders = {
        "engine": Engine(make.__name__, channels, side, 10, batch),
        "torch": Torch(make, channels, side, 10, batch, False),
        "torch, channels last": Torch(make, channels, side, 10, batch, True),
    }
    turns = {name: [] for name in contenders}
    for contender in contenders.values():
        contender.steps(2)
    for _ in range(options.rounds):
        for name, contender in contenders.items():
            turns[name].append(min(contender.steps(8)))
    medians = {name: statistics.median(times) for name, times in turns.items()}
    results.append({"network": title, "batch": batch, "milliseconds": medians})
    own = medians["engine"]
    print(f"| {title}, {batch} | {own:.2f} | {medians['torch'] / own:.2f} × | "
          f"{medians['torch, channels last'] / own:.2f} × |", flush=True)
if options.json:
    with open(options.json, "w") as file:
        json.dump(results, file, indent=1)
