#!/usr/bin/env python3
"""Runs every checkpoint of a training in ONNX Runtime and compares accuracy and loss on the validation images with what
the index says.

    python3 scripts/goldens/checkpoint_series.py FOLDER IMAGES.gz LABELS.gz

FOLDER was written by `neuron-shapley train` from these IDX files of grey images, without validation images of their own.
Needs numpy and onnxruntime.
"""
import csv
import gzip
import json
import os
import sys

import numpy as np
import onnxruntime

folder, images_file, labels_file = sys.argv[1:]
with gzip.open(images_file) as file:
    raw = file.read()
count, height, width = (int.from_bytes(raw[at:at + 4], "big") for at in (4, 8, 12))
images = np.frombuffer(raw, np.uint8, offset=16).reshape(count, 1, height, width).astype(np.float32)
with gzip.open(labels_file) as file:
    labels = np.frombuffer(file.read(), np.uint8, offset=8)
with open(os.path.join(folder, "preprocessing.json")) as file:
    preprocessing = json.load(file)
images = ((images * preprocessing["scale"] - preprocessing["mean"][0]) / preprocessing["std"][0]).astype(np.float32)
with open(os.path.join(folder, "split.csv")) as file:
    kept = [int(row["index"]) for row in csv.DictReader(file) if row["part"] == "validation"]
images, labels = images[kept], labels[kept]
worst = 0.0
with open(os.path.join(folder, "checkpoints.csv")) as file:
    rows = list(csv.DictReader(file))
for row in rows:
    session = onnxruntime.InferenceSession(os.path.join(folder, row["file"]))
    logits = session.run(None, {session.get_inputs()[0].name: images})[0].astype(np.float64)
    logits -= logits.max(1, keepdims=True)
    loss = -(logits[np.arange(len(labels)), labels] - np.log(np.exp(logits).sum(1))).mean()
    accuracy = (logits.argmax(1) == labels).mean()
    gap = abs(loss - float(row["validation_loss"])) / loss
    worst = max(worst, gap)
    print(f"{row['file']}: accuracy {accuracy:.4f}, loss {loss:.6f}, relative difference of the loss {gap:.1e}")
    # A tie that rounding decides may move one image.
    if gap > 1e-5 or abs(accuracy - float(row["validation_accuracy"])) > 1.5 / len(labels):
        sys.exit(f"{row['file']}: the index says {row['validation_accuracy']}, {row['validation_loss']}")
print(f"{len(rows)} checkpoints, largest relative difference of the loss {worst:.1e}")
