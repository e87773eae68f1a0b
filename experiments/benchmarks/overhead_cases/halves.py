"""Images per second of trainings with the halves of a batch beside each other, against the whole batch in one.

In halves each operation has half of the cores, as in Potstill's runs; whole, each has all. Each training has a process
of its own, by turns; the fastest epoch after the first counts.
"""

import itertools
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, replace

from search.starts.references import RESNET8, SMALL_IMAGES

STUDENTS = {"ResNet-8": RESNET8, "a known start": SMALL_IMAGES[0]}
"""Students that are trained."""
_WAYS = ("halves", "whole")
_EPOCHS, _NEVER = 4, 1 << 30


@dataclass(frozen=True, kw_only=True)
class HalvesRates:
    """Images per second of one student, by round."""

    halves: tuple[float, ...]
    whole: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Halves over whole, median of the rounds."""
        return statistics.median(half / whole for half, whole in zip(self.halves, self.whole))


def halves_rates(examples: int, rounds: int) -> dict[str, HalvesRates]:
    """The rates of each student, by its name, on so many training examples of cifar10."""
    measured = [{way: _in_child(way, examples) for way in _WAYS} for _ in range(rounds)]
    return {
        name: HalvesRates(**{way: tuple(rates[way][number] for rates in measured) for way in _WAYS})
        for number, name in enumerate(STUDENTS)
    }


def _in_child(way: str, examples: int) -> list[float]:
    environment = {name: value for name, value in os.environ.items() if name != "TF_NUM_INTRAOP_THREADS"}
    if way == "whole":
        environment["TF_NUM_INTRAOP_THREADS"] = str(len(os.sched_getaffinity(0)))
    command = [sys.executable, "-m", "experiments.benchmarks.overhead_cases.halves", way, str(examples)]
    ended = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return [float(rate) for rate in ended.stdout.split()]


def _rates(way: str, examples: int) -> list[float]:
    from experiments.run.frameworks import quiet_libraries

    quiet_libraries()
    from distill import training_model
    from distill.precision import computing_in, measure
    from distill.train import train
    from experiments.cifar10 import EXPERIMENT
    from experiments.data.load import load
    from search.build import build

    if way == "whole":
        training_model.LEAST_BATCH = _NEVER
    data = load(replace(EXPERIMENT.data, train_examples=examples))
    precision = measure(lambda: build(RESNET8, seed=0), EXPERIMENT.student.batch_size).precision
    rates = []
    for genotype in STUDENTS.values():
        with computing_in(precision):
            model = build(genotype, seed=0)
        ends: list[float] = []
        train(
            model,
            data.splits,
            EXPERIMENT.student,
            epochs=_EPOCHS,
            views=replace(EXPERIMENT.seeded_views, count=2),
            on_epoch=lambda epoch, metrics, ends=ends: ends.append(time.monotonic()),
        )
        rates.append(examples / min(end - begun for begun, end in itertools.pairwise(ends)))
    return rates


if __name__ == "__main__":
    print(*_rates(sys.argv[1], int(sys.argv[2])))
