"""The search: Keras Tuner proposes, `evaluate` trains, the journal remembers, and survivors go on by rung."""

from collections.abc import Callable
from pathlib import Path

import keras_tuner
from keras_tuner.engine.base_tuner import BaseTuner
from keras_tuner.errors import FailedTrialError, FatalError
from keras_tuner.src import config

from deploy.budget import Budget
from deploy.latency_profile import LatencyProfile
from search.estimate import estimate
from search.front import ranked
from search.genotype import Genotype
from search.journal import Journal
from search.oracle import BudgetedOracle
from search.rungs import Rungs
from search.space import Space, propose
from search.trial import Evaluate, TrialResult

# The only switch there is: otherwise Keras Tuner prints a traceback for each trial that diverges.
config.DEBUG = False


class TrialFailed(RuntimeError):
    """`evaluate` raises this for a student that cannot be trained; three in a row end the search."""


class SearchFailed(RuntimeError):
    """Three trials in a row failed; the message has the cause of the last."""


class _Tuner(BaseTuner):
    """Keras Tuner's loop over the first rung. Its own files are a cache; the journal is the memory."""

    def __init__(
        self, oracle: BudgetedOracle, hypermodel, journal: Journal, evaluate: Evaluate, on_result, folder: Path
    ):
        super().__init__(oracle, hypermodel, directory=str(folder), project_name="keras_tuner", overwrite=True)
        self._journal = journal
        self._evaluate = evaluate
        self._on_result = on_result
        for record in journal.records("trial"):
            if record["rung"] == 0:
                accuracy = record.get("validation_accuracy")
                key = Genotype.from_record(record["genotype"]).key
                oracle.restore(record["trial"], record["values"], key, accuracy, record["seed_state"])

    def run_trial(self, trial, *_args, **_options):
        genotype, cost, _ = self.oracle.judge(trial.hyperparameters)
        memory = dict(values=trial.hyperparameters.values, seed_state=self.oracle.seed_state)
        try:
            result = self._evaluate(trial.trial_id, 0, genotype, cost)
        except TrialFailed as error:
            failed = dict(trial=trial.trial_id, rung=0, genotype=genotype.to_record(), failure=str(error))
            self._journal.append("trial", **failed, **memory)
            raise FailedTrialError(str(error)) from error
        except Exception as error:
            # Keras Tuner would note an invalid trial and go on; `search` raises the error itself again.
            raise FatalError(str(error)) from error
        self._journal.append("trial", **result.to_record(), **memory)
        self._on_result(result)
        return {"validation_accuracy": result.validation_accuracy}


def search(
    space: Space,
    rungs: Rungs,
    budget: Budget,
    profile: LatencyProfile,
    evaluate: Evaluate,
    *,
    input_shape: tuple[int, int, int],
    classes: int,
    seed: int,
    journal: Journal,
    folder: Path,
    on_result: Callable[[TrialResult], None] = lambda result: None,
    on_refusals: Callable[[dict[str, int]], None] = lambda causes: None,
) -> tuple[TrialResult, ...]:
    """Search a space inside a budget; goes on from what the journal holds.

    Args:
        profile: predicts latency on the budget's device.
        evaluate: trains one student for one rung; it is called only for genotypes whose estimate keeps the budget.
        folder: where Keras Tuner keeps its cache.
        on_result: called with each result once the journal has it.
        on_refusals: called once with the number of draws refused by cause.

    Raises:
        SearchFailed: three trials in a row failed; the journal keeps what was finished.

    Returns:
        The results of the last rung, ranked by Pareto front, then by accuracy.
    """

    def judge(hp: keras_tuner.HyperParameters):
        genotype = propose(space, hp, input_shape=input_shape, classes=classes)
        cost = estimate(genotype, profile)
        # What the profile cannot predict cannot be promised to keep any budget.
        causes = budget.broken_by(cost) if cost.latency_ms is not None else ("outside the latency profile",)
        return genotype, cost, causes

    oracle = BudgetedOracle(judge, trials=rungs.trials, seed=seed)
    hypermodel = _Proposals(space, input_shape, classes)
    try:
        _Tuner(oracle, hypermodel, journal, evaluate, on_result, folder).search()
    except FatalError as error:
        raise error.__cause__ or error from None
    except RuntimeError as error:
        # Keras Tuner's own message for it has a traceback in it.
        if "consecutive failures" not in str(error):
            raise
        failure = journal.records("trial")[-1]["failure"]
        raise SearchFailed(f"three trials in a row failed, the last because {failure}") from error
    on_refusals(dict(oracle.refusals))

    for rung, count in enumerate(rungs.survivors, start=1):
        done = {result.trial for result in results_of(journal, rung)}
        for survivor in ranked(results_of(journal, rung - 1), TrialResult.objectives)[:count]:
            if survivor.trial not in done:
                try:
                    result = evaluate(survivor.trial, rung, survivor.genotype, survivor.cost)
                except TrialFailed:
                    continue
                journal.append("trial", **result.to_record())
                on_result(result)
    return ranked(results_of(journal, len(rungs.survivors)), TrialResult.objectives)


def results_of(journal: Journal, rung: int) -> list[TrialResult]:
    """The results of one rung in the order they came; failed trials have none."""
    records = journal.records("trial")
    return [TrialResult.from_record(r) for r in records if r["rung"] == rung and "failure" not in r]


class _Proposals(keras_tuner.HyperModel):
    """What Keras Tuner asks for choices: `build` gives a genotype, and no model."""

    def __init__(self, space: Space, input_shape: tuple[int, int, int], classes: int):
        super().__init__()
        self._arguments = dict(space=space, input_shape=input_shape, classes=classes)

    def build(self, hp):
        """The genotype that `hp` chooses."""
        return propose(hp=hp, **self._arguments)
