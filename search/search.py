"""The search: the oracle proposes inside the budget, `evaluate` trains, the journal remembers, rungs sift."""

import functools
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

import keras_tuner
from keras_tuner.errors import FatalError

from deploy.budget import Budget
from deploy.latency.profile import LatencyProfile
from search.estimate import estimate
from search.front import ranked
from search.genotype import Genotype
from search.journal import Journal
from search.oracles.budgeted import Verdict
from search.oracles.choose import oracle_of
from search.rungs import Students
from search.settings import Search
from search.space import Space, choices, genotype_of, propose
from search.task import Task
from search.trial import Evaluate, TrialResult, results_of
from search.tuner import Tuner


def search(
    space: Space,
    task: Task,
    settings: Search,
    budget: Budget,
    profile: LatencyProfile,
    evaluate: Evaluate,
    *,
    seed: int,
    journal: Journal,
    folder: Path,
    workers: int = 1,
    start: Sequence[Genotype] = (),
    on_result: Callable[[TrialResult], None] = lambda result: None,
    on_refusals: Callable[[dict[str, int]], None] = lambda causes: None,
) -> tuple[TrialResult, ...]:
    """Search a space inside a budget; goes on from what the journal holds.

    Args:
        profile: predicts latency on the budget's device.
        evaluate: trains one student for one rung; it is called only for genotypes whose estimate keeps the budget, and
            from as many threads as there are workers.
        folder: where Keras Tuner keeps its cache.
        workers: trainings that go on at once.
        start: genotypes of the space to try first.
        on_result: called with each result once the journal has it.
        on_refusals: called once with the number of draws refused by cause.

    Raises:
        SearchFailed: three trials in a row failed; the journal keeps what was finished.
        SpaceExhausted: nothing was found that keeps the budget.
        ValueError: a genotype of `start` is not of the space.

    Returns:
        The results of the last rung, ranked by Pareto front, then by accuracy.
    """

    def judge(values: dict) -> Verdict:
        genotype = genotype_of(space, task, values)
        cost = estimate(genotype, profile)
        # What the profile cannot predict cannot be promised to keep any budget.
        causes = budget.broken_by(cost) if cost.latency_ms is not None else ("outside the latency profile",)
        return Verdict(genotype=genotype, cost=cost, causes=causes)

    oracle = oracle_of(
        settings,
        judge,
        seed=seed,
        start=[choices(space, genotype) for genotype in start],
        on_proposal=lambda proposal: journal.append("proposal", **proposal),
    )
    students = Students(settings, evaluate, journal, on_result)
    tuners = [
        Tuner(oracle, _Proposals(space, task), students, folder, worker=number, early=settings.early)
        for number in range(workers)
    ]
    outcomes = {(each["trial"], each["rung"]): each.get("validation_accuracy") for each in journal.records("trial")}
    oracle.restore(journal.records("proposal"), outcomes)
    together([tuner.search for tuner in tuners], workers, students.stop)
    if oracle.failure is not None:
        raise oracle.failure
    on_refusals(dict(oracle.refusals))
    last = len(settings.survivors)
    for rung in range(1, last + 1) if settings.oracle != "hyperband" else ():
        chosen = students.survivors(rung)
        together([functools.partial(students.promote, each) for each in chosen], workers, students.stop)
    return ranked(results_of(journal, last), TrialResult.objectives)


def together(tasks: Sequence[Callable[[], object]], workers: int, stop: Callable[[], None]) -> None:
    """Run tasks, so many at once; the first error, or Ctrl-C, stops them all and is raised."""
    try:
        if workers == 1:
            for task in tasks:
                task()
            return
        pool = ThreadPoolExecutor(workers)
        futures = [pool.submit(task) for task in tasks]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
            for future in futures:
                if future.done():
                    future.result()
        except BaseException:
            stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()
    except FatalError as error:
        raise error.__cause__ or error from None


class _Proposals(keras_tuner.HyperModel):
    """What Keras Tuner asks for choices: `build` gives a genotype, and no model."""

    def __init__(self, space: Space, task: Task):
        super().__init__()
        self._space, self._task = space, task

    def build(self, hp):
        """The genotype that `hp` chooses."""
        return propose(self._space, self._task, hp)
