"""Training the baselines of a search, all inside its budget and by its recipe."""

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from deploy.cost import StudentCost
from deploy.latency.profile import LatencyProfile
from distill.divergence import TrainingDiverged
from experiments.baselines.records import ARMS, Records, Trained
from experiments.searching.search_students import first_tried
from experiments.training.local_pool import WorkerDied
from experiments.training.student import Job, OnEpoch
from search.genotype import Genotype
from search.rungs import Rungs
from search.search import search, together
from search.settings import Search
from search.trial import Evaluate, TrialFailed, TrialResult


@dataclass(frozen=True, kw_only=True, eq=False)
class Arms:
    """Trains what the journal does not have yet; each call returns what it has then."""

    records: Records
    profile: LatencyProfile
    trained: Callable[[Job, OnEpoch], float]
    """Trains a job; called from as many threads as there are workers."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def search(self, seed: int) -> Trained:
        """The search of the run; with another seed than the experiment's, its repetition."""
        context = self.records.context
        if not self.records.is_own("search", seed):
            self._advance("search", seed, self.records.trained("search", seed).epochs)
            self._search("search", seed, context.experiment.search, start=first_tried(context))
        return self.records.trained("search", seed)

    def random(self, seed: int) -> Trained:
        """Random students of the budget, each trained for all rungs' epochs at once, in the seconds of the search.

        They are begun while there are seconds left, as many at once as there are workers; the last may take longer,
        which is to random search's good. Ends early where the space has no further student.
        """
        epochs, goal = self.records.rungs("random"), self.search(seed)

        def done(so_far: Trained) -> int:
            """The share of the search's seconds that is used up, in its epochs."""
            return round(goal.epochs * min(1.0, so_far.seconds / goal.seconds))

        so_far, begun = self.records.trained("random", seed), -1
        self._advance("random", seed, done(so_far))
        while so_far.seconds < goal.seconds and so_far.tried > begun:
            before, begun = done(so_far), so_far.tried
            trials = begun + self.records.context.workers
            self._search("random", seed, Search(oracle="random", trials=trials, epochs=epochs, survivors=()))
            so_far = self.records.trained("random", seed)
            self._advance("random", seed, done(so_far) - before)
        return so_far

    def fixed(self, arm: str, students: dict[str, tuple[Genotype, StudentCost]], seeds: Sequence[int]) -> list[Trained]:
        """Fixed students, each trained for all rungs' epochs at once with every seed; one that diverges is left out."""
        settings, tasks = Search(trials=1, epochs=self.records.rungs(arm), survivors=()), []
        for seed in seeds:
            self._advance(arm, seed, self.records.trained(arm, seed).epochs)
            journal = self.records.journal(arm, seed)
            rungs = Rungs(settings, self._evaluator(arm, seed), journal, lambda result: None)
            tasks += [functools.partial(_train, rungs, name, *student) for name, student in students.items()]
        together(tasks, self.records.context.workers, lambda: None)
        return [self.records.trained(arm, seed) for seed in seeds]

    def _search(self, arm: str, seed: int, settings: Search, **options) -> None:
        context = self.records.context
        search(
            context.problem(self.profile),
            settings,
            self._evaluator(arm, seed),
            seed=seed,
            journal=self.records.journal(arm, seed),
            folder=context.folder / "baselines" / f"{arm}-{seed}",
            workers=context.workers,
            **options,
        )

    def _evaluator(self, arm: str, seed: int) -> Evaluate:
        rungs = self.records.rungs(arm)

        def evaluate(trial: str, rung: int, genotype: Genotype, cost: StudentCost) -> TrialResult:
            started = time.monotonic()

            def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
                # Random search comes to its end by seconds, not by epochs.
                steps = 0 if arm == "random" else 1
                self._advance(arm, seed, steps, f", student {trial}, rung {rung}, epoch {epoch}/{rungs[rung]}")

            job = Job(
                trial=self.records.name(arm, seed, trial),
                rung=rung,
                genotype=genotype,
                seed=seed,
                epochs=rungs[rung],
                taught=arm != "winner_alone",
                # Others are none of its space, or are what a user would have without one.
                inherits=arm == "search",
            )
            try:
                accuracy = self.trained(job, on_epoch)
            except (TrainingDiverged, WorkerDied) as error:
                raise TrialFailed(str(error)) from error
            seconds = time.monotonic() - started
            with self.lock:
                self.records.context.display.say(
                    f"{ARMS[arm]}, seed {seed}, student {trial}, rung {rung}: {accuracy:.2%} on validation: {genotype}"
                )
            return TrialResult(
                trial=trial, rung=rung, genotype=genotype, validation_accuracy=accuracy, cost=cost, seconds=seconds
            )

        return evaluate

    def _advance(self, arm: str, seed: int, steps: int, where: str = "") -> None:
        with self.lock:
            self.records.context.display.step(f"{ARMS[arm]}, seed {seed}{where}", steps)


def _train(rungs: Rungs, name: str, genotype: Genotype, cost: StudentCost) -> None:
    with contextlib.suppress(TrialFailed):
        rungs.train(name, 0, genotype, cost)
