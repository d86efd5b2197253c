"""The engine's competitors, each a call that runs one batch on one thread."""

import copy
import shutil
import time
import warnings

import numpy as np
import onnxruntime
import torch
from onnx_to_torch import Translation

EAGER, LAST, COMPILED, RUNTIME = "PyTorch eager", "eager, channels last", "compiled, frozen", "ONNX Runtime"
NAMES = [RUNTIME, LAST, EAGER, COMPILED]


class Contenders:
    """`calls[name]()` runs a batch; `absent[name]` says why a competitor is missing; `outputs` are ONNX Runtime's."""

    def __init__(self, path, images, compiles=True):
        self.absent, self.notes = {}, {}
        translation = Translation(path)
        self.module = translation.module
        image = torch.from_numpy(images)
        self.image_last = image.contiguous(memory_format=torch.channels_last)
        self.module_last = copy.deepcopy(self.module).to(memory_format=torch.channels_last)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # a file with a batch of one in it says so at every run
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.calls = {
            RUNTIME: lambda: session.run(None, {translation.input: images})[0],
            LAST: lambda: self.module_last(self.image_last),
            EAGER: lambda: self.module(image),
        }
        self.outputs = np.array(self.calls[RUNTIME]()).reshape(len(images), -1)
        if compiles:
            self.compile()
        else:
            self.absent[COMPILED] = "left out"
        for name, call in self.calls.items():
            if (difference := self.difference(np.array(call()))) > 1e-3:
                raise RuntimeError(f"{name} computes something else: {difference}")

    def compile(self):
        """torch.compile with frozen weights, channels last: Inductor wants a C++ compiler."""
        if not any(shutil.which(compiler) for compiler in ("g++", "clang++", "c++")):
            self.absent[COMPILED] = "no C++ compiler here"
            return
        import torch._inductor.config as inductor
        inductor.freezing, inductor.cpp.threads = True, 1
        torch._dynamo.reset()
        start = time.perf_counter()
        compiled = torch.compile(copy.deepcopy(self.module_last))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compiled(self.image_last)
        except Exception as error:  # the compiler's failures are of many kinds, and all mean that there is no time
            self.absent[COMPILED] = f"failed: {type(error).__name__}"
            return
        self.notes[COMPILED] = f"compiling took {time.perf_counter() - start:.0f} s"
        self.calls[COMPILED] = lambda: compiled(self.image_last)

    def difference(self, outputs):
        """Largest difference from ONNX Runtime's outputs, in units of their largest."""
        return float(np.abs(outputs.reshape(self.outputs.shape) - self.outputs).max() / np.abs(self.outputs).max())
