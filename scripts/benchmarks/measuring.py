"""Measures one network: the engine and its competitors take turns, so that the machine's moods hit all alike."""

import os
import sys
import time

import numpy as np
import torch
from contenders import LAST, RUNTIME, Contenders
from engine import Engine
from suffix_caching import SuffixCaching

ENGINE, SUFFIX = "engine", "eager, channels last, suffix cached"


def say(text):
    print(f"  [{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def best(call, seconds, least):
    """The least milliseconds of several calls: at least `least` of them, more while they are quick."""
    times, start = [], time.perf_counter()
    while len(times) < least or (time.perf_counter() - start < seconds and len(times) < 100):
        before = time.perf_counter()
        call()
        times.append((time.perf_counter() - before) * 1e3)
    return min(times)


class Measurement:
    def __init__(self, subject, path, arguments):
        self.subject, self.arguments = subject, arguments
        self.result = {"key": subject.key, "title": subject.title, "batch": subject.batch}
        say(f"{subject.title}: loading" + ("" if arguments.no_compile else " and compiling"))
        shape = [subject.batch] + self.input_shape(path)
        images = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
        file = os.path.join(arguments.scratch, subject.key + ".f32")
        images.tofile(file)
        self.engine = Engine(arguments.engine, path, file)
        self.result["about"] = self.engine.ask("about")
        os.remove(file)
        self.contenders = Contenders(path, images, compiles=not arguments.no_compile)
        self.result |= {
            "output_difference": self.contenders.difference(np.array(self.engine.ask("outputs"), dtype=np.float64)),
            "absent": self.contenders.absent, "notes": self.contenders.notes}
        if self.result["output_difference"] > 1e-3:
            raise RuntimeError(f"{subject.title}: the engine and ONNX Runtime differ by "
                               f"{self.result['output_difference']} of the largest output")

    @staticmethod
    def input_shape(path):
        import onnx
        graph = onnx.load(path, load_external_data=False).graph
        weights = {t.name for t in graph.initializer}
        entry = next(i for i in graph.input if i.name not in weights)
        return [d.dim_value for d in entry.type.tensor_type.shape.dim][1:]

    def run(self):
        with torch.inference_mode():
            if "forward" in self.arguments.parts:
                self.forward()
            if "walk" in self.arguments.parts:
                self.walk()
            if "workers" in self.arguments.parts:
                self.workers()
            if "layers" in self.arguments.parts:
                say("layers one by one")
                self.result["layers"] = self.engine.ask("layers")
        self.result["engine_peak_bytes"] = self.engine.peak_memory()
        self.engine.close()
        return self.result

    def forward(self):
        """Milliseconds of a batch, one number a turn."""
        say(f"forward passes, {self.arguments.rounds} turns each")
        calls = {ENGINE: None} | self.contenders.calls
        times = {name: [] for name in calls}
        least = 1 if self.arguments.quick else 3
        count = least
        for turn in range(self.arguments.rounds):
            for name, call in calls.items():
                if call is None:
                    milliseconds = min(self.engine.ask("forward", count)["milliseconds"])
                    count = int(min(100, max(least, self.arguments.turn * 1e3 / milliseconds)))
                else:
                    milliseconds = best(call, self.arguments.turn, least)
                times[name].append(milliseconds)
        self.result["forward"] = times

    def walk(self):
        """Milliseconds an evaluation of all images, one number a turn (the seed of a turn is its number)."""
        subject, quick = self.subject, self.arguments.quick
        windows = subject.windows and (max(6, subject.windows[0] // 4), subject.windows[1]) if quick else subject.windows
        part = " ".join(str(n) for n in windows) if windows else "whole"
        turns = self.arguments.walk_rounds
        say(f"removal walks ({'whole' if not windows else f'{windows[0]} × {windows[1]} steps'}), {turns} turns each")
        suffix = SuffixCaching(self.contenders)
        few = (2, subject.suffix_windows[1]) if quick else subject.suffix_windows
        # Full passes of the competitors are measured again beside the walks, so that a ratio's parts share a moment.
        full = [LAST, RUNTIME]
        answers, counts, times = [], [], {ENGINE: [], SUFFIX: []} | {name: [] for name in full}
        for turn in range(turns):
            answers.append(self.engine.ask("walk", turn, part))
            counts.append(self.engine.ask("count", turn, part))
            times[ENGINE].append(answers[-1]["milliseconds"] / answers[-1]["steps"])
            times[SUFFIX].append(suffix.time(*few, turn))
            for name in full:
                times[name].append(best(self.contenders.calls[name], self.arguments.turn, 1 if quick else 3))
        if (error := suffix.error()) > 1e-4:
            raise RuntimeError(f"the suffix-caching loop computes something else: {error}")
        self.result["walk"] = {
            "milliseconds": times, "steps": [a["steps"] for a in answers], "part": part,
            "suffix_steps": few[0] * few[1], "filters": len(suffix.filters),
            "saving": [a["fullMultiplyAdds"] / a["multiplyAdds"] for a in answers],
            "counted_saving": [c["fullMultiplyAdds"] / c["multiplyAdds"] for c in counts]}
        if len(suffix.filters) != self.result["about"]["players"]:
            raise RuntimeError("the walks do not remove the same filters")

    def workers(self):
        """Walks a second of one worker and of two, one number a turn."""
        subject, turns = self.subject, self.arguments.walk_rounds
        say("one worker and two")
        rates = {1: [], 2: []}
        for turn in range(turns):
            for count in rates:
                if subject.is_sampled:
                    answer = self.engine.ask("workers", count, 1, turn, max(4, subject.windows[0] // 3), subject.windows[1])
                    rates[count].append(answer["walks"] / answer["milliseconds"] * 1e3)
                else:
                    answer = self.engine.ask("rank", count, max(2, subject.units // (2 if self.arguments.quick else 1)), turn)
                    rates[count].append(answer["evaluations"] / answer["milliseconds"] * 1e3)
        self.result["workers"] = {"through": "sampled walks" if subject.is_sampled else "ranking", "rates": rates}
