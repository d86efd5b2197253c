"""Forward passes and removal walks, one thread: the engine, ONNX Runtime and PyTorch take turns; medians and ratios."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import warnings

import numpy as np
import onnxruntime
import torch
from onnx_in_torch import ONNXModule

MODELS = [
    ("squeezenet1_1_imagenet", 16),
    ("mobilenet_v1_0.25_224_bn_imagenet", 16),
    ("resnet20_cifar10", 64),
    ("resnet8_cifar10_mlperftiny", 64),
    ("fashion_cnn_epoch7", 64),
]


warnings.filterwarnings("ignore", category=torch.jit.TracerWarning)  # constants are meant to be constants


def engine(path, question, model, images, repetitions):
    out = subprocess.run([path, question, model, str(images), str(repetitions)], check=True, capture_output=True)
    return json.loads(out.stdout)


def milliseconds(call, repetitions):
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e3)
    return min(times)


def contenders(path, batch):
    torch.set_num_threads(1)
    module = ONNXModule(path).eval()
    shape = [batch] + module.input_shape
    image = torch.rand(shape) - 0.5
    last = image.contiguous(memory_format=torch.channels_last)
    module_last = ONNXModule(path).eval()
    for name, buffer in module_last.named_buffers():
        if buffer.dim() == 4:
            setattr(module_last, name, buffer.contiguous(memory_format=torch.channels_last))
    frozen = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(module, image)))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # a file with a batch of one says so at every run
    session = onnxruntime.InferenceSession(path, options)
    array = image.numpy()
    expected = session.run(None, {module.input: array})[0].reshape(batch, -1)
    found = module(image).reshape(batch, -1).numpy()
    assert np.abs(expected - found).max() <= 1e-3 * np.abs(expected).max(), "the PyTorch side computes something else"
    return {
        "PyTorch eager": lambda: module(image),
        "PyTorch eager, channels last": lambda: module_last(last),
        "PyTorch traced and frozen": lambda: frozen(image),
        "ONNX Runtime": lambda: session.run(None, {module.input: array}),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", required=True)
    parser.add_argument("--data", default=os.environ.get("NEURON_SHAPLEY_DATA", "../shared/data"))
    parser.add_argument("--repetitions", type=int, default=7)
    arguments = parser.parse_args()
    results = []
    with torch.inference_mode():
        for name, batch in MODELS:
            path = os.path.join(arguments.data, "models", name + ".onnx")
            if not os.path.exists(path):
                print(f"{name}: not in {arguments.data}/models, left out", file=sys.stderr)
                continue
            others = contenders(path, batch)
            for call in others.values():
                milliseconds(call, 2)
            times = {"engine": []} | {key: [] for key in others}
            for _ in range(arguments.repetitions):
                times["engine"].append(min(engine(arguments.engine, "forward", path, batch, 3)["milliseconds"]))
                for key, call in others.items():
                    times[key].append(milliseconds(call, 3))
            medians = {key: statistics.median(values) / batch for key, values in times.items()}
            walk_images = min(batch, 16) if batch <= 16 else 64
            walk = engine(arguments.engine, "walk", path, walk_images, 1)
            evaluation = walk["milliseconds"][0] / (walk["evaluations"] / walk_images)
            saved = walk["fullMultiplyAdds"] / walk["multiplyAdds"][0]
            results.append({"model": name, "batch": batch, "milliseconds_an_image": medians, "walk": {
                "images": walk_images, "milliseconds_an_evaluation": evaluation, "multiply_adds_saved": saved}})
            print(f"\n{name}, batch {batch}, one thread")
            for key, value in medians.items():
                print(f"  {key:32} {value:9.3f} ms an image  {value / medians['engine']:6.2f} × the engine's time")
            full = medians["PyTorch eager, channels last"] * walk_images
            print(f"  removal walk, {walk_images} images: {evaluation:.3f} ms an evaluation; a full pass in eager channels "
                  f"last takes {full:.1f} ms: {full / evaluation:.1f} ×; multiply-adds saved {saved:.2f} ×")
    os.makedirs(".build/bench", exist_ok=True)
    with open(".build/bench/forward.json", "w") as file:
        json.dump({"threads": 1, "results": results}, file, indent=1)


if __name__ == "__main__":
    main()
