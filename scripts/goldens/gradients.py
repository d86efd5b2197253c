"""Writes Tests/Fixtures/gradients/models.json: gradients that PyTorch finds on the models of the optional data.

Usage: python3 scripts/goldens/gradients.py DATA_FOLDER   (needs torch, onnx and numpy)

For each model, one image by formula; every convolution's site (its output after batch normalization and activation) is
multiplied by z, which is 1, or 0 for every seventh unit in the second case. The gradients of the log-likelihood of class
3 with respect to the image and to all z, in double precision: norm and some elements of each.
"""
import json
import pathlib
import sys

import numpy as np
import torch

root = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(root / "scripts/benchmarks"))
from onnx_in_torch import ONNXModule  # noqa: E402

SCALES = {"squeezenet1_1_imagenet": 100, "mnist_cntk": 100, "resnet8_cifar10_mlperftiny": 100}


class Module(ONNXModule):
    """With one factor for each output channel of each convolution but the classifier's."""

    def __init__(self, path):
        super().__init__(path)
        readers = {}
        for kind, inputs, output, _ in self.nodes:
            for name in inputs:
                readers.setdefault(name, []).append((kind, inputs, output))
        self.sites, self.widths = {}, []
        for kind, inputs, output, _ in self.nodes:
            if kind != "Conv":
                continue
            name = output
            while name != self.output and len(readers.get(name, [])) == 1:
                kind, others, following = readers[name][0]
                constant = all(o in self.constants or o == name for o in others)
                if kind == "BatchNormalization" or (kind in ("Add", "Mul") and constant):
                    name = following
                    continue
                if kind in ("Relu", "Clip"):
                    name = following
                break
            self.sites[name] = len(self.sites)
            self.widths.append(self.constants[inputs[1]].shape[0])

    def forward(self, image, factors):
        values = {self.input: image}
        logits = None
        for kind, inputs, output, attributes in self.nodes:
            found = [values.get(i, self.constants.get(i)) if i else None for i in inputs]
            found = [f.double() if f is not None and f.is_floating_point() else f for f in found]
            if kind == "Softmax":
                logits = found[0]
                break
            value = self.apply_more(kind, found, attributes)
            if output in self.sites:
                value = value * factors[self.sites[output]].reshape(1, -1, 1, 1)
            values[output] = value
        return (values[self.output] if logits is None else logits).flatten()

    def apply_more(self, kind, x, a):
        if kind == "Reshape":
            shape = [int(s) for s in x[1]]
            return x[0].reshape(shape)
        if kind == "MatMul":
            return x[0] @ x[1]
        if kind == "Transpose":
            return x[0].permute(a["perm"])
        if kind in ("MaxPool", "AveragePool"):
            a = {"strides": [1, 1], **a}
            if a.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
                raise ValueError("auto_pad of a pooling")
        if kind == "Identity":
            return x[0]
        return self.apply_node(kind, x, a)


def image(shape, scale):
    index = np.arange(int(np.prod(shape)), dtype=np.uint64)
    return ((index * 2654435761 % 2**32) / 2**32 - 0.5).reshape([1] + shape) * scale


def sampled(values):
    values = values.flatten().numpy()
    step = max(1, len(values) // 40)
    return {"norm": float(np.linalg.norm(values)), "step": step, "values": [float(f"{v:.7g}") for v in values[::step]]}


def case(module, scale, removes):
    shape = [s for s in module.input_shape]
    pixels = torch.from_numpy(image(shape, scale)).double().requires_grad_()
    factors, unit = [], 0
    for index, width in enumerate(module.widths):
        ones = torch.ones(width, dtype=torch.double)
        if removes and (index + 1 < len(module.widths)):
            for channel in range(width):
                ones[channel] = 0 if (unit + channel) % 7 == 3 else 1
        unit += width
        factors.append(ones.requires_grad_())
    score = torch.log_softmax(module(pixels, factors), 0)[3]
    score.backward()
    return {"removes": removes, "score": score.item(), "input": sampled(pixels.grad),
            "factors": sampled(torch.cat([f.grad for f in factors]))}


models = []
for path in sorted((pathlib.Path(sys.argv[1]) / "models").glob("*.onnx")):
    try:
        module = Module(str(path))
        scale = SCALES.get(path.stem, 1)
        cases = [case(module, scale, removes) for removes in (False, True)]
    except ValueError as error:
        print(f"{path.stem}: {error}", file=sys.stderr)
        continue
    models.append({"model": path.stem, "scale": scale, "cases": cases})
    print(path.stem, cases[0]["score"], cases[1]["score"], file=sys.stderr)
target = root / "Tests/Fixtures/gradients/models.json"
target.write_text(json.dumps(models, separators=(",", ":")).replace('{"model"', '\n{"model"') + "\n")
