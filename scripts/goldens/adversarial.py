"""Golden values of projected gradient descent: the same attacks in PyTorch.

    python3 scripts/goldens/adversarial.py DATA

DATA holds models/resnet20_cifar10.onnx and cifar10/ (the first images of test_open.bin). Writes
Tests/Fixtures/adversarial/resnet20.json. Double precision (in single, probabilities near 1 have no gradient); steps follow the sign (L∞) or the direction (L2) of the
gradient of the cross-entropy, then come back into the ball and into 0…1; the last iterate counts, nothing is rounded.
"""
import json
import pathlib
import sys

import numpy as np
import torch

root = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(root / "scripts/benchmarks"))
from onnx_to_torch import Translation  # noqa: E402

COUNT = 12
MEAN = torch.tensor([0.485, 0.456, 0.406], dtype=torch.double).reshape(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225], dtype=torch.double).reshape(1, 3, 1, 1)
CASES = [
    {"norm": "linf", "epsilon": 2 / 255, "steps": 5, "stepSize": 0.6 / 255, "target": 5},
    {"norm": "linf", "epsilon": 2 / 255, "steps": 6, "stepSize": 0.5 / 255, "target": None},
    {"norm": "l2", "epsilon": 0.25, "steps": 6, "stepSize": 0.08, "target": 5},
    {"norm": "l2", "epsilon": 0.15, "steps": 8, "stepSize": 0.05, "target": None},
]


def attack(module, clean, labels, norm, epsilon, steps, stepSize, target):
    x = clean.clone()
    for _ in range(steps):
        x.requires_grad_()
        logits = module((x - MEAN) / STD)
        goal = labels if target is None else torch.full_like(labels, target)
        loss = torch.nn.functional.cross_entropy(logits, goal, reduction="sum")
        gradient, = torch.autograd.grad(loss, x)
        gradient = gradient if target is None else -gradient
        x = x.detach()
        if norm == "linf":
            x = torch.clamp(x + stepSize * gradient.sign(), clean - epsilon, clean + epsilon)
        else:
            x = x + stepSize * gradient / gradient.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)
            change = x - clean
            length = change.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)
            x = clean + change * torch.clamp(epsilon / length, max=1)
        x = torch.clamp(x, 0, 1)
    return x.detach()


data = pathlib.Path(sys.argv[1])
module = Translation(str(data / "models/resnet20_cifar10.onnx")).module.double()
records = np.frombuffer((data / "cifar10/test_open.bin").read_bytes(), dtype=np.uint8).reshape(-1, 3073)[:COUNT]
labels = torch.from_numpy(records[:, 0].astype(np.int64))
clean = torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).astype(np.float64)) / 255
cases = []
for case in CASES:
    x = attack(module, clean, labels, **case)
    logits = module((x - MEAN) / STD).detach()
    change = (x - clean).flatten(1).numpy()
    cases.append(case | {
        "predictions": logits.argmax(1).tolist(),
        "lengths": [float(f"{v:.6g}") for v in np.linalg.norm(change, axis=1)],
        "changes": [[float(f"{v:.5g}") for v in row[::64]] for row in change],
    })
    print(case, cases[-1]["predictions"], file=sys.stderr)
target = root / "Tests/Fixtures/adversarial/resnet20.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps({"count": COUNT, "every": 64, "cases": cases}, separators=(",", ":")) + "\n")
