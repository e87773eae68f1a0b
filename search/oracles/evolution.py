"""Aging evolution."""

from search.oracles.generations import Generations, at_most

# Of so many of the population, the most accurate is the parent.
_SAMPLE = 5


class EvolutionOracle(Generations):
    """Regularized evolution (Real 2019): the best of a random sample of the youngest students is mutated."""

    def __init__(self, judge, *, trials: int, **options):
        self._population = at_most(20, trials // 5)
        super().__init__(judge, trials=trials, generation=None, initial=self._population, **options)

    def propose(self, trained, pending, rng):
        youngest = trained[-self._population :]
        parent = max(rng.sample(youngest, min(_SAMPLE, len(youngest))), key=lambda tried: tried.accuracy)
        return self.mutated(parent.values, rng)
