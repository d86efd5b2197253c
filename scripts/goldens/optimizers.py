#!/usr/bin/env python3
"""Writes what PyTorch's optimizers and its cross-entropy do, step by step.

    python3 scripts/goldens/optimizers.py Tests/Fixtures/training/optimizers.json

Each case of an optimizer has the recipe's JSON, start values, and for each step a learning rate, gradients and the
parameters behind it. Of the seven parameters the first four are weights, the others biases. Needs numpy and torch.
"""
import json
import sys

import numpy as np
import torch

random = np.random.default_rng(7)


def numbers(values):
    return [float(np.float32(v)) for v in np.asarray(values).ravel()]


def optimizer_case(recipe, steps=12):
    start = random.standard_normal(7).astype(np.float32)
    weights = torch.nn.Parameter(torch.tensor(start[:4]))
    biases = torch.nn.Parameter(torch.tensor(start[4:]))
    decay = recipe.get("weightDecay", 0.01 if recipe["kind"] == "adamW" else 0)
    groups = [
        {"params": [weights], "weight_decay": decay},
        {"params": [biases], "weight_decay": decay if recipe.get("decayAll") else 0},
    ]
    if recipe["kind"] == "sgd":
        optimizer = torch.optim.SGD(
            groups, lr=0.1, momentum=recipe.get("momentum", 0.9), nesterov=recipe.get("nesterov", False))
    else:
        kind = torch.optim.Adam if recipe["kind"] == "adam" else torch.optim.AdamW
        optimizer = kind(
            groups, lr=0.1, betas=(recipe.get("beta1", 0.9), recipe.get("beta2", 0.999)), eps=recipe.get("epsilon", 1e-8))
    rows = []
    for step in range(steps):
        rate = 0.1 / (1 + step)
        for group in optimizer.param_groups:
            group["lr"] = rate
        gradient = (random.standard_normal(7) * 10 ** random.uniform(-3, 1)).astype(np.float32)
        weights.grad, biases.grad = torch.tensor(gradient[:4]), torch.tensor(gradient[4:])
        optimizer.step()
        after = torch.cat([weights, biases]).detach().numpy()
        rows.append({"learningRate": rate, "gradients": numbers(gradient), "parameters": numbers(after)})
    return {"recipe": recipe, "start": numbers(start), "steps": rows}


def loss_case(classes, smoothing, scale):
    logits = torch.tensor((random.standard_normal(classes) * scale).astype(np.float32), requires_grad=True)
    label = int(random.integers(classes))
    loss = torch.nn.functional.cross_entropy(
        logits.double()[None], torch.tensor([label]), label_smoothing=smoothing)
    loss.backward()
    return {
        "logits": numbers(logits.detach()), "label": label, "smoothing": smoothing, "loss": float(loss),
        "gradient": numbers(logits.grad)}


cases = {
    "optimizers": [
        optimizer_case(recipe)
        for recipe in [
            {"kind": "sgd", "momentum": 0},
            {"kind": "sgd", "momentum": 0, "weightDecay": 0.1},
            {"kind": "sgd", "momentum": 0.9},
            {"kind": "sgd", "momentum": 0.8, "weightDecay": 0.05, "decayAll": True},
            {"kind": "sgd", "momentum": 0.9, "nesterov": True, "weightDecay": 0.01},
            {"kind": "adam"},
            {"kind": "adam", "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-5, "weightDecay": 0.1},
            {"kind": "adamW"},
            {"kind": "adamW", "beta1": 0.7, "weightDecay": 0.3, "decayAll": True},
        ]
    ],
    "losses": [
        loss_case(classes, smoothing, scale)
        for classes, smoothing, scale in [(2, 0, 1), (10, 0, 3), (10, 0.1, 3), (5, 0.4, 30), (3, 0, 200), (100, 0.2, 2)]
    ],
}
with open(sys.argv[1], "w") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
