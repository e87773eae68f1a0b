"""Error of a genotype's estimated cost: MACs, params, bytes and memory, against the built file.

Random genotypes of the experiments' spaces, of signals of one dimension, and of images at several resolutions are
built, quantized and converted without training; LiteRT for Microcontrollers says what it allocates for each file.
"""

import random
import statistics
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal, get_args

import tyro

from experiments.benchmarks.cases.report import Goal, report
from experiments.benchmarks.latency_model import SHAPES
from search.genotype import Genotype

Name = Literal["digits", "fashion_mnist", "spoken_digit", "cifar10", "signals", "resolutions"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The genotypes to build."""

    genotypes: int = 300
    """Number of genotypes, drawn from the spaces in turn."""
    spaces: tuple[Name, ...] = get_args(Name)
    """Spaces to draw from."""
    seed: int = 0
    """Of the draws."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


@dataclass(frozen=True, kw_only=True)
class Errors:
    """Errors of one genotype's estimate, as shares of the built file's figures."""

    space: str
    genotype: str
    """Its key."""
    macs: float
    params: float
    size_bytes: float
    peak_ram_bytes: float


def main(settings: Settings) -> None:
    """Build and compare."""
    from experiments.run.frameworks import quiet_libraries

    drawn = _drawn(settings)
    quiet_libraries()
    rows = []
    for number, (name, genotype) in enumerate(drawn, start=1):
        rows.append(_errors(name, genotype))
        if number % 25 == 0:
            print(f"{number} of {len(drawn)} built", file=sys.stderr, flush=True)
    speed = _estimates_per_s([genotype for _, genotype in drawn])
    lines = [f"{len(rows)} genotypes of {', '.join(settings.spaces)}: error of the estimate, median (worst)"]
    for name in ("macs", "params", "size_bytes", "peak_ram_bytes"):
        values = [getattr(row, name) for row in rows]
        worst = max(values, key=abs)
        lines.append(f"  {name:<16}{100 * statistics.median(values):+.3f} % ({100 * worst:+.3f} %)")
    lines.append(f"  {speed:,.0f} estimates a second, on one thread")
    report(
        "cost_model",
        lines=lines,
        figures=dict(seed=settings.seed, estimates_per_s=speed, rows=[asdict(row) for row in rows]),
        goals=goals_of(rows, speed),
        as_json=settings.json,
    )


def goals_of(rows: list[Errors], estimates_per_s: float) -> list[Goal]:
    """The goals over all genotypes."""

    def share(errors: Iterable[float], bound: float) -> float:
        return statistics.mean(abs(error) <= bound for error in errors)

    return [
        Goal(goal="MACs exact", target=1.0, figure=share((row.macs for row in rows), 0)),
        Goal(goal="params exact", target=1.0, figure=share((row.params for row in rows), 0)),
        Goal(goal="bytes of the file within 2 %", target=0.99, figure=share((row.size_bytes for row in rows), 0.02)),
        Goal(goal="memory within 10 %", target=1.0, figure=share((row.peak_ram_bytes for row in rows), 0.1)),
        Goal(goal="estimates a second", target=2_000, figure=estimates_per_s),
    ]


def _drawn(settings: Settings) -> list[tuple[str, Genotype]]:
    """Genotypes of the spaces in turn, each with its space."""
    import importlib

    from search.choices import sample
    from search.space import Space
    from search.task import Task

    spaces = {name: importlib.import_module(f"experiments.{name}").EXPERIMENT.space for name in SHAPES}
    spaces["signals"] = Space(stem_strides=(1, 2), stages=(2, 3, 4, 5), kernels=(3, 5, 9))
    spaces["resolutions"] = Space(downscales=(1, 2, 3), stem_strides=(1, 2), depths=(1, 2, 3), head_widths=(0, 32, 96))
    # 28 is no multiple of 3.
    shapes = {**SHAPES, "signals": (1, 256, 3), "resolutions": (28, 28, 3)}
    rng = random.Random(settings.seed)
    drawn = [settings.spaces[number % len(settings.spaces)] for number in range(settings.genotypes)]
    return [(name, sample(spaces[name], Task(input_shape=shapes[name], classes=10), rng)) for name in drawn]


def _errors(space: str, genotype: Genotype) -> Errors:
    """Build and convert the genotype, and compare the file with its estimate."""
    import tf_keras

    from deploy.compress.convert import convert
    from deploy.compress.quantize import quantizable
    from deploy.tflite.micro import arena_of
    from deploy.tflite.operators import Graph
    from experiments.benchmarks.cases.untrained import built_with_biases
    from search.estimate import estimate

    tf_keras.backend.clear_session()
    model, cost = built_with_biases(genotype), estimate(genotype, None)
    norms = sum(layer.count_params() for layer in model.layers if "_n" in layer.name and layer.count_params())
    # Folded: of the four numbers that batch norm has for a channel, the bias is left.
    params = model.count_params() - norms + norms // 4
    file = convert(quantizable(model, keep_zeros=False))
    return Errors(
        space=space,
        genotype=genotype.key,
        macs=cost.macs / sum(operator.macs for operator in Graph(file).operators()) - 1,
        params=cost.params / params - 1,
        size_bytes=cost.size_bytes / len(file) - 1,
        peak_ram_bytes=cost.peak_ram_bytes / arena_of(file).total - 1,
    )


def _estimates_per_s(genotypes: list[Genotype]) -> float:
    from search.estimate import estimate

    started = time.perf_counter()
    for genotype in genotypes:
        estimate(genotype, None)
    return len(genotypes) / (time.perf_counter() - started)


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.cost_model", description=__doc__))
