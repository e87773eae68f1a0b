"""The students that a search in hours trains, and for how long; a search without time to rank them trains one."""

import math
from dataclasses import dataclass

from experiments.experiment import Experiment
from experiments.hours.division import Durations
from experiments.hours.rates import Rates

FIRST_RUNG = 0.6
"""Share of the search for its first rung."""
_STEPS, _EPOCHS = 200, 3
"""Steps and epochs of training after which students can be ranked at all: sooner, those are ahead that learn fast."""
_MOST_TRIALS, _FEWEST_TRIALS = 40, 4
_SURVIVORS = 4
"""One of so many goes on to the second rung."""


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Trials and rungs of a search, as `Search` has them."""

    trials: int
    epochs: tuple[int, ...]
    survivors: tuple[int, ...]
    seconds: float

    @property
    def work(self) -> str:
        """In words."""
        if not self.survivors:
            return f"1 student of {self.epochs[0]} epoch, there is no time to rank several"
        first, second = self.epochs
        return f"{self.trials} students of {first} epochs, {self.survivors[0]} of {second} more"


def ranking_in(
    seconds: float, experiment: Experiment, durations: Durations, rates: Rates, *, examples: int, refined: int
) -> Ranking:
    """The ranking that there is time for in so many seconds.

    Args:
        examples: of the training split.
        refined: students that the ranking must end with at least.
    """
    epoch_s = durations.epoch_s
    epochs = max(_EPOCHS, math.ceil(_STEPS * experiment.student.batch_size / examples))
    first_s = FIRST_RUNG * seconds
    fitting = int(first_s / (rates.start_s + epochs * epoch_s))
    if fitting < _FEWEST_TRIALS:
        return Ranking(trials=1, epochs=(1,), survivors=(), seconds=min(seconds, rates.start_s + epoch_s))
    trials = min(_MOST_TRIALS, fitting)
    survivors = max(refined, trials // _SURVIVORS)
    second_s = (seconds - first_s) / survivors
    return Ranking(
        trials=trials,
        epochs=(
            max(1, int((first_s / trials - rates.start_s) / epoch_s)),
            max(1, int((second_s - rates.start_s) / epoch_s)),
        ),
        survivors=(survivors,),
        seconds=seconds,
    )
