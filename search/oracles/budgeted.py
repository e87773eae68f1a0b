"""The mixin of all oracles: proposes only students that keep the budget, none twice."""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import keras_tuner
from keras_tuner.engine import trial as kt_trial

from search.errors import SearchError
from search.oracles.proposal import Proposal
from search.oracles.resumable import Resumable
from search.problem import Judge, Verdict
from search.walk import network, walk


class SpaceExhausted(SearchError, RuntimeError):
    """So many draws were refused before the first was admitted that the search gave up; causes are counted."""


class Budgeted(Resumable):
    """A mixin that goes before one of Keras Tuner's oracles among the bases of a class.

    It redraws until `judge` admits a network that was not tried before, so that no trial is spent on a refused one. The
    objective is validation accuracy.
    """

    most_redraws = 2_000
    """Refused draws in a row after which there is nothing left to propose."""

    def __init__(
        self,
        judge: Judge,
        *,
        seed: int,
        trials: int | None = None,
        start: Sequence[dict] = (),
        on_proposal: Callable[[Proposal], object] = lambda proposal: None,
        in_time: Callable[[], bool] = lambda: True,
        **options,
    ):
        """
        Args:
            trials: number of proposals; None leaves it to Keras Tuner's oracle.
            start: values to propose before any drawn ones, if they are admitted.
            on_proposal: called with each proposal before it is handed out.
            in_time: False once there is no time for a further student; the first is proposed all the same.
            options: of Keras Tuner's oracle.
        """
        # Keras Tuner seeds each draw with a counter, so near seeds would draw nearly the same; and 0 would mean none.
        spread = int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:4], "big") % (2**31) + 1
        objective = keras_tuner.Objective("validation_accuracy", "max")
        super().__init__(objective=objective, seed=spread, **options)
        self.max_trials = trials
        # The search counts them itself: Keras Tuner raises inside its lock too.
        self.max_consecutive_failed_trials = math.inf
        self.verbose = 0
        self.judge = judge
        self.refusals = Counter()
        """Number of refused draws, by cause."""
        self.on_proposal, self.in_time = on_proposal, in_time
        self.failure: Exception | None = None
        """The error that ended the proposals early."""
        self.waits = False
        """The last worker to ask must ask again, since others must finish first."""
        self._taken: set[tuple] = set()
        self._start = list(start)

    def populate_space(self, trial_id):
        # Keras Tuner would hold its lock for ever after an error in here, and other workers would wait for it.
        try:
            stopped = {"status": kt_trial.TrialStatus.STOPPED}
            ends = self.failure is not None or (bool(self.trials) and not self.in_time())
            response: dict[str, Any] = stopped if ends else self._proposal(trial_id)
        except Exception as error:
            self.failure = error
            response = {"status": kt_trial.TrialStatus.STOPPED}
        self.waits = response["status"] == kt_trial.TrialStatus.IDLE
        if response["status"] == kt_trial.TrialStatus.RUNNING:
            self.on_proposal(Proposal(trial=trial_id, values=response["values"], memory=self.memory()))
        return response

    def _proposal(self, trial_id: str) -> dict[str, Any]:
        while self._start:
            response = {"status": kt_trial.TrialStatus.RUNNING, "values": self._start.pop(0)}
            if self._admitted(response["values"]):
                return response
        for _ in range(self.most_redraws):
            response = self.draw(trial_id)
            running = response["status"] == kt_trial.TrialStatus.RUNNING
            if not running or self.goes_on(response["values"]) or self._admitted(response["values"]):
                return response
        if self.trials:
            # There was something that keeps the budget, and all of it was tried.
            return {"status": kt_trial.TrialStatus.STOPPED}
        raise SpaceExhausted(
            f"{self.most_redraws} draws in a row were refused ({dict(self.refusals)}); widen the budget or the space"
        )

    def draw(self, trial_id: str) -> dict:
        """One proposal, whatever it costs."""
        return super().populate_space(trial_id)

    def goes_on(self, values: dict) -> bool:
        """True for values of a student that is to be trained on; False for a new student."""
        return False

    def admissible(self, values: dict) -> Verdict | None:
        """The verdict on values that may be tried; None for others, whose causes are counted."""
        verdict = self.judge(values)
        causes = verdict.causes or ("tried before",) * (network(walk(verdict.genotype)) in self._taken)
        self.refusals.update(causes)
        return None if causes else verdict

    def _admitted(self, values: dict) -> bool:
        verdict = self.admissible(values)
        if verdict is not None:
            self._taken.add(network(walk(verdict.genotype)))
        return verdict is not None

    def handed_out(self, values):
        self._taken.add(network(walk(self.judge(values).genotype)))
        self._start = [start for start in self._start if start != values]
