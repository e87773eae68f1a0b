"""Settings of a search."""

from dataclasses import dataclass
from typing import Literal

OracleName = Literal["random", "bayesian", "hyperband", "evolution", "nsga2", "hypervolume"]


@dataclass(frozen=True, kw_only=True)
class Search:
    """The oracle, the rungs' epochs, and the survivors (successive halving, Jamieson & Talwalkar 2016)."""

    oracle: OracleName = "hypervolume"
    """The proposals: of Keras Tuner's random, bayesian or hyperband; of aging evolution; of nsga2; or of hypervolume,
    which learns accuracy from trained students and grows the front."""
    trials: int = 24
    """Students trained on the first rung. Hyperband makes them up to whole brackets."""
    epochs: tuple[int, ...] = (8, 24)
    """Epochs on each rung; weights are carried on from the one before."""
    survivors: tuple[int, ...] = (8,)
    """Students that go on to the second rung, the third, and so on. Hyperband has its own."""
    promotion: Literal["synchronous", "asynchronous"] = "synchronous"
    """Students go on once their rung is full, or as soon as they are among the best of those so far (ASHA, Li
    2020), which keeps many workers busy, but depends on who is done first."""

    supernet_epochs: int = 0
    """Epochs of a supernet, whose weights students start from; 0 starts them from random ones."""
    start: str | None = None
    """Students to try first: the name of an experiment that was run before, or a .json file of genotypes."""

    def __post_init__(self):
        if self.trials < 1 or min(self.epochs, default=0) < 1 or min(self.survivors, default=1) < 1:
            raise ValueError(
                f"search.trials {self.trials}, search.epochs {self.epochs} and search.survivors {self.survivors} "
                "must each be 1 or more, with at least one rung"
            )
        if self.supernet_epochs < 0:
            raise ValueError(f"search.supernet_epochs is {self.supernet_epochs}: it must be 0, for none, or more")
        if len(self.survivors) != len(self.epochs) - 1:
            raise ValueError(
                f"search.epochs names {len(self.epochs)} rungs, so search.survivors needs {len(self.epochs) - 1} "
                f"numbers; given: {self.survivors}"
            )

    @property
    def early(self) -> bool:
        """True where students are promoted while the first rung still fills."""
        return self.promotion == "asynchronous" and self.oracle != "hyperband"
