"""Measures the engine beside PyTorch and ONNX Runtime, one thread each, in turn within one run; prints tables of ratios
beside the bars and writes JSON. scripts/bench makes the environment and calls this."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
import warnings

PARTS = ["forward", "walk", "workers", "layers"]


def parse():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__.split(". scripts/bench")[0] + ".",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="environment:\n"
        "  NEURON_SHAPLEY_DATA          folder that holds models/*.onnx (default: ../shared/data)\n"
        "  NEURON_SHAPLEY_BENCH_PYTHON  a Python that has torch, onnx and onnxruntime; without it the first run makes a\n"
        "                               virtual environment in .build/bench-venv\n"
        "  NEURON_SHAPLEY_INSTRUCTIONS  the engine's instruction set (default: the fastest one)\n")
    parser.add_argument("--engine", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--networks", metavar="A,B", help="only these: small-cnn, fashion, resnet8, resnet20, mobilenet, "
                        "squeezenet, squeezenet-shaped, resnet18, resnet50, vgg11, inception-v3")
    parser.add_argument("--all", action="store_true", help="the large ones too: ResNet-50, VGG-11, Inception-v3")
    parser.add_argument("--parts", default=",".join(PARTS), metavar="A,B", help=f"only these: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="a look: few turns, nothing compiled")
    parser.add_argument("--no-compile", action="store_true", help="leave out PyTorch compiled with frozen weights")
    parser.add_argument("--rounds", type=int, help="turns of forward passes (default 5; quick 3)")
    parser.add_argument("--walk-rounds", type=int, help="turns of walks and of workers (default 3; quick 1)")
    parser.add_argument("--data", default=os.environ.get("NEURON_SHAPLEY_DATA", "../shared/data"), metavar="DIR")
    parser.add_argument("--output", default=".build/bench/results.json", metavar="FILE")
    arguments = parser.parse_args()
    arguments.parts = [part.strip() for part in arguments.parts.split(",")]
    if unknown := [part for part in arguments.parts if part not in PARTS]:
        parser.error(f"unknown part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    arguments.rounds = max(1, arguments.rounds or (3 if arguments.quick else 5))
    arguments.walk_rounds = max(1, arguments.walk_rounds or (1 if arguments.quick else 3))
    arguments.no_compile |= arguments.quick
    arguments.turn = 0.05 if arguments.quick else 0.2
    arguments.scratch = os.path.abspath(".build/bench")
    return arguments


def path_of(subject, arguments):
    """The ONNX file, written first when it is a network with random weights; None when there is none."""
    if subject.model:
        path = os.path.join(arguments.data, "models", subject.model + ".onnx")
        return path if os.path.exists(path) else None
    path = os.path.join(arguments.scratch, subject.shaped + ".onnx")
    subprocess.run([arguments.engine, "write", subject.shaped, path], check=True)
    return path


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def load():
    """Processes that wanted to run just now, beside this one."""
    try:
        return os.getloadavg()[0]
    except OSError:
        return float("nan")


def main():
    arguments = parse()
    os.makedirs(arguments.scratch, exist_ok=True)
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", os.path.join(arguments.scratch, "inductor"))
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = "1"
    warnings.filterwarnings("ignore", category=FutureWarning)
    import onnxruntime
    import report
    import torch
    from measuring import Measurement
    from networks import chosen

    torch.set_num_threads(1)
    machine = {"processor": processor(), "cores": os.cpu_count(), "load_before": load(), "torch": torch.__version__,
               "onnxruntime": onnxruntime.__version__, "threads": 1, "started": time.strftime("%Y-%m-%dT%H:%M:%S")}
    print(f"{machine['processor']}, {machine['cores']} cores, load {machine['load_before']:.2f} before; "
          f"PyTorch {torch.__version__}, ONNX Runtime {onnxruntime.__version__}")
    if machine["load_before"] > 0.5:
        print("scripts/bench: the machine is not idle; times and ratios will be off", file=sys.stderr)
    start, subjects, results = time.monotonic(), [], []
    for subject in chosen(arguments, os.path.join(arguments.data, "models")):
        path = path_of(subject, arguments)
        if path is None:
            print(f"{subject.title}: {subject.model}.onnx is not in {arguments.data}/models, left out", file=sys.stderr)
            continue
        result = Measurement(subject, path, arguments).run()
        result["summary"] = report.summarise(subject, result)
        subjects.append(subject)
        results.append(result)
        for name, reason in result["absent"].items():
            print(f"{subject.title}: {name}: {reason}", file=sys.stderr)
        os.makedirs(os.path.dirname(os.path.abspath(arguments.output)), exist_ok=True)
        with open(arguments.output, "w") as file:  # after each network, so that an interrupted run leaves what it has
            json.dump({"version": 1, "machine": machine, "quick": arguments.quick, "results": results}, file, indent=1)
    for instructions in sorted({result["about"]["instructionSet"] for result in results}):
        print(f"the engine's instructions: {instructions}")
    print(report.tables(subjects, results))
    print(f"\n{time.monotonic() - start:.0f} s; everything is in {arguments.output}")


if __name__ == "__main__":
    main()
