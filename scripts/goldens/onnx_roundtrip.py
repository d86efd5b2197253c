#!/usr/bin/env python3
"""Compares ONNX models with what ONNXWriter made of them, in ONNX Runtime, for batches of 1 and 3 images.

    NEURON_SHAPLEY_ONNX_EXPORT=/tmp/written swift test -c release --filter exported
    python3 scripts/goldens/onnx_roundtrip.py /tmp/written Tests/Fixtures/onnx [FOLDER OF MODELS]

Prints the largest difference of any output, relative to the largest magnitude (at least 1), and fails above 1e-5.
Needs numpy, onnx and onnxruntime.
"""
import os
import sys

import numpy as np
import onnx
import onnxruntime

written, originals = sys.argv[1], sys.argv[2:]
random = np.random.default_rng(1)
options = onnxruntime.SessionOptions()
options.log_severity_level = 3
worst, compared, failures = 0.0, 0, []


def distance(a, b):
    if a.size != b.size:
        return float("inf")
    return float(np.max(np.abs(a.ravel() - b.ravel())) / max(1.0, float(np.max(np.abs(b)))))


for name in sorted(os.listdir(written)):
    if not name.endswith(".onnx"):
        continue
    path = os.path.join(written, name)
    # Without shape inference: onnx's own disagrees with ONNX Runtime about incomplete last pooling windows.
    onnx.checker.check_model(path)
    session = onnxruntime.InferenceSession(path, options)
    shape = session.get_inputs()[0].shape
    golden = path[:-5] + ".golden"
    if os.path.exists(golden):
        values = np.fromfile(golden, "<f4")
        size = int(np.prod(shape[1:]))
        x = values[:size].reshape([1] + shape[1:])
        gap = distance(session.run(None, {session.get_inputs()[0].name: x})[0], values[size:])
        gap = max(gap, distance(session.run(None, {session.get_inputs()[0].name: np.repeat(x, 3, 0)})[0], np.tile(values[size:], 3)))
    else:
        source = next(os.path.join(f, name) for f in originals if os.path.exists(os.path.join(f, name)))
        original = onnxruntime.InferenceSession(source, options)
        wanted = original.get_inputs()[0]
        gap = 0.0
        for batch in [wanted.shape[0]] if isinstance(wanted.shape[0], int) else [1, 3]:
            scale = 64 if "imagenet" in name or "mlperf" in name else 1
            x = (random.standard_normal([batch] + shape[1:]) * scale).astype(np.float32)
            other = x
            if len(wanted.shape) == 4 and list(wanted.shape[1:]) != list(shape[1:]):
                other = np.ascontiguousarray(np.moveaxis(x, 1, -1))
            other = other.reshape([batch] + list(wanted.shape[1:]))
            found = session.run(None, {session.get_inputs()[0].name: x})[0]
            gap = max(gap, distance(found, original.run(None, {wanted.name: other})[0]))
    compared += 1
    worst = max(worst, gap)
    if os.path.getsize(path) > 20000:
        print(f"{name}: {gap:.2e}")
    if not gap <= 1e-5:
        failures.append(f"{name}: {gap:.2e}")
print(f"{compared} models, largest difference {worst:.2e}")
if failures:
    sys.exit("\n".join(failures))
