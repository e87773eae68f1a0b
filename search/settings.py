"""Settings of a search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from search.front import ranked
from search.trial import TrialResult

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
    start: str = "known"
    """Students to try first: known, which are references of the field and fronts of Potstill's own searches for inputs
    of this size, as far as the space has them; the name of an experiment that was run before; a .json file of
    genotypes; or none."""
    aim: Literal["front", "best"] | None = None
    """Proposals and survivors for the whole front of accuracy, latency and bytes, or for the most accurate student
    inside the budget. None is best in a run in hours, else front. Keras Tuner's own oracles know accuracy alone."""

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

    def order(self, results: Sequence[TrialResult]) -> tuple[TrialResult, ...]:
        """Results in the order in which students go on: best front first, or the most accurate first."""
        if self.aim == "best":
            return tuple(sorted(results, key=TrialResult.objectives))
        return ranked(results, TrialResult.objectives)

    @property
    def early(self) -> bool:
        """True where students are promoted while the first rung still fills."""
        return self.promotion == "asynchronous" and self.oracle != "hyperband"
