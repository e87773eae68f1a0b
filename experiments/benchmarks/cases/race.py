"""A search of the race between Potstill and stock random search, timed in CPU-seconds."""

import contextlib
import functools
import math
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from deploy.budget import Budget
from deploy.latency.profile import LatencyProfile
from distill.bank.teacher_bank import TeacherBank
from experiments.data.load import DataSet
from experiments.experiment import Experiment
from experiments.run import home
from search.genotype import Genotype
from search.journal import Journal
from search.settings import Search


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


class _Ended(Exception):
    """The search has matched, or its time is over."""


def timed_search(
    experiment: Experiment,
    searching: Search,
    budget: Budget,
    seed: int,
    *,
    goal: float = math.inf,
    most_seconds: float = math.inf,
) -> Searched:
    """A search to its end, or until a student inside the bytes is as good as the goal, or its time is over.

    Args:
        experiment: of the students; the bytes of its budget decide which of them count.
        searching: oracle and trials of the search.
        budget: of the search.
    """
    from experiments.training.student import Job, StudentTraining
    from search.problem import Problem
    from search.search import search
    from search.trial import TrialResult

    data, bank, profile = prepared(experiment)
    experiment = replace(experiment, search=searching)
    trained: list[Training] = []
    cpu, wall = time.process_time(), time.monotonic()

    def evaluate(trial, rung, genotype, cost):
        accuracy = training.run(Job(trial=trial, rung=rung, genotype=genotype), lambda epoch, metrics: None)
        return TrialResult(
            trial=trial, rung=rung, genotype=genotype, validation_accuracy=accuracy, cost=cost, seconds=0.0
        )

    def on_result(result: TrialResult) -> None:
        accuracy, seconds = result.validation_accuracy, time.process_time() - cpu
        inside = _bytes(result.genotype) <= (experiment.budget.size_bytes or math.inf)
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
    from deploy.latency.skeleton import skeleton
    from search.walk import walk

    return len(skeleton(walk(genotype)))


@functools.cache
def prepared(experiment: Experiment) -> tuple[DataSet, TeacherBank, LatencyProfile]:
    """Data, teacher bank and latency profile."""
    from deploy.devices.host import Host
    from experiments.data.load import load
    from experiments.devices.calibrate import profile_of
    from experiments.run.context import Context
    from experiments.run.display import Display
    from experiments.teachers.teach import fill, teacher_of

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
