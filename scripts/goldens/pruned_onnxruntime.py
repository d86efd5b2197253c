#!/usr/bin/env python3
"""Prunes models and compares the files, in ONNX Runtime, with the originals in which the same filters' outputs are replaced.

    swift build -c release --product neuron-shapley
    python3 scripts/goldens/pruned_onnxruntime.py [--share 0.3] [--scale 1] [--seed 1] MODEL.onnx…

For each model a share of the filters is drawn. ONNX Runtime measures their mean outputs over images of noise (times --scale)
and runs the original graph with a multiplication and an addition behind every layer that lost filters; `prune` gets the same
images and filters. Printed are the largest difference of the logits, relative to each image's largest, and the milliseconds an
image of both files, one thread, in turn. Fails above 1e-5. Needs numpy, onnx and onnxruntime.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

TOOL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".build", "release", "neuron-shapley")
COUNT, BATCH, TURNS = 16, 8, 7

parser = argparse.ArgumentParser()
parser.add_argument("models", nargs="+")
parser.add_argument("--share", type=float, default=0.3)
parser.add_argument("--scale", type=float, default=1)
parser.add_argument("--seed", type=int, default=1)
arguments = parser.parse_args()
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.log_severity_level = 3


def session(model):
    return onnxruntime.InferenceSession(model.SerializeToString(), options)


def run(model, images, outputs):
    """The outputs for all images; one by one where the file has a batch of one."""
    s = session(model)
    wanted = s.get_inputs()[0]
    step = wanted.shape[0] if isinstance(wanted.shape[0], int) else BATCH
    parts = [s.run(outputs, {wanted.name: images[at:at + step]}) for at in range(0, len(images), step)]
    return [np.concatenate(part).astype(np.float64) for part in zip(*parts)]


def logits_name(model):
    producers = {output: node for node in model.graph.node for output in node.output}
    name = model.graph.output[0].name
    while producers[name].op_type in ("Softmax", "LogSoftmax", "Identity", "Flatten", "Reshape", "Squeeze"):
        if producers[name].op_type in ("Softmax", "LogSoftmax"):
            return producers[name].input[0]
        name = producers[name].input[0]
    return model.graph.output[0].name


def expose(model, names):
    known = {output.name for output in model.graph.output}
    for name in names:
        if name not in known:
            model.graph.output.append(helper.make_empty_tensor_value_info(name))


def ablated(model, sites):
    """Replaces channels behind the nodes: (tensor, keeps, values) for each."""
    for tensor, keeps, values in sites:
        at = next(i for i, node in enumerate(model.graph.node) if tensor in node.output)
        node = model.graph.node[at]
        node.output[list(node.output).index(tensor)] = tensor + "/raw"
        for suffix, array in (("/keeps", keeps), ("/values", values)):
            model.graph.initializer.append(numpy_helper.from_array(array.astype(np.float32), tensor + suffix))
        model.graph.node.insert(at + 1, helper.make_node("Mul", [tensor + "/raw", tensor + "/keeps"], [tensor + "/left"]))
        model.graph.node.insert(at + 2, helper.make_node("Add", [tensor + "/left", tensor + "/values"], [tensor]))
    return model


def milliseconds(models, images):
    sessions = []
    for model in models:
        s = session(model)
        wanted = s.get_inputs()[0]
        step = wanted.shape[0] if isinstance(wanted.shape[0], int) else BATCH
        sessions.append((s, wanted.name, images[:step], step))
    times = [[], []]
    for turn in range(TURNS + 1):
        for index, (s, name, batch, step) in enumerate(sessions):
            rounds, start = 0, time.perf_counter()
            while time.perf_counter() - start < 0.1:
                s.run(None, {name: batch})
                rounds += 1
            if turn:
                times[index].append((time.perf_counter() - start) / rounds / step * 1000)
    return [statistics.median(t) for t in times]


failures = []
for path in arguments.models:
    random = np.random.default_rng(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        listing = json.loads(subprocess.run([TOOL, "inspect", path, "--json"], check=True, capture_output=True).stdout)
        images = (random.standard_normal([COUNT] + listing["inputShape"]) * arguments.scale).astype(np.float32)
        np.save(os.path.join(folder, "images.npy"), images)
        np.save(os.path.join(folder, "labels.npy"), np.zeros(COUNT, np.int64))
        original = onnx.load(path)
        tensors = {node.name or node.output[0]: node.output[0] for node in original.graph.node}
        shapes = {layer["name"]: layer["shape"] for layer in listing["layers"]}
        sites, filters = [], []
        for layer in listing["layers"]:
            if not layer.get("players"):
                continue
            drawn = np.flatnonzero(random.random(layer["filters"]) < arguments.share)
            if len(drawn) == layer["filters"]:
                drawn = drawn[1:]
            filters += [f"{layer['name']}:{channel}" for channel in drawn]
            sites.append((tensors[layer["site"]], shapes[layer["site"]], drawn))
        probed = onnx.load(path)
        expose(probed, [tensor for tensor, _, _ in sites])
        replaced = []
        for (tensor, shape, drawn), values in zip(sites, run(probed, images, [tensor for tensor, _, _ in sites])):
            axes = (0,) + tuple(range(2, 1 + len(shape)))
            extents = [1, shape[0]] + [1] * (len(shape) - 1)
            keeps, means = np.ones(shape[0]), np.zeros(shape[0])
            keeps[drawn], means[drawn] = 0, values.mean(axes)[drawn]
            replaced.append((tensor, keeps.reshape(extents), means.reshape(extents)))
        with open(os.path.join(folder, "filters.txt"), "w") as file:
            file.write("\n".join(filters) + "\n")
        target = os.path.join(folder, "pruned.onnx")
        result = subprocess.run(
            [TOOL, "prune", path, "--remove", os.path.join(folder, "filters.txt"), "--images",
             os.path.join(folder, "images.npy"), "--labels", os.path.join(folder, "labels.npy"), "--preprocess", "none",
             "--output", target, "--json", "--quiet"], check=True, capture_output=True)
        document = json.loads(result.stdout)
        onnx.checker.check_model(target)
        pruned = onnx.load(target)
        reference = ablated(onnx.load(path), replaced)
        names = [logits_name(reference), logits_name(pruned)]
        found = []
        for model, name in zip((reference, pruned), names):
            expose(model, [name])
            found.append(run(model, images, [name])[0].reshape(COUNT, -1))
        gap = float((np.abs(found[0] - found[1]).max(1) / np.abs(found[0]).max(1)).max())
        before, after = milliseconds((original, onnx.load(target)), images)
        speed = document["speed"]
        print(
            f"{os.path.basename(path)}: {document['filters']['taken']} of {len(filters)} filters, "
            f"{document['parameters']['after'] / document['parameters']['before']:.1%} of the parameters, "
            f"{document['multiplyAdds']['after'] / document['multiplyAdds']['before']:.1%} of the multiply-adds; "
            f"difference in ONNX Runtime {gap:.1e}, in the engine {document['check']['largestDifference']:.1e}; "
            f"ms an image {before:.3f} to {after:.3f} ({before / after:.2f} ×), "
            f"engine {speed['before']:.3f} to {speed['after']:.3f} ({speed['before'] / speed['after']:.2f} ×)")
        if not gap <= 1e-5:
            failures.append(f"{path}: {gap:.1e}")
if failures:
    sys.exit("\n".join(failures))
