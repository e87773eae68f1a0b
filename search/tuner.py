"""Keras Tuner's loop: the oracle proposes, the student is trained, the oracle is told."""

import time
from pathlib import Path

import keras_tuner
from keras_tuner.engine.base_tuner import BaseTuner
from keras_tuner.errors import FailedTrialError, FatalError
from keras_tuner.src import config

from search.oracles.budgeted import Budgeted
from search.rungs import Students
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
        students: Students,
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
        self._students, self._early = students, early

    def pre_create_trial(self):
        # A worker that waits for others would wait for ever once one of them has failed.
        self._students.require_going()
        if self._early:
            self._students.promote_early()
        if self.oracle.waits:
            time.sleep(_IDLE_SECONDS)

    def run_trial(self, trial, *_args, **_options):
        verdict = self.oracle.judge(trial.hyperparameters.values)
        student, rungs = self.oracle.work(trial)
        try:
            for rung in rungs:
                result = self._students.train(student, rung, verdict.genotype, verdict.cost)
        except TrialFailed as error:
            raise FailedTrialError(str(error)) from error
        except Exception as error:
            # Keras Tuner would note an invalid trial and go on; the search raises the error itself again.
            raise FatalError(str(error)) from error
        return {"validation_accuracy": result.validation_accuracy}
