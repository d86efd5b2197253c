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
import onnx
import torch
import torch.nn.functional as functional
from onnx import numpy_helper

root = pathlib.Path(__file__).parents[2]
SCALES = {"squeezenet1_1_imagenet": 100, "mnist_cntk": 100, "resnet8_cifar10_mlperftiny": 100}


def same_padding(kind, x, kernel, strides):
    """ONNX's SAME_UPPER or SAME_LOWER: left, right, top, bottom as torch pads."""
    totals = [max(0, (-(-x.shape[2 + i] // strides[i]) - 1) * strides[i] + kernel[i] - x.shape[2 + i]) for i in (0, 1)]
    small = [t // 2 if kind == b"SAME_UPPER" else t - t // 2 for t in totals]
    return [small[1], totals[1] - small[1], small[0], totals[0] - small[0]]


def windows(x, a, kernel, fill=0.0):
    """The input padded as a windowed operator wants it, and its strides."""
    strides, automatic = a.get("strides", [1, 1]), a.get("auto_pad", b"NOTSET")
    if automatic in (b"SAME_UPPER", b"SAME_LOWER"):
        pads = same_padding(automatic, x, kernel, strides)
    else:
        top, left, bottom, right = a.get("pads", [0, 0, 0, 0])
        pads = [left, right, top, bottom]
    return functional.pad(x, pads, value=fill), strides


def sliced(x, starts, ends, axes=None, steps=None):
    index = [slice(None)] * x.dim()
    for n, (start, end) in enumerate(zip(starts.tolist(), ends.tolist())):
        axis = n if axes is None else axes.tolist()[n]
        index[axis] = slice(start, end, 1 if steps is None else steps.tolist()[n])
    return x[tuple(index)]


def padded(x, pads, fill=None):
    pads, rank = pads.tolist(), x.dim()
    return functional.pad(x, [p for axis in reversed(range(rank)) for p in (pads[axis], pads[axis + rank])])


def pooled(kind, x, a):
    size = a["kernel_shape"]
    if kind == "MaxPool":
        x, strides = windows(x, a, size, -torch.inf)
        return functional.max_pool2d(x, size, strides, ceil_mode=bool(a.get("ceil_mode", 0)))
    if any(a.get("pads", [0])) and not a.get("count_include_pad", 0):
        raise ValueError("a mean that leaves padding out")
    x, strides = windows(x, a, size)
    return functional.avg_pool2d(x, size, strides, ceil_mode=bool(a.get("ceil_mode", 0)))


def convolved(x, weight, bias, a):
    x, strides = windows(x, a, weight.shape[2:])
    return functional.conv2d(x, weight, bias, strides, 0, a.get("dilations", [1, 1]), a.get("group", 1))


OPERATORS = {
    "Conv": lambda x, a: convolved(x[0], x[1], x[2] if len(x) > 2 else None, a),
    "Relu": lambda x, a: functional.relu(x[0]),
    "Clip": lambda x, a: torch.clamp(x[0], float(x[1]) if len(x) > 1 else a["min"],
                                     float(x[2]) if len(x) > 2 else a["max"]),
    "BatchNormalization": lambda x, a: functional.batch_norm(x[0], x[3], x[4], x[1], x[2], eps=a.get("epsilon", 1e-5)),
    "MaxPool": lambda x, a: pooled("MaxPool", x[0], a),
    "AveragePool": lambda x, a: pooled("AveragePool", x[0], a),
    "GlobalAveragePool": lambda x, a: x[0].mean((2, 3), keepdim=True),
    "Concat": lambda x, a: torch.cat(x, a["axis"]),
    "Add": lambda x, a: x[0] + x[1],
    "Flatten": lambda x, a: torch.flatten(x[0], a.get("axis", 1)),
    "Gemm": lambda x, a: functional.linear(x[0], x[1] if a.get("transB", 0) else x[1].t(), x[2]),
    "MatMul": lambda x, a: x[0] @ x[1],
    "Reshape": lambda x, a: x[0].reshape([int(n) for n in x[1]]),
    "Transpose": lambda x, a: x[0].permute(a["perm"]),
    "Slice": lambda x, a: sliced(*x),
    "Pad": lambda x, a: padded(*x),
    "Dropout": lambda x, a: x[0],
    "Identity": lambda x, a: x[0],
}


class Module:
    """A model with one factor for each output channel of each convolution."""

    def __init__(self, path):
        graph = onnx.load(path).graph
        self.constants = {t.name: torch.from_numpy(np.array(numpy_helper.to_array(t))) for t in graph.initializer}
        entry = next(i for i in graph.input if i.name not in self.constants)
        self.input, self.output = entry.name, graph.output[0].name
        self.input_shape = [d.dim_value for d in entry.type.tensor_type.shape.dim][1:]
        self.nodes = [(n.op_type, list(n.input), n.output[0],
                       {a.name: onnx.helper.get_attribute_value(a) for a in n.attribute}) for n in graph.node]
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

    def logits(self, image, factors):
        values = {self.input: image}
        logits = None
        for kind, inputs, output, attributes in self.nodes:
            found = [values.get(i, self.constants.get(i)) if i else None for i in inputs]
            found = [f.double() if f is not None and f.is_floating_point() else f for f in found]
            if kind == "Softmax":
                logits = found[0]
                break
            if kind not in OPERATORS:
                raise ValueError(f"no operator {kind}")
            value = OPERATORS[kind](found, attributes)
            if output in self.sites:
                value = value * factors[self.sites[output]].reshape(1, -1, 1, 1)
            values[output] = value
        return (values[self.output] if logits is None else logits).flatten()


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
    score = torch.log_softmax(module.logits(pixels, factors), 0)[3]
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
