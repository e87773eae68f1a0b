"""The search: the oracle proposes inside the budget, `evaluate` trains, the journal remembers, rungs sift."""

import functools
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

import keras_tuner
from keras_tuner.errors import FatalError

from search.choices import propose, values_of
from search.genotype import Genotype
from search.journal import Journal
from search.oracles.choose import choose_oracle
from search.oracles.proposal import Proposal
from search.problem import Problem
from search.rungs import Rungs
from search.settings import Search
from search.trial import Evaluate, Trial, TrialResult, results_of
from search.tuner import Tuner


def search(
    problem: Problem,
    settings: Search,
    evaluate: Evaluate,
    *,
    seed: int,
    journal: Journal,
    folder: Path,
    workers: int = 1,
    start: Sequence[Genotype] = (),
    in_time: Callable[[int], bool] = lambda rung: True,
    on_result: Callable[[TrialResult], None] = lambda result: None,
    on_refusals: Callable[[dict[str, int]], None] = lambda causes: None,
) -> tuple[TrialResult, ...]:
    """Search a space inside a budget; goes on from what the journal holds.

    Args:
        evaluate: trains one student for one rung; it is called only for genotypes whose estimate keeps the budget, and
            from as many threads as there are workers.
        folder: where Keras Tuner keeps its cache.
        workers: trainings that go on at once.
        start: genotypes of the space to try first.
        in_time: False once no further training of a rung may begin; one is trained on each rung all the same.
        on_result: called with each result once the journal has it.
        on_refusals: called once with the number of draws refused by cause.

    Raises:
        SearchFailed: three trials in a row failed; the journal keeps what was finished.
        SpaceExhausted: nothing was found that keeps the budget.
        ValueError: a genotype of `start` is not of the space.

    Returns:
        The results of the last rung, ranked by Pareto front, then by accuracy; or by accuracy alone, by the aim.
    """
    oracle = choose_oracle(
        settings,
        problem.judge,
        seed=seed,
        start=[values_of(problem.space, genotype) for genotype in start],
        on_proposal=journal.append,
        in_time=lambda: in_time(0),
    )
    rungs = Rungs(settings, evaluate, journal, on_result)
    tuners = [
        Tuner(oracle, _Proposals(problem), rungs, folder, worker=number, early=settings.early)
        for number in range(workers)
    ]
    accuracies = {
        (trial.trial, trial.rung): trial.validation_accuracy if isinstance(trial, TrialResult) else None
        for trial in journal.records(Trial)
    }
    oracle.restore(journal.records(Proposal), accuracies)
    together([tuner.search for tuner in tuners], workers, rungs.stop)
    if oracle.failure is not None:
        raise oracle.failure
    on_refusals(dict(oracle.refusals))
    last = len(settings.survivors)
    for rung in range(1, last + 1) if settings.oracle != "hyperband" else ():
        promotions = [functools.partial(rungs.promote, survivor) for survivor in rungs.survivors(rung)]
        later = [functools.partial(_if_in_time, promote, rung, in_time) for promote in promotions[1:]]
        together([*promotions[:1], *later], workers, rungs.stop)
    return settings.order(results_of(journal, last))


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


def _if_in_time(promote: Callable[[], None], rung: int, in_time: Callable[[int], bool]) -> None:
    if in_time(rung):
        promote()


class _Proposals(keras_tuner.HyperModel):
    """The hypermodel that Keras Tuner asks for choices: `build` gives a genotype, and no model."""

    def __init__(self, problem: Problem):
        super().__init__()
        self._problem = problem

    def build(self, hp):
        """The genotype that `hp` chooses."""
        return propose(self._problem.space, self._problem.task, hp)
