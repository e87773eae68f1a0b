"""The stream of large pictures: its rate against the decoder's own, and memory that does not grow with their number.

A folder of synthetic JPEGs is made, and each measurement has a process of its own. The decoder's rate is of as many
threads as there are cores, decoding in chunks and doing nothing else.
"""

import json as json_module
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Literal

import numpy as np
import tyro
from PIL import Image

_CLASSES, _BATCH, _STEPS = 10, 32, 40

Part = Literal["decoder", "pipeline", "memory"]


def main(
    examples: int = 20_000,
    few: int = 2_000,
    side: int = 224,
    rounds: int = 3,
    json: tyro.conf.FlagCreatePairsOff[bool] = False,
    part: tyro.conf.Suppress[str] = "",
    folder: tyro.conf.Suppress[str] = "",
) -> None:
    """Measure and print.

    Args:
        examples: pictures of the large set.
        few: pictures of the small set.
        side: of the pictures, in pixels.
        rounds: decoder and pipeline in turn; medians are reported.
        json: print one JSON object.
        part: of the measurement, in a child.
        folder: of the pictures, in a child.
    """
    if part:
        print(json_module.dumps(_MEASURES[part](folder)))
        return
    with tempfile.TemporaryDirectory() as place:
        large, small = Path(place, "large"), Path(place, "small")
        _write(large, examples, side)
        _write(small, few, side)
        rates = {name: [_child(name, large) for _ in range(rounds)] for name in ("decoder", "pipeline")}
        memory = {name: _child("memory", path) for name, path in (("few", small), ("all", large))}
    decoder, pipeline = (statistics.median(values) for values in rates.values())
    figures = {
        "decoder_images_per_s": round(decoder, 1),
        "pipeline_images_per_s": round(pipeline, 1),
        "share_of_the_decoders_rate": round(pipeline / decoder, 3),
        f"peak_mb_with_{few}": round(memory["few"] / 1e6),
        f"peak_mb_with_{examples}": round(memory["all"] / 1e6),
        "ratio_of_peaks": round(memory["all"] / memory["few"], 3),
        "cores": os.cpu_count(),
    }
    if json:
        print(json_module.dumps(figures))
    else:
        print("\n".join(f"{name.replace('_', ' '):<32}{value}" for name, value in figures.items()))


def _write(folder: Path, count: int, side: int) -> None:
    """Blotches with some grain, some 15 kB each at a side of 224."""
    rng = np.random.default_rng(count)
    for number in range(count):
        path = folder / str(number % _CLASSES) / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        blocks = Image.fromarray(rng.integers(0, 256, (8, 8, 3), np.uint8)).resize(
            (side, side), Image.Resampling.BICUBIC
        )
        grain = rng.normal(0, 6, (side, side, 1))
        Image.fromarray(np.clip(np.asarray(blocks) + grain, 0, 255).astype(np.uint8)).save(path, quality=85)


def _child(part: str, folder: Path) -> float:
    command = [sys.executable, "-m", "experiments.benchmarks.input_pipeline", "--part", part, "--folder", str(folder)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(json_module.loads(ended.stdout.splitlines()[-1]))


def _decoder(folder: str) -> float:
    """Pictures a second of the decoder alone."""
    from experiments.data.load import load
    from experiments.data.settings import Data

    pixels = load(Data(dataset=folder)).train.pixels
    started = time.perf_counter()
    for step in range(_STEPS):
        pixels[_BATCH * step : _BATCH * (step + 1)]
    return _BATCH * _STEPS / (time.perf_counter() - started)


def _pipeline(folder: str) -> float:
    """Pictures a second of the stream that trainings read: decoded, augmented, scaled, in batches."""
    from distill.stream import batches
    from distill.views.augmentation import Augmentation, Views
    from experiments.data.load import load
    from experiments.data.settings import Data

    augmentation = Augmentation(translate_pixels=8, flip=True, crop_min_area=0.6, rotate_degrees=10)
    views = Views(augmentation=augmentation, count=2, seed=0)
    train = load(Data(dataset=folder)).train
    stream = iter(batches(train, views, batch_size=_BATCH, epochs=range(1), order_seed=0))
    next(stream)
    started = time.perf_counter()
    for _ in range(_STEPS):
        next(stream)
    return _BATCH * _STEPS / (time.perf_counter() - started)


def _memory(folder: str) -> float:
    """Peak bytes of a process that trains a small student on a folder for an epoch."""
    from distill.recipe import Recipe
    from distill.train import train
    from distill.views.augmentation import Augmentation, Views
    from experiments.data.load import load
    from experiments.data.settings import Data
    from search.build import build
    from search.genotype import Genotype, Stage

    data = load(Data(dataset=folder))
    stage = Stage(block="dense", width=16, depth=1, kernel=3, expansion=1, stride=2, residual=False)
    genotype = Genotype(
        input_shape=data.task.input_shape,
        classes=_CLASSES,
        stem_width=8,
        stem_kernel=3,
        stem_stride=2,
        stages=(stage,) * 3,
    )
    views = Views(augmentation=Augmentation(translate_pixels=8), count=1, seed=0)
    train(build(genotype, seed=0), data.splits, Recipe(batch_size=_BATCH), epochs=1, views=views)
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


_MEASURES = {"decoder": _decoder, "pipeline": _pipeline, "memory": _memory}


if __name__ == "__main__":
    tyro.cli(main, prog="python -m experiments.benchmarks.input_pipeline", description=__doc__)
