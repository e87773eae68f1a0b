"""The memory of an oracle: its state goes into each proposal, and an earlier launch's is taken up from the journal."""

from collections.abc import Sequence

import keras_tuner
from keras_tuner.engine import trial as kt_trial

from search.oracles.proposal import Proposal


class Resumable(keras_tuner.Oracle):
    """A mixin that goes before one of Keras Tuner's oracles among the bases of a class."""

    def work(self, trial) -> tuple[str, range]:
        """The student of a trial, and the rungs to train it on."""
        return trial.trial_id, range(1)

    def memory(self) -> dict:
        """The state, beside the trials, that decides the next proposals; JSON values."""
        return {"seed_state": self._seed_state}

    def recall(self, memory: dict) -> None:
        """The inverse of `memory`."""
        self._seed_state = memory["seed_state"]

    def handed_out(self, values: dict) -> None:
        """Called for each proposal of an earlier launch, in order."""
        raise NotImplementedError

    def restore(self, proposals: Sequence[Proposal], accuracies: dict[tuple[str, int], float | None]) -> None:
        """Take up the state in which an earlier launch of the search ended.

        Args:
            proposals: of the earlier launch, in order.
            accuracies: by student and rung, None for a failure. A trial without one is handed out first.
        """
        for proposal in proposals:
            hyperparameters = self.hyperparameters.copy()
            hyperparameters.values = dict(proposal.values)
            name = proposal.trial
            trial = kt_trial.Trial(hyperparameters=hyperparameters, trial_id=name, status=kt_trial.TrialStatus.RUNNING)
            self.trials[name] = trial
            self.start_order.append(name)
            self._record_values(trial)
            self.handed_out(proposal.values)
            self.recall(proposal.memory)
            student, rungs = self.work(trial)
            if (student, rungs[-1]) not in accuracies:
                self._retry_queue.insert(0, name)
                continue
            accuracy = accuracies[student, rungs[-1]]
            self.end_order.append(name)
            if accuracy is None:
                trial.status = kt_trial.TrialStatus.FAILED
                continue
            trial.status = kt_trial.TrialStatus.COMPLETED
            self.update_trial(name, {self.objective.name: accuracy})
            self.score_trial(trial)
