"""The rungs of a search: students are trained, remembered in the journal, and promoted."""

import contextlib
import threading
from collections.abc import Callable

from deploy.cost import StudentCost
from search.errors import SearchError
from search.genotype import Genotype
from search.journal import Journal
from search.settings import Search
from search.trial import Evaluate, Trial, TrialFailed, TrialFailure, TrialResult, results_of

_FAILURES = 3


class SearchFailed(SearchError, RuntimeError):
    """Three trials in a row failed; the message has the cause of the last."""


class Stopped(SearchError, RuntimeError):
    """The search is ending; nothing more is trained."""


class Rungs:
    """Trains what is not trained yet. Several threads may ask at once."""

    def __init__(
        self, settings: Search, evaluate: Evaluate, journal: Journal, on_result: Callable[[TrialResult], None]
    ):
        self._settings, self._evaluate, self._journal, self._on_result = settings, evaluate, journal, on_result
        self._lock, self._stopped = threading.Lock(), False
        self._begun = {(trial.trial, trial.rung) for trial in journal.records(Trial)}

    def train(self, trial: str, rung: int, genotype: Genotype, cost: StudentCost) -> TrialResult:
        """The result of one rung, from the journal if it was trained before. Raises `TrialFailed`, then too."""
        for earlier in self._journal.records(Trial):
            if (earlier.trial, earlier.rung) == (trial, rung):
                if isinstance(earlier, TrialFailure):
                    raise TrialFailed(earlier.failure)
                assert isinstance(earlier, TrialResult)
                return earlier
        self.require_going()
        try:
            result = self._evaluate(trial, rung, genotype, cost)
        except TrialFailed as error:
            with self._lock:
                self._journal.append(TrialFailure(trial=trial, rung=rung, genotype=genotype, failure=str(error)))
                last = self._journal.records(Trial)[-_FAILURES:]
            if len(last) == _FAILURES and all(isinstance(record, TrialFailure) for record in last):
                raise SearchFailed(f"three trials in a row failed, the last because {error}") from error
            raise
        with self._lock:
            self._journal.append(result)
        self._on_result(result)
        return result

    def stop(self) -> None:
        """Begin no further training."""
        self._stopped = True

    def require_going(self) -> None:
        """Raise `Stopped` once the search is ending."""
        if self._stopped:
            raise Stopped("another worker of the search failed")

    def promote(self, survivor: TrialResult) -> None:
        """Train a student on by one rung; one that fails is left behind."""
        with contextlib.suppress(TrialFailed):
            self.train(survivor.trial, survivor.rung + 1, survivor.genotype, survivor.cost)

    def promote_early(self) -> None:
        """Train on who is among the best so far, in the proportion of full rungs; highest rungs first."""
        while True:
            with self._lock:
                chosen = self._early()
                if chosen is None:
                    return
                self._begun.add((chosen.trial, chosen.rung + 1))
            self.promote(chosen)

    def _early(self) -> TrialResult | None:
        sizes = (self._settings.trials, *self._settings.survivors)
        for rung in reversed(range(1, len(sizes))):
            below = results_of(self._journal, rung - 1)
            wanted = len(below) * sizes[rung] // sizes[rung - 1]
            # ASHA has no such bound, and trains more than halving would as better students come in later.
            if sum(begun == rung for _, begun in self._begun) < wanted:
                for result in self._settings.order(below)[:wanted]:
                    if (result.trial, rung) not in self._begun:
                        return result
        return None

    def survivors(self, rung: int) -> list[TrialResult]:
        """The students of a rung, once the one before is full: those promoted early, and the best others."""
        below = self._settings.order(results_of(self._journal, rung - 1))
        early = [result for result in below if (result.trial, rung) in self._begun]
        others = [result for result in below if (result.trial, rung) not in self._begun]
        return [*early, *others][: self._settings.survivors[rung - 1]]
