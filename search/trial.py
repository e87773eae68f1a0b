"""Trials of a search: results and failures, as the journal keeps them."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from deploy.cost import StudentCost
from search.errors import SearchError
from search.genotype import Genotype
from search.journal import Records


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One student after one rung of training."""

    kind: ClassVar[str] = "trial"

    trial: str
    """Number of the trial, as text of fixed length."""
    rung: int
    """0 for the first training; a survivor goes on to rung 1, and so on."""
    genotype: Genotype

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @staticmethod
    def from_record(record: dict[str, Any]) -> "Trial":
        """The inverse of `to_record`, of results and of failures."""
        return (TrialFailure if "failure" in record else TrialResult).from_record(record)


@dataclass(frozen=True, kw_only=True)
class TrialResult(Trial):
    """A training that came to its end."""

    validation_accuracy: float
    """Of the float model, from 0 to 1."""
    cost: StudentCost
    seconds: float
    """Time spent on this rung."""

    def objectives(self) -> tuple[float, float, float]:
        """Error, latency and bytes, each to be small."""
        return (1 - self.validation_accuracy, self.cost.latency_ms or 0.0, self.cost.size_bytes)

    @staticmethod
    def from_record(record: dict[str, Any]) -> "TrialResult":
        """The inverse of `to_record`."""
        parts = {field.name: record[field.name] for field in fields(TrialResult)}
        genotype, cost = Genotype.from_record(record["genotype"]), StudentCost(**record["cost"])
        return TrialResult(**{**parts, "genotype": genotype, "cost": cost})


@dataclass(frozen=True, kw_only=True)
class TrialFailure(Trial):
    """A training that was given up."""

    failure: str
    """Reason, in words."""

    @staticmethod
    def from_record(record: dict[str, Any]) -> "TrialFailure":
        """The inverse of `to_record`."""
        return TrialFailure(
            trial=record["trial"],
            rung=record["rung"],
            genotype=Genotype.from_record(record["genotype"]),
            failure=record["failure"],
        )


Evaluate = Callable[[str, int, Genotype, StudentCost], TrialResult]
"""Train one student for one rung: (trial, rung, genotype, estimated cost) to its result."""


class TrialFailed(SearchError, RuntimeError):
    """`Evaluate` raises this for a student that cannot be trained; three in a row end the search."""


def results(trials: Iterable[Trial]) -> list[TrialResult]:
    """The trainings that came to their end."""
    return [trial for trial in trials if isinstance(trial, TrialResult)]


def results_of(journal: Records, rung: int) -> list[TrialResult]:
    """The results of one rung in the order they came; failed trials have none."""
    return [result for result in results(journal.records(Trial)) if result.rung == rung]


def last_rungs(trials: Iterable[Trial]) -> list[TrialResult]:
    """Each trial's result on the last rung that it reached."""
    return list({result.trial: result for result in results(trials)}.values())
