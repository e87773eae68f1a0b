"""Students of a run as points of accuracy, latency and bytes: as trials, as files of the last rung, as finalists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from experiments.run.outcome import Finalist, Scored
from search.front import pareto_front
from search.trial import TrialResult

Kind = Literal["trial", "scored", "finalist"]


@dataclass(frozen=True, kw_only=True)
class Point:
    """One student at one stage of its run."""

    kind: Kind
    """trial: float, cost estimated; scored and finalist: the int8 file, measured."""
    trial: str
    rung: int
    validation_accuracy: float
    latency_ms: float
    size_bytes: int
    macs: int
    genotype: str

    @property
    def latency_us(self) -> float:
        """Latency in microseconds."""
        return 1e3 * self.latency_ms

    def objectives(self) -> tuple[float, float, float]:
        """Error, latency and bytes, each to be small."""
        return (1 - self.validation_accuracy, self.latency_ms, self.size_bytes)


def front_of(results: Sequence[TrialResult]) -> tuple[TrialResult, ...]:
    """The Pareto front of trials over accuracy, latency and bytes, for a run that has no files yet."""
    return pareto_front(results, TrialResult.objectives)


def points_of(
    results: Sequence[TrialResult], scored: Sequence[Scored], finalists: Sequence[Finalist]
) -> tuple[Point, ...]:
    """All points of a run; trials without a latency have none."""
    genotypes = {result.trial: str(result.genotype) for result in results}
    rungs = {student.trial: student.result.rung for student in scored}
    return (
        *(
            Point(
                kind="trial",
                trial=result.trial,
                rung=result.rung,
                validation_accuracy=result.validation_accuracy,
                latency_ms=result.cost.latency_ms,
                size_bytes=result.cost.size_bytes,
                macs=result.cost.macs,
                genotype=genotypes[result.trial],
            )
            for result in results
            if result.cost.latency_ms is not None
        ),
        *(
            Point(
                kind="scored",
                trial=student.trial,
                rung=student.result.rung,
                validation_accuracy=student.file_validation_accuracy,
                latency_ms=student.latency_ms,
                size_bytes=student.size_bytes,
                macs=student.result.cost.macs,
                genotype=genotypes[student.trial],
            )
            for student in scored
        ),
        *(
            Point(
                kind="finalist",
                trial=finalist.trial,
                rung=rungs.get(finalist.trial, 0),
                validation_accuracy=finalist.validation_accuracy,
                latency_ms=finalist.latency_ms,
                size_bytes=finalist.size_bytes,
                macs=finalist.macs,
                genotype=finalist.genotype,
            )
            for finalist in finalists
        ),
    )
