"""How soon the search matches stock random search, on CIFAR-10 inside the bytes of MLPerf Tiny's ResNet-8.

Stock random search is Keras Tuner's: students are drawn from the same space, each is trained to the end, and the budget
is checked afterwards. Both train with the same code, teacher bank, examples and epochs; accuracy is that on validation.
CPU-seconds are those of this process and its one thread, from the first proposal on; the teacher bank and the latency
profile, which are made once for a space, are not counted. Finished searches are kept: an interrupted run goes on.
"""

import contextlib
import functools
import math
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import tyro

from deploy.budget import Budget
from deploy.digests import key_of
from experiments.benchmarks.cases.report import Goal, report
from experiments.cifar10 import EXPERIMENT as CIFAR10
from experiments.experiment import Experiment
from experiments.run import home
from search.settings import Search

BUDGET = Budget(size_bytes=98_496)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is compared."""

    seeds: tuple[int, ...] = (0, 1, 2)
    """Seeds of both searches."""
    examples: int = 3_000
    """Training examples."""
    stock_trials: int = 24
    """Students that stock random search trains."""
    epochs: int = 5
    """Epochs of each student, on both sides in one go: a rung of fewer would be 22 steps or so, which tell nothing."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""

    @property
    def experiment(self) -> Experiment:
        """The students' training, but for the search's rungs."""
        return replace(
            CIFAR10,
            data=replace(CIFAR10.data, train_examples=self.examples, validation_fraction=0.04),
            views=self.epochs,
            budget=BUDGET,
            student=replace(CIFAR10.student, precision="float32"),
        )

    @property
    def search(self) -> Search:
        """Potstill's search, as its users have it but for its length and its one rung."""
        return Search(trials=3 * self.stock_trials, epochs=(self.epochs,), survivors=())

    def key(self, searching: Search, seed: int) -> str:
        """Names what a search of one side is a result of; the code of ours is no part of it."""
        parts = (self.experiment.to_json(), asdict(searching), seed)
        return key_of(parts)


def main(settings: Settings) -> None:
    """Run both searches and compare."""
    from experiments.training.local_worker import start_tensorflow
    from search.journal import Journal

    start_tensorflow(one_thread=True)
    folder = home.home() / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(folder / "search_speed.jsonl")
    found = [_compared(settings, seed, journal) for seed in settings.seeds]
    speedup = statistics.median(each["cpu_ratio"] for each in found)
    wasted = sum(each["stock"]["seconds_over_budget"] for each in found) / sum(
        each["stock"]["cpu_seconds"] for each in found
    )
    lines = [
        f"{'seed':<6}{'stock best':>11}{'CPU s':>8}{'wall s':>8}{'inside':>8}"
        f"{'ours best':>13}{'CPU s':>8}{'wall s':>8}{'students':>10}{'CPU ratio':>11}",
        *(_line(each) for each in found),
        f"stock random search spent {wasted:.0%} of its CPU-seconds on students over the budget, ours none",
    ]
    goals = [
        Goal(goal="CPU-seconds of stock random search, times those of ours until it matched", target=8, figure=speedup),
        Goal(
            goal="students trained by ours that keep the budget",
            target=1.0,
            figure=min(each["ours"]["share_inside"] for each in found),
        ),
    ]
    figures = dict(budget=asdict(BUDGET), settings=asdict(replace(settings, json=False)), seeds=found)
    report("search_speed", lines=lines, figures=figures, goals=goals, as_json=settings.json)


def _line(found: dict) -> str:
    stock, ours = found["stock"], found["ours"]
    return (
        f"{found['seed']:<6}{stock['best']:>11.2%}{stock['cpu_seconds']:>8.0f}{stock['wall_seconds']:>8.0f}"
        f"{stock['share_inside']:>8.0%}{ours['best']:>13.2%}{ours['cpu_seconds']:>8.0f}{ours['wall_seconds']:>8.0f}"
        f"{ours['students']:>10}{found['cpu_ratio']:>11.1f}"
    )


