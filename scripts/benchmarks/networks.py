"""What is measured: networks, batches, how much of a removal walk, and the bars that the engine is to reach."""

import os
from dataclasses import dataclass, field

from contenders import LAST, RUNTIME


@dataclass(frozen=True)
class Subject:
    key: str
    title: str
    batch: int
    # A file of the data's models/, or the name of a network with random weights that the engine writes.
    model: str | None = None
    shaped: str | None = None
    # Windows and steps of the sample of a removal walk (engine; suffix-caching PyTorch); None for whole walks.
    windows: tuple[int, int] | None = None
    suffix_windows: tuple[int, int] = (4, 8)
    # Images that a walk runs on; the batch unless told otherwise.
    walk_images: int | None = None
    # Units that each worker ranks in the comparison of two workers with one.
    units: int = 2
    # The other's time over the engine's at least: a forward pass by competitor, an evaluation against full eager passes.
    forward_bars: dict = field(default_factory=dict)
    walk_bar: float | None = None
    # How many times fewer multiply-adds a walk should need than full passes, as computed in advance.
    expected_saving: float | None = None
    is_large: bool = False

    @property
    def is_sampled(self):
        return self.windows is not None


USUAL = {RUNTIME: 1.0, LAST: 1.5}

SUBJECTS = [
    Subject("small-cnn", "4-layer CNN, 28 px, random weights", 64, shaped="small-cnn", units=24, forward_bars=USUAL,
            walk_bar=25, expected_saving=28, suffix_windows=(8, 22)),
    Subject("fashion", "Fashion-MNIST CNN, 28 px", 64, model="fashion_cnn_epoch7", units=24, forward_bars=USUAL,
            suffix_windows=(8, 12)),
    Subject("resnet8", "ResNet-8, 32 px", 64, model="resnet8_cifar10_mlperftiny", units=6, suffix_windows=(8, 12)),
    Subject("resnet20", "ResNet-20, 32 px", 64, model="resnet20_cifar10", forward_bars=USUAL, walk_bar=15,
            suffix_windows=(8, 12)),
    Subject("mobilenet", "MobileNet v1 0.25, 224 px", 16, model="mobilenet_v1_0.25_224_bn_imagenet",
            forward_bars=USUAL, windows=(60, 8)),
    Subject("squeezenet", "SqueezeNet 1.1, 224 px", 16, model="squeezenet1_1_imagenet", forward_bars=USUAL,
            windows=(40, 6), walk_bar=8.5, expected_saving=5.6),
    Subject("squeezenet-shaped", "SqueezeNet 1.1, 224 px, random weights", 16, shaped="squeezenet",
            forward_bars=USUAL, windows=(40, 6), walk_bar=8.5, expected_saving=5.6, is_large=True),
    Subject("resnet18", "ResNet-18, 224 px, random weights", 16, shaped="resnet18",
            forward_bars={RUNTIME: 1.0, LAST: 1.1}, windows=(30, 5), suffix_windows=(4, 6), walk_bar=13,
            expected_saving=13.7),
    Subject("resnet50", "ResNet-50, 224 px, random weights", 8, shaped="resnet50", windows=(12, 6),
            suffix_windows=(3, 6), is_large=True),
    Subject("vgg11", "VGG-11, 224 px, random weights", 8, shaped="vgg11", windows=(12, 6), suffix_windows=(3, 6),
            expected_saving=19, is_large=True),
    Subject("inception-v3", "Inception-v3, 299 px, random weights", 8, shaped="inception-v3", windows=(12, 8),
            suffix_windows=(3, 6), expected_saving=14.6, is_large=True),
]

WORKERS_BAR = 1.8
# Multiply-adds done may be a tenth more than computed in advance.
SAVING_TOLERANCE = 1.1


def chosen(arguments, folder):
    """The subjects asked for. Without the real SqueezeNet, the one with random weights takes its place."""
    if arguments.networks:
        keys = [key.strip() for key in arguments.networks.split(",")]
        known = {s.key: s for s in SUBJECTS}
        if unknown := [key for key in keys if key not in known]:
            raise SystemExit(f"scripts/bench: unknown network {', '.join(unknown)}; there are {', '.join(known)}")
        return [known[key] for key in keys]
    squeezenet = next(s for s in SUBJECTS if s.key == "squeezenet")
    instead = set() if os.path.exists(os.path.join(folder, squeezenet.model + ".onnx")) else {"squeezenet-shaped"}
    return [s for s in SUBJECTS if not s.is_large or arguments.all and s.key != "squeezenet-shaped" or s.key in instead]
