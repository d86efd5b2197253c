"""Runs an ONNX classifier as an eager PyTorch module: one torch call for each node, as a hand-written model would."""

import numpy as np
import onnx
import torch
import torch.nn.functional as functional
from onnx import numpy_helper


class ONNXModule(torch.nn.Module):
    """The operators that the benchmark's models use; anything else is an error."""

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(path).graph
        self.constants = {t.name: torch.from_numpy(np.array(numpy_helper.to_array(t))) for t in graph.initializer}
        for index, (name, tensor) in enumerate(self.constants.items()):
            if tensor.is_floating_point():
                self.register_buffer(f"constant_{index}", tensor)
        self.buffers_by_name = {
            name: f"constant_{index}"
            for index, (name, tensor) in enumerate(self.constants.items())
            if tensor.is_floating_point()
        }
        self.input = next(i.name for i in graph.input if i.name not in self.constants)
        self.input_shape = [d.dim_value for d in
                            next(i for i in graph.input if i.name == self.input).type.tensor_type.shape.dim][1:]
        self.output = graph.output[0].name
        self.nodes = [(n.op_type, list(n.input), n.output[0],
                       {a.name: onnx.helper.get_attribute_value(a) for a in n.attribute}) for n in graph.node]

    def forward(self, image):
        values = {self.input: image}

        def value(name):
            if name in values:
                return values[name]
            if name in self.buffers_by_name:
                return getattr(self, self.buffers_by_name[name])
            return self.constants[name]

        for kind, inputs, output, attributes in self.nodes:
            values[output] = self.apply_node(kind, [value(i) if i else None for i in inputs], attributes)
        return values[self.output]

    @staticmethod
    def apply_node(kind, x, a):
        if kind == "Conv":
            weight = x[1]
            stride, dilation = a.get("strides", [1, 1]), a.get("dilations", [1, 1])
            pads, image = list(a.get("pads", [0, 0, 0, 0])), x[0]
            if a.get("auto_pad", b"NOTSET") == b"SAME_UPPER":
                pads = same_upper(image, weight, stride)
            if pads[0] != pads[2] or pads[1] != pads[3]:
                image, pads = functional.pad(image, (pads[1], pads[3], pads[0], pads[2])), [0, 0, 0, 0]
            return functional.conv2d(image, weight, x[2] if len(x) > 2 else None, stride, pads[:2], dilation,
                                     a.get("group", 1))
        if kind == "Relu":
            return functional.relu(x[0])
        if kind == "Clip":
            return torch.clamp(x[0], float(x[1]) if len(x) > 1 else a["min"], float(x[2]) if len(x) > 2 else a["max"])
        if kind == "BatchNormalization":
            return functional.batch_norm(x[0], x[3], x[4], x[1], x[2], False, 0.0, a.get("epsilon", 1e-5))
        if kind in ("MaxPool", "AveragePool"):
            pads = a.get("pads", [0, 0, 0, 0])
            ceil = bool(a.get("ceil_mode", 0))
            if kind == "MaxPool":
                return functional.max_pool2d(x[0], a["kernel_shape"], a["strides"], pads[:2], ceil_mode=ceil)
            return functional.avg_pool2d(x[0], a["kernel_shape"], a["strides"], pads[:2], ceil_mode=ceil,
                                         count_include_pad=bool(a.get("count_include_pad", 0)))
        if kind == "GlobalAveragePool":
            return x[0].mean((2, 3), keepdim=True)
        if kind == "Concat":
            return torch.cat(x, a["axis"])
        if kind == "Add":
            return x[0] + x[1]
        if kind == "Flatten":
            return torch.flatten(x[0], a.get("axis", 1))
        if kind == "Gemm":
            weight = x[1] if a.get("transB", 0) else x[1].t()
            return functional.linear(x[0], weight, x[2])
        if kind == "Dropout":
            return x[0]
        if kind == "Softmax":
            return torch.softmax(x[0], a.get("axis", 1))
        if kind == "Slice":
            starts, ends = x[1].tolist(), x[2].tolist()
            axes = x[3].tolist() if len(x) > 3 else list(range(len(starts)))
            steps = x[4].tolist() if len(x) > 4 else [1] * len(starts)
            index = [slice(None)] * x[0].dim()
            for start, end, axis, step in zip(starts, ends, axes, steps):
                index[axis] = slice(start, end, step)
            return x[0][tuple(index)]
        if kind == "Pad":
            pads, rank = x[1].tolist(), x[0].dim()
            flat = [p for axis in reversed(range(rank)) for p in (pads[axis], pads[axis + rank])]
            return functional.pad(x[0], flat)
        raise ValueError(f"the benchmark's PyTorch side has no operator {kind}")


def same_upper(image, weight, stride):
    """ONNX's SAME_UPPER: top, left, bottom, right."""
    totals = [max(0, (-(-image.shape[2 + i] // stride[i]) - 1) * stride[i] + weight.shape[2 + i] - image.shape[2 + i])
              for i in (0, 1)]
    return [totals[0] // 2, totals[1] // 2, totals[0] - totals[0] // 2, totals[1] - totals[1] // 2]
