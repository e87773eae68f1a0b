"""A proposal of an oracle, as the journal keeps it."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A trial as the oracle handed it out."""

    kind: ClassVar[str] = "proposal"

    trial: str
    values: dict[str, Any]
    """Keras Tuner's."""
    memory: dict[str, Any]
    """State of the oracle after the proposal, beside the trials; JSON values."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Proposal":
        """The inverse of `to_record`."""
        return cls(trial=record["trial"], values=record["values"], memory=record["memory"])
