"""CPU-seconds until the search matches stock random search, on CIFAR-10 inside the bytes of MLPerf Tiny's ResNet-8.

Stock random search is Keras Tuner's: students are drawn from the same space, each is trained to the end, and the budget
is checked afterwards. Both train with the same code, teacher bank, examples and epochs; accuracy is that on validation.
CPU-seconds are those of this process and its one thread, from the first proposal on; the teacher bank and the latency
profile, which are made once for a space, are not counted. Finished searches are kept: an interrupted run goes on.
"""

import statistics
from dataclasses import asdict, dataclass, replace

import tyro

from deploy.budget import Budget
from deploy.digests import key_of
from experiments.benchmarks.cases.race import SearchDone, Searched, timed_search
from experiments.benchmarks.cases.report import Goal, report
from experiments.cifar10 import EXPERIMENT as CIFAR10
from experiments.experiment import Experiment
from experiments.run import home
from search.journal import Journal
from search.settings import Search

BUDGET = Budget(size_bytes=98_496)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The searches to compare."""

    seeds: tuple[int, ...] = (0, 1, 2)
    """Seeds of both searches."""
    examples: int = 3_000
    """Training examples."""
    stock_trials: int = 24
    """Students that stock random search trains."""
    epochs: int = 5
    """Epochs of each student, on both sides in one go: a rung of fewer would be 22 steps or so, which tell nothing."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""

    @property
    def experiment(self) -> Experiment:
        """The students' training, but for the search's rungs."""
        return replace(
            CIFAR10,
            data=replace(CIFAR10.data, train_examples=self.examples, validation_fraction=0.04),
            views=self.epochs,
            budget=BUDGET,
            student=replace(CIFAR10.student, precision="float32"),
        )

    @property
    def search(self) -> Search:
        """Potstill's search, as its users have it but for its length and its one rung."""
        return Search(trials=3 * self.stock_trials, epochs=(self.epochs,), survivors=())

    def key(self, searching: Search, seed: int) -> str:
        """Names everything that decides the result of one side's search, but for our code."""
        parts = (self.experiment.to_json(), asdict(searching), seed)
        return key_of(parts)


@dataclass(frozen=True, kw_only=True)
class Race:
    """Both searches of a seed."""

    seed: int
    stock: Searched
    ours: Searched
    cpu_ratio: float
    """Of stock random search to ours; 0 where ours did not match it in half of the time."""


def main(settings: Settings) -> None:
    """Run both searches and compare."""
    from experiments.training.local_worker import start_tensorflow

    start_tensorflow(one_thread=True)
    folder = home.home() / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal(folder / "search_speed.jsonl")
    races = [_compared(settings, seed, journal) for seed in settings.seeds]
    speedup = statistics.median(race.cpu_ratio for race in races)
    wasted = sum(race.stock.seconds_over_budget for race in races) / sum(race.stock.cpu_seconds for race in races)
    lines = [
        f"{'seed':<6}{'stock best':>11}{'CPU s':>8}{'wall s':>8}{'inside':>8}"
        f"{'ours best':>13}{'CPU s':>8}{'wall s':>8}{'students':>10}{'CPU ratio':>11}",
        *(_line(race) for race in races),
        f"stock random search spent {wasted:.0%} of its CPU-seconds on students over the budget, ours none",
    ]
    goals = [
        Goal(goal="CPU-seconds of stock random search, times those of ours until it matched", target=8, figure=speedup),
        Goal(
            goal="students trained by ours that keep the budget",
            target=1.0,
            figure=min(race.ours.share_inside for race in races),
        ),
    ]
    figures = dict(
        budget=asdict(BUDGET), settings=asdict(replace(settings, json=False)), seeds=[asdict(race) for race in races]
    )
    report("search_speed", lines=lines, figures=figures, goals=goals, as_json=settings.json)


def _line(race: Race) -> str:
    stock, ours = race.stock, race.ours
    return (
        f"{race.seed:<6}{stock.best:>11.2%}{stock.cpu_seconds:>8.0f}{stock.wall_seconds:>8.0f}"
        f"{stock.share_inside:>8.0%}{ours.best:>13.2%}{ours.cpu_seconds:>8.0f}{ours.wall_seconds:>8.0f}"
        f"{ours.students:>10}{race.cpu_ratio:>11.1f}"
    )


def _compared(settings: Settings, seed: int, journal: Journal) -> Race:
    """Both searches of a seed, each only where the journal does not have it."""

    def once(searching: Search, budget: Budget, **limits: float) -> Searched:
        key = settings.key(searching, seed)
        for earlier in journal.records(SearchDone):
            if earlier.key == key:
                return earlier.searched
        result = timed_search(settings.experiment, searching, budget, seed, **limits)
        return journal.append(SearchDone(key=key, searched=result)).searched

    stock_search = Search(oracle="random", trials=settings.stock_trials, epochs=(settings.epochs,), survivors=())
    stock = once(stock_search, Budget())
    ours = once(settings.search, BUDGET, goal=stock.best, most_seconds=stock.cpu_seconds / 2)
    # Where ours did not match in half of the time, it counts as never.
    ratio = stock.cpu_seconds / ours.cpu_seconds if ours.best >= stock.best else 0.0
    return Race(seed=seed, stock=stock, ours=ours, cpu_ratio=ratio)


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.search_speed", description=__doc__))
