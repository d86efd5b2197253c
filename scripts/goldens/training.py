"""Writes Tests/Fixtures/gradients/training.json: steps of training with batch normalization as PyTorch takes them.

Usage: python3 scripts/goldens/training.py   (needs torch and numpy)
"""
import json
import pathlib

import numpy as np
import torch
from torch import nn


def pattern(count, start):
    """Values from −½ to ½ that the tests compute by the same formula."""
    index = np.arange(start, start + count, dtype=np.uint64)
    return (index * 2654435761 % 2**32) / 2**32 - 0.5


torch.set_default_dtype(torch.double)
net = nn.Sequential(
    nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2), nn.BatchNorm2d(6), nn.LeakyReLU(0.1), nn.Flatten(),
    nn.Linear(6 * 2 * 2, 5))
start = 0
with torch.no_grad():
    for parameter in net.parameters():
        parameter.copy_(torch.from_numpy(pattern(parameter.numel(), start)).reshape(parameter.shape))
        if parameter.dim() == 1:
            parameter += 1
        start += parameter.numel()
images = torch.from_numpy(pattern(10 * 3 * 8 * 8, 5000)).reshape(10, 3, 8, 8)
labels = torch.arange(10) % 5
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
losses = []
for step in range(4):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(net(images), labels)
    loss.backward()
    if step == 0:
        gradient = torch.cat([p.grad.flatten() for p in net.parameters()]).tolist()
    optimizer.step()
    losses.append(loss.item())
net.eval()
moments = [v for m in net if isinstance(m, nn.BatchNorm2d) for v in m.running_mean.tolist() + m.running_var.tolist()]
result = {
    "losses": losses, "gradient": gradient, "moments": moments,
    "parameters": torch.cat([p.detach().flatten() for p in net.parameters()]).tolist(),
    "evaluation": net(images)[:2].flatten().tolist()}
rounded = {k: [float(f"{v:.9g}") for v in values] for k, values in result.items()}
root = pathlib.Path(__file__).parents[2]
(root / "Tests/Fixtures/gradients/training.json").write_text(json.dumps(rounded, separators=(",", ":")) + "\n")
