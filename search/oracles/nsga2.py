"""Evolution of a whole front."""

from search.front import crowding, fronts
from search.oracles.generations import Generations, Tried, at_most


class Nsga2Oracle(Generations):
    """NSGA-II (Deb 2002) over error, latency and bytes: tournaments by front, then by distance to neighbours on it.

    Its constrained domination is trivial here, since only students that keep the budget are ever tried. For the most
    accurate student alone it is a genetic algorithm over the error.
    """

    def __init__(self, judge, *, trials: int, **options):
        # Students that survive, and those of a generation.
        self._population = at_most(16, trials // 6)
        population = self._population
        super().__init__(judge, trials=trials, generation=population, initial=population, **options)

    def propose(self, trained, pending, rng):
        ranks: list[tuple[int, float, Tried]] = []
        wanted = slice(1 if self._best else None)
        for number, front in enumerate(fronts(trained, lambda tried: tried.objectives[wanted])):
            distances = crowding([tried.objectives[wanted] for tried in front])
            ranks += [(number, -distance, tried) for distance, tried in zip(distances, front)]
        ranks.sort(key=lambda rank: rank[:2])
        survivors = ranks[: self._population]

        def parent() -> dict:
            return min((rng.choice(survivors), rng.choice(survivors)), key=lambda rank: rank[:2])[2].values

        child = self.crossed(parent(), parent(), rng)
        return self.mutated(child, rng)
