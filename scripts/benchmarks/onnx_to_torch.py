"""An ONNX classifier as a torch.fx module: straight-line Python with one torch call a node, as a hand-written model has."""

import numpy as np
import onnx
import torch
import torch.nn.functional as functional
from onnx import numpy_helper


class Translation:
    """Builds the graph; `module` computes the model's output, `input` and `input_shape` are its input's."""

    def __init__(self, path):
        model = onnx.load(path).graph
        self.constants = {t.name: np.array(numpy_helper.to_array(t)) for t in model.initializer}
        entry = next(i for i in model.input if i.name not in self.constants)
        self.input = entry.name
        self.input_shape = [d.dim_value for d in entry.type.tensor_type.shape.dim][1:]
        self.graph = torch.fx.Graph()
        self.root = torch.nn.Module()
        self.values = {self.input: self.graph.placeholder("image")}
        for node in model.node:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            if node.op_type == "Constant":
                self.constants[node.output[0]] = np.array(numpy_helper.to_array(attributes["value"]))
                continue
            self.values[node.output[0]] = self.call(node.op_type, list(node.input), attributes)
        self.graph.output(self.values[model.output[0].name])
        self.module = torch.fx.GraphModule(self.root, self.graph).eval()

    def parameter(self, name):
        """A constant as a parameter of the module (buffers and parameters count as constants when frozen)."""
        key = "c_" + "".join(c if c.isalnum() else "_" for c in name)
        if not hasattr(self.root, key):
            tensor = torch.from_numpy(self.constants[name].copy())
            self.root.register_parameter(key, torch.nn.Parameter(tensor, requires_grad=False))
        return self.graph.get_attr(key)

    def value(self, name):
        if not name:
            return None
        return self.values[name] if name in self.values else self.parameter(name)

    def numbers(self, name):
        return [] if not name else self.constants[name].reshape(-1).tolist()

    def emit(self, function, *arguments, **options):
        return self.graph.call_function(function, arguments, options)

    def call(self, kind, inputs, a):
        x = self.value(inputs[0])
        if kind == "Conv":
            weight = self.constants[inputs[1]]
            pads = list(a.get("pads", [0, 0, 0, 0]))
            if a.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
                x, pads = self.emit(same_padding, x, list(weight.shape[2:]), list(a.get("strides", [1, 1]))), [0] * 4
            if pads[:2] != pads[2:]:
                x, pads = self.emit(functional.pad, x, (pads[1], pads[3], pads[0], pads[2])), [0] * 4
            bias = self.value(inputs[2]) if len(inputs) > 2 else None
            return self.emit(functional.conv2d, x, self.value(inputs[1]), bias, tuple(a.get("strides", [1, 1])),
                             tuple(pads[:2]), tuple(a.get("dilations", [1, 1])), a.get("group", 1))
        if kind == "BatchNormalization":
            scale, shift, mean, variance = (self.value(i) for i in inputs[1:5])
            return self.emit(functional.batch_norm, x, mean, variance, scale, shift, False, 0.0, a.get("epsilon", 1e-5))
        if kind == "Relu":
            return self.emit(functional.relu, x)
        if kind == "Clip":
            low = self.numbers(inputs[1])[0] if len(inputs) > 1 else a["min"]
            high = self.numbers(inputs[2])[0] if len(inputs) > 2 else a["max"]
            return self.emit(torch.clamp, x, low, high)
        if kind in ("MaxPool", "AveragePool"):
            pads, ceil = list(a.get("pads", [0, 0, 0, 0])), bool(a.get("ceil_mode", 0))
            if pads[:2] != pads[2:]:
                raise ValueError("the benchmark's PyTorch side has no lopsided padding of a pool")
            kernel, strides = tuple(a["kernel_shape"]), tuple(a.get("strides", [1, 1]))
            if kind == "MaxPool":
                return self.emit(functional.max_pool2d, x, kernel, strides, tuple(pads[:2]), 1, ceil)
            return self.emit(functional.avg_pool2d, x, kernel, strides, tuple(pads[:2]), ceil,
                             bool(a.get("count_include_pad", 0)))
        if kind == "GlobalAveragePool":
            return self.emit(functional.adaptive_avg_pool2d, x, 1)
        if kind == "Concat":
            return self.emit(torch.cat, [self.value(i) for i in inputs], a["axis"])
        if kind in ("Add", "Mul"):
            return self.emit(torch.add if kind == "Add" else torch.mul, x, self.value(inputs[1]))
        if kind == "Flatten":
            return self.emit(torch.flatten, x, a.get("axis", 1))
        if kind == "Reshape":
            return self.emit(torch.flatten, x, 1) if self.is_flattening(inputs[1]) else self.fail(kind)
        if kind == "Gemm":
            if a.get("alpha", 1.0) != 1.0 or a.get("beta", 1.0) != 1.0 or a.get("transA", 0):
                self.fail("Gemm with factors")
            if not a.get("transB", 0):
                self.constants[inputs[1]] = np.ascontiguousarray(self.constants[inputs[1]].T)
            return self.emit(functional.linear, x, self.value(inputs[1]), self.value(inputs[2]))
        if kind in ("Dropout", "Identity"):
            return x
        if kind == "Softmax":
            return self.emit(torch.softmax, x, a.get("axis", 1))
        if kind == "Slice":
            starts, ends = self.numbers(inputs[1]), self.numbers(inputs[2])
            axes = self.numbers(inputs[3]) if len(inputs) > 3 else list(range(len(starts)))
            steps = self.numbers(inputs[4]) if len(inputs) > 4 else [1] * len(starts)
            index = [slice(None)] * 4
            for start, end, axis, step in zip(starts, ends, axes, steps):
                index[axis] = slice(start, end, step)
            return self.emit(torch.Tensor.__getitem__, x, tuple(index))
        if kind == "Pad":
            pads = self.numbers(inputs[1])
            rank = len(pads) // 2
            return self.emit(functional.pad, x,
                             tuple(p for axis in reversed(range(rank)) for p in (pads[axis], pads[axis + rank])))
        return self.fail(kind)

    def is_flattening(self, name):
        """A reshape to [images, everything else]."""
        numbers = self.numbers(name)
        return len(numbers) == 2 and (numbers[0] in (0, -1))

    @staticmethod
    def fail(kind):
        raise ValueError(f"the benchmark's PyTorch side has no operator {kind}")


def same_padding(x, kernel, stride):
    """ONNX's SAME_UPPER."""
    totals = [max(0, (-(-x.shape[2 + i] // stride[i]) - 1) * stride[i] + kernel[i] - x.shape[2 + i]) for i in (0, 1)]
    return functional.pad(x, (totals[1] // 2, totals[1] - totals[1] // 2, totals[0] // 2, totals[0] - totals[0] // 2))
