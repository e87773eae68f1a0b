"""Keras Tuner's loop: the oracle proposes, the student is trained, the oracle gets its accuracy."""

import time
from pathlib import Path

import keras_tuner
from keras_tuner.engine.base_tuner import BaseTuner
from keras_tuner.errors import FailedTrialError, FatalError
from keras_tuner.src import config

from search.oracles.budgeted import Budgeted
from search.rungs import Rungs
from search.trial import TrialFailed

# The only switch there is: otherwise Keras Tuner prints a traceback for each trial that diverges.
config.DEBUG = False

_IDLE_SECONDS = 0.05


class Tuner(BaseTuner):
    """One worker's loop; several share an oracle. Keras Tuner's own files are a cache; the journal is the memory."""

    def __init__(
        self,
        oracle: Budgeted,
        hypermodel: keras_tuner.HyperModel,
        rungs: Rungs,
        folder: Path,
        *,
        worker: int = 0,
        early: bool = False,
    ):
        """
        Args:
            folder: where Keras Tuner keeps its cache.
            worker: a number of its own.
            early: promote students while the first rung still fills.
        """
        super().__init__(oracle, hypermodel, directory=str(folder), project_name="keras_tuner", overwrite=True)
        self.tuner_id = f"worker{worker}"
        self._budgeted, self._rungs, self._early = oracle, rungs, early

    def pre_create_trial(self):
        # A worker that waits for others would wait for ever once one of them has failed.
        self._rungs.require_going()
        if self._early:
            self._rungs.promote_early()
        if self._budgeted.waits:
            time.sleep(_IDLE_SECONDS)

    def run_trial(self, trial, *_args, **_options):
        verdict = self._budgeted.judge(trial.hyperparameters.values)
        student, rungs = self._budgeted.work(trial)
        assert rungs, "a trial trains at least one rung"
        accuracy = 0.0
        try:
            for rung in rungs:
                accuracy = self._rungs.train(student, rung, verdict.genotype, verdict.cost).validation_accuracy
        except TrialFailed as error:
            raise FailedTrialError(str(error)) from error
        except Exception as error:
            # Keras Tuner would note an invalid trial and go on; the search raises the error itself again.
            raise FatalError(str(error)) from error
        return {"validation_accuracy": accuracy}
