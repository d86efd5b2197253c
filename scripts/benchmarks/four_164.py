"""The small network of the estimators' bench: four convolutions of 24, 36, 48 and 56 filters, 164 in all, trained on four
fifths of Fashion-MNIST's images in the data folder by 'neuron-shapley train'; the others are what the games are played on."""

import gzip
import json
import random
import subprocess
import zipfile

RECIPE = {
    "architecture": {"name": "four-164", "layers": [
        {"layer": "convolution", "channels": 24, "batchNorm": True}, {"layer": "pool"},
        {"layer": "convolution", "channels": 36, "batchNorm": True}, {"layer": "pool"},
        {"layer": "convolution", "channels": 48, "batchNorm": True},
        {"layer": "convolution", "channels": 56, "batchNorm": True},
        {"layer": "globalPool"}, {"layer": "linear", "features": "classes"}]},
    "optimizer": {"kind": "adam"}, "learningRate": {"schedule": "cosine", "rate": 0.004, "warmUpEpochs": 1},
    "batchSize": 64, "epochs": 8, "validation": 0.1, "checkpoints": {"every": 8}, "model": "last"}


def array(shape, kind, data):
    """The bytes of an .npy file."""
    header = str({"descr": kind, "fortran_order": False, "shape": shape})
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + data


def write(path, images, labels, side):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images.npy", array((len(images), side, side, 1), "|u1", b"".join(images)))
        archive.writestr("labels.npy", array((len(labels),), "|u1", bytes(labels)))


def make(command, data, folder):
    """Trains the network unless it is there; returns the model and the images that it has not seen."""
    model, held = folder / "four-164" / "model.onnx", folder / "four-164-held.npz"
    if model.exists() and held.exists():
        return model, held
    images = gzip.open(next(data.glob("*images*.gz"))).read()
    labels = gzip.open(next(data.glob("*labels*.gz"))).read()[8:]
    side = int.from_bytes(images[8:12], "big")
    pixels = [images[16 + i * side * side:16 + (i + 1) * side * side] for i in range(len(labels))]
    order = list(range(len(labels)))
    random.Random(0).shuffle(order)
    share = len(order) * 4 // 5
    seen = folder / "four-164-seen.npz"
    write(seen, [pixels[i] for i in order[:share]], [labels[i] for i in order[:share]], side)
    write(held, [pixels[i] for i in order[share:]], [labels[i] for i in order[share:]], side)
    recipe = folder / "four-164.json"
    recipe.write_text(json.dumps(RECIPE, indent=2))
    subprocess.run([command, "train", str(recipe), "--images", str(seen), "--preprocess", "mnist", "--seed", "0",
                    "--output", str(folder / "four-164"), "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return model, held
