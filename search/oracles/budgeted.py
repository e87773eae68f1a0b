"""What every oracle here has: it is Keras Tuner's, it proposes only what keeps the budget, and it can be resumed."""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras_tuner
from keras_tuner.engine import trial as kt_trial

from deploy.cost import StudentCost
from search.genotype import Genotype
from search.walk import network, walk


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is known of a proposal before it is trained."""

    genotype: Genotype
    cost: StudentCost
    causes: tuple[str, ...]
    """Why it is refused; empty when it is admitted."""


Judge = Callable[[dict], Verdict]
"""From Keras Tuner's values."""


class SpaceExhausted(RuntimeError):
    """So many draws were refused before the first was admitted that the search gave up; causes are counted."""


class Budgeted:
    """Goes before one of Keras Tuner's oracles among the bases of a class; redraws until `judge` admits a network that
    was not tried before, so that no trial is spent on what is refused. The objective is validation accuracy.
    """

    most_redraws = 2_000
    """After so many in a row that are refused, there is nothing left to propose."""

    def __init__(
        self,
        judge: Judge,
        *,
        seed: int,
        trials: int | None = None,
        start: Sequence[dict] = (),
        on_proposal: Callable[[dict], None] = lambda proposal: None,
        **options,
    ):
        """
        Args:
            trials: how many to propose; None leaves it to Keras Tuner's oracle.
            start: values to propose before any drawn ones, if they are admitted.
            on_proposal: called with each proposal before it is handed out.
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
        """How many draws were refused, by cause."""
        self.on_proposal = on_proposal
        self.failure: Exception | None = None
        """What ended the proposals early."""
        self.waits = False
        """Whether the last worker to ask was told to ask again, since others must finish first."""
        self._taken: set[tuple] = set()
        self._start = list(start)

    def populate_space(self, trial_id):
        # Keras Tuner would hold its lock for ever after an error in here, and other workers would wait for it.
        try:
            response = {"status": kt_trial.TrialStatus.STOPPED} if self.failure else self._proposal(trial_id)
        except Exception as error:
            self.failure = error
            response = {"status": kt_trial.TrialStatus.STOPPED}
        self.waits = response["status"] == kt_trial.TrialStatus.IDLE
        if response["status"] == kt_trial.TrialStatus.RUNNING:
            self.on_proposal(dict(trial=trial_id, values=response["values"], memory=self.memory()))
        return response

    def _proposal(self, trial_id: str) -> dict:
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
        """Whether the values belong to a student that is to be trained on, and not to a new one."""
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

    def work(self, trial) -> tuple[str, range]:
        """Which student a trial is about, and the rungs that it is to be trained on."""
        return trial.trial_id, range(1)

    def memory(self) -> dict:
        """What decides the next proposals beside the trials, as JSON values."""
        return {"seed_state": self._seed_state}

    def recall(self, memory: dict) -> None:
        """The inverse of `memory`."""
        self._seed_state = memory["seed_state"]

    def restore(self, proposals: Sequence[dict], outcomes: dict[tuple[str, int], float | None]) -> None:
        """Put back what an earlier launch of the search did.

        Args:
            proposals: what `on_proposal` was called with, in order.
            outcomes: accuracy by student and rung, None for a failure. A trial without one is handed out first.
        """
        for proposal in proposals:
            hyperparameters = self.hyperparameters.copy()
            hyperparameters.values = dict(proposal["values"])
            name = proposal["trial"]
            trial = kt_trial.Trial(hyperparameters=hyperparameters, trial_id=name, status=kt_trial.TrialStatus.RUNNING)
            self.trials[name] = trial
            self.start_order.append(name)
            self._record_values(trial)
            self._taken.add(network(walk(self.judge(trial.hyperparameters.values).genotype)))
            self._start = [start for start in self._start if start != proposal["values"]]
            self.recall(proposal["memory"])
            student, rungs = self.work(trial)
            if (student, rungs[-1]) not in outcomes:
                self._retry_queue.insert(0, name)
                continue
            accuracy = outcomes[student, rungs[-1]]
            self.end_order.append(name)
            if accuracy is None:
                trial.status = kt_trial.TrialStatus.FAILED
                continue
            trial.status = kt_trial.TrialStatus.COMPLETED
            self.update_trial(name, {self.objective.name: accuracy})
            self.score_trial(trial)
