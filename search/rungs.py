"""How long students train, and who goes on."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rungs:
    """Successive halving (Jamieson & Talwalkar 2016): how long to train, and who goes on."""

    trials: int = 24
    """Students trained on the first rung."""
    epochs: tuple[int, ...] = (8, 24)
    """Epochs on each rung; weights are carried on from the one before."""
    survivors: tuple[int, ...] = (8,)
    """Students that go on to the second rung, the third, and so on."""

    def __post_init__(self):
        if self.trials < 1 or min(self.epochs, default=0) < 1 or min(self.survivors, default=1) < 1:
            raise ValueError(
                f"search.trials {self.trials}, search.epochs {self.epochs} and search.survivors {self.survivors} "
                "must each be 1 or more, with at least one rung"
            )
        if len(self.survivors) != len(self.epochs) - 1:
            raise ValueError(
                f"search.epochs names {len(self.epochs)} rungs, so search.survivors needs {len(self.epochs) - 1} "
                f"numbers; given: {self.survivors}"
            )
