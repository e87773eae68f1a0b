"""What a trial gave."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from deploy.cost import StudentCost
from search.genotype import Genotype
from search.journal import Journal


@dataclass(frozen=True, kw_only=True)
class TrialResult:
    """One student after one rung of training."""

    trial: str
    """Number of the trial, as text of fixed length."""
    rung: int
    """0 for the first training; a survivor goes on to rung 1, and so on."""
    genotype: Genotype
    validation_accuracy: float
    """Of the float model, from 0 to 1."""
    cost: StudentCost
    seconds: float
    """Time spent on this rung."""

    def objectives(self) -> tuple[float, float, float]:
        """Error, latency and bytes, each to be small."""
        return (1 - self.validation_accuracy, self.cost.latency_ms or 0.0, self.cost.size_bytes)

    def to_record(self) -> dict:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict) -> "TrialResult":
        """The inverse of `to_record`."""
        fields = {key: value for key, value in record.items() if key in cls.__dataclass_fields__}
        fields["genotype"] = Genotype.from_record(fields["genotype"])
        fields["cost"] = StudentCost(**fields["cost"])
        return cls(**fields)


Evaluate = Callable[[str, int, Genotype, StudentCost], TrialResult]
"""Train one student for one rung: (trial, rung, genotype, estimated cost) to its result."""


class TrialFailed(RuntimeError):
    """`Evaluate` raises this for a student that cannot be trained; three in a row end the search."""


def results_of(journal: Journal, rung: int) -> list[TrialResult]:
    """The results of one rung in the order they came; failed trials have none."""
    records = journal.records("trial")
    return [TrialResult.from_record(r) for r in records if r["rung"] == rung and "failure" not in r]


def last_rungs(records: list[dict]) -> list[TrialResult]:
    """Each trial's result on the last rung that it reached, from the journal's records of trials."""
    last = {}
    for record in records:
        if "failure" not in record:
            last[record["trial"]] = TrialResult.from_record(record)
    return list(last.values())