def _compared(settings: Settings, seed: int, journal) -> dict:
    """Both searches of a seed, each only where the journal has it not."""

    def kept(searching: Search, budget: Budget, **limits) -> dict:
        key = settings.key(searching, seed)
        for record in journal.records("searched"):
            if record["key"] == key:
                return record["found"]
        found = _searched(settings, searching, budget, seed, **limits)
        return journal.append("searched", key=key, found=found)["found"]

    stock_search = Search(oracle="random", trials=settings.stock_trials, epochs=(settings.epochs,), survivors=())
    stock = kept(stock_search, Budget())
    ours = kept(settings.search, BUDGET, goal=stock["best"], most_seconds=stock["cpu_seconds"] / 2)
    # Where ours did not match in half of the time, it counts as never.
    ratio = stock["cpu_seconds"] / ours["cpu_seconds"] if ours["best"] >= stock["best"] else 0.0
    return dict(seed=seed, stock=stock, ours=ours, cpu_ratio=ratio)


class _Ended(Exception):
    """The search has matched, or its time is over."""


def _searched(
    settings: Settings,
    searching: Search,
    budget: Budget,
    seed: int,
    *,
    goal: float = math.inf,
    most_seconds: float = math.inf,
) -> dict:
    """A search to its end, or until a student inside the bytes is as good as the goal, or its time is over.

    Args:
        budget: that the search is told of; what keeps `BUDGET` is looked at here.
    """
    from experiments.training.student import Job, StudentTraining
    from search.journal import Journal
    from search.problem import Problem
    from search.search import search
    from search.trial import TrialResult

    data, bank, profile = _prepared(settings)
    experiment, trained = replace(settings.experiment, search=searching), []
    cpu, wall = time.process_time(), time.monotonic()

    def evaluate(trial, rung, genotype, cost):
        accuracy = training.run(Job(trial=trial, rung=rung, genotype=genotype), lambda epoch, metrics: None)
        return TrialResult(
            trial=trial, rung=rung, genotype=genotype, validation_accuracy=accuracy, cost=cost, seconds=0.0
        )

    def on_result(result: TrialResult) -> None:
        accuracy, seconds = result.validation_accuracy, time.process_time() - cpu
        inside = _bytes(result.genotype) <= BUDGET.size_bytes
        taken = seconds - (trained[-1]["at_second"] if trained else 0.0)
        figures = dict(trial=result.trial, rung=result.rung, accuracy=accuracy, inside=inside)
        trained.append(dict(**figures, at_second=seconds, cpu_seconds=taken))
        told = f"{accuracy:.2%}, {'inside' if inside else 'over'} the budget, after {seconds:.0f} s"
        where = f"{searching.oracle}, seed {seed}, trial {result.trial}, rung {result.rung}"
        print(f"{where}: {told}: {result.genotype}", file=sys.stderr, flush=True)
        if (inside and accuracy >= goal) or seconds >= most_seconds:
            raise _Ended

    with tempfile.TemporaryDirectory() as name, contextlib.suppress(_Ended):
        folder = Path(name)
        training = StudentTraining(
            experiment=experiment,
            recipe=experiment.student,
            folder=folder,
            splits=data.splits,
            bank=bank,
        )
        search(
            Problem(space=experiment.space, task=data.task, budget=budget, profile=profile),
            searching,
            evaluate,
            seed=seed,
            journal=Journal(folder / "journal.jsonl"),
            folder=folder,
            on_result=on_result,
        )
    return dict(
        cpu_seconds=time.process_time() - cpu,
        wall_seconds=time.monotonic() - wall,
        best=max((each["accuracy"] for each in trained if each["inside"]), default=0.0),
        students=len({each["trial"] for each in trained}),
        share_inside=sum(each["inside"] for each in trained) / len(trained),
        seconds_over_budget=sum(each["cpu_seconds"] for each in trained if not each["inside"]),
        trainings=trained,
    )


def _bytes(genotype) -> int:
    from deploy.tflite.skeleton import skeleton
    from search.walk import walk

    return len(skeleton(walk(genotype)))


@functools.cache
def _prepared(settings: Settings):
    """Data, teacher bank and latency profile."""
    from deploy.devices.host import Host
    from experiments.data.load import load
    from experiments.devices.calibrate import profile_of
    from experiments.run.context import Context
    from experiments.run.display import Display
    from experiments.teachers.teach import fill, teacher_of
    from search.journal import Journal

    experiment = settings.experiment
    data = load(experiment.data)
    folder = home.home() / "benchmarks" / "search_speed"
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(folder / "journal.jsonl")
    context = Context(experiment=experiment, data=data, folder=folder, journal=journal, display=Display())
    profile = profile_of(
        Host(),
        experiment.space,
        data.task,
        size_limit=math.inf,
        folder=home.home() / "profiles",
    )
    return data, fill(context, teacher_of(context)), profile


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.search_speed", description=__doc__))
