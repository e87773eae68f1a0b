"""CPU-seconds until the search matches stock random search, on CIFAR-10 inside the bytes of MLPerf Tiny's ResNet-8.

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
from typing import Any, ClassVar

import tyro

from deploy.budget import Budget
from deploy.digests import key_of
from experiments.benchmarks.cases.report import Goal, report
from experiments.cifar10 import EXPERIMENT as CIFAR10
from experiments.experiment import Experiment
from experiments.run import home
from search.genotype import Genotype
from search.journal import Journal
from search.settings import Search

BUDGET = Budget(size_bytes=98_496)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The searches to compare."""

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
        """Names everything that decides the result of one side's search, but for our code."""
        parts = (self.experiment.to_json(), asdict(searching), seed)
        return key_of(parts)


@dataclass(frozen=True, kw_only=True)
class Training:
    """One student of a search."""

    trial: str
    rung: int
    accuracy: float
    """On validation."""
    inside: bool
    """True where its file keeps the bytes."""
    at_second: float
    """CPU-seconds from the search's start to the training's end."""
    cpu_seconds: float


@dataclass(frozen=True, kw_only=True)
class Searched:
    """One side's search."""

    cpu_seconds: float
    wall_seconds: float
    best: float
    """Accuracy of the best student inside the bytes; 0 where there is none."""
    students: int
    share_inside: float
    """Of all trainings."""
    seconds_over_budget: float
    """CPU-seconds of students over the budget."""
    trainings: tuple[Training, ...]


@dataclass(frozen=True, kw_only=True)
class SearchDone:
    """A search under a key of all that decides it."""

    kind: ClassVar[str] = "searched"

    key: str
    searched: Searched

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return {"key": self.key, "found": asdict(self.searched)}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "SearchDone":
        """The inverse of `to_record`."""
        trainings = tuple(Training(**training) for training in record["found"]["trainings"])
        return cls(key=record["key"], searched=Searched(**{**record["found"], "trainings": trainings}))


@dataclass(frozen=True, kw_only=True)
class Race:
    """Both searches of a seed."""

    seed: int
    stock: Searched
    ours: Searched
    cpu_ratio: float
    """Of stock random search to ours; 0 where ours did not match it in half of the time."""


def main(settings: Settings) -> None:
    """Run both searches and compare."""
    from experiments.training.local_worker import start_tensorflow

    start_tensorflow(one_thread=True)
    folder = home.home() / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(folder / "search_speed.jsonl")
    races = [_compared(settings, seed, journal) for seed in settings.seeds]
    speedup = statistics.median(race.cpu_ratio for race in races)
    wasted = sum(race.stock.seconds_over_budget for race in races) / sum(race.stock.cpu_seconds for race in races)
    lines = [
        f"{'seed':<6}{'stock best':>11}{'CPU s':>8}{'wall s':>8}{'inside':>8}"
        f"{'ours best':>13}{'CPU s':>8}{'wall s':>8}{'students':>10}{'CPU ratio':>11}",
        *(_line(race) for race in races),
        f"stock random search spent {wasted:.0%} of its CPU-seconds on students over the budget, ours none",
    ]
    goals = [
        Goal(goal="CPU-seconds of stock random search, times those of ours until it matched", target=8, figure=speedup),
        Goal(
            goal="students trained by ours that keep the budget",
            target=1.0,
            figure=min(race.ours.share_inside for race in races),
        ),
    ]
    figures = dict(
        budget=asdict(BUDGET), settings=asdict(replace(settings, json=False)), seeds=[asdict(race) for race in races]
    )
    report("search_speed", lines=lines, figures=figures, goals=goals, as_json=settings.json)


def _line(race: Race) -> str:
    stock, ours = race.stock, race.ours
    return (
        f"{race.seed:<6}{stock.best:>11.2%}{stock.cpu_seconds:>8.0f}{stock.wall_seconds:>8.0f}"
        f"{stock.share_inside:>8.0%}{ours.best:>13.2%}{ours.cpu_seconds:>8.0f}{ours.wall_seconds:>8.0f}"
        f"{ours.students:>10}{race.cpu_ratio:>11.1f}"
    )


def _compared(settings: Settings, seed: int, journal: Journal) -> Race:
    """Both searches of a seed, each only where the journal does not have it."""

    def once(searching: Search, budget: Budget, **limits: float) -> Searched:
        key = settings.key(searching, seed)
        for earlier in journal.records(SearchDone):
            if earlier.key == key:
                return earlier.searched
        searched = _searched(settings, searching, budget, seed, **limits)
        return journal.append(SearchDone(key=key, searched=searched)).searched

    stock_search = Search(oracle="random", trials=settings.stock_trials, epochs=(settings.epochs,), survivors=())
    stock = once(stock_search, Budget())
    ours = once(settings.search, BUDGET, goal=stock.best, most_seconds=stock.cpu_seconds / 2)
    # Where ours did not match in half of the time, it counts as never.
    ratio = stock.cpu_seconds / ours.cpu_seconds if ours.best >= stock.best else 0.0
    return Race(seed=seed, stock=stock, ours=ours, cpu_ratio=ratio)


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
) -> Searched:
    """A search to its end, or until a student inside the bytes is as good as the goal, or its time is over.

    Args:
        budget: of the search; which students keep `BUDGET` is decided here.
    """
    from experiments.training.student import Job, StudentTraining
    from search.problem import Problem
    from search.search import search
    from search.trial import TrialResult

    data, bank, profile = _prepared(settings)
    experiment = replace(settings.experiment, search=searching)
    trained: list[Training] = []
    cpu, wall = time.process_time(), time.monotonic()

    def evaluate(trial, rung, genotype, cost):
        accuracy = training.run(Job(trial=trial, rung=rung, genotype=genotype), lambda epoch, metrics: None)
        return TrialResult(
            trial=trial, rung=rung, genotype=genotype, validation_accuracy=accuracy, cost=cost, seconds=0.0
        )

    def on_result(result: TrialResult) -> None:
        accuracy, seconds = result.validation_accuracy, time.process_time() - cpu
        inside = _bytes(result.genotype) <= (BUDGET.size_bytes or math.inf)
        trained.append(
            Training(
                trial=result.trial,
                rung=result.rung,
                accuracy=accuracy,
                inside=inside,
                at_second=seconds,
                cpu_seconds=seconds - (trained[-1].at_second if trained else 0.0),
            )
        )
        outcome = f"{accuracy:.2%}, {'inside' if inside else 'over'} the budget, after {seconds:.0f} s"
        where = f"{searching.oracle}, seed {seed}, trial {result.trial}, rung {result.rung}"
        print(f"{where}: {outcome}: {result.genotype}", file=sys.stderr, flush=True)
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
    return Searched(
        cpu_seconds=time.process_time() - cpu,
        wall_seconds=time.monotonic() - wall,
        best=max((training.accuracy for training in trained if training.inside), default=0.0),
        students=len({training.trial for training in trained}),
        share_inside=sum(training.inside for training in trained) / len(trained),
        seconds_over_budget=sum(training.cpu_seconds for training in trained if not training.inside),
        trainings=tuple(trained),
    )


def _bytes(genotype: Genotype) -> int:
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
