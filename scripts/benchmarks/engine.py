"""The engine's benchmark program as a process that answers commands."""

import json
import subprocess


class Engine:
    def __init__(self, program, model, images):
        self.process = subprocess.Popen([program, "serve", model, images], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(w) for w in words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the engine ended with {self.process.wait()} at: {' '.join(str(w) for w in words)}")
        return json.loads(line)

    def forward(self):
        """Milliseconds of one full pass over all images."""
        return self.ask("forward", 1)["milliseconds"][0]

    def peak_memory(self):
        """Bytes of resident memory at the peak, or None where the system does not tell."""
        try:
            with open(f"/proc/{self.process.pid}/status") as status:
                return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
        except (OSError, StopIteration):
            return None

    def close(self):
        self.process.stdin.close()
        self.process.wait()
