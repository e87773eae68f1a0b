"""The trials of a search and its baselines, in the journal of the run."""

from dataclasses import dataclass, replace

from distill.stream import steps_per_epoch
from experiments.run.context import Context
from search.journal import Journal
from search.trial import Trial, TrialResult, results, results_of

ARMS = {
    "search": "the search",
    "random": "random search, equal seconds",
    "mobilenet": "MobileNet, the widest that fits",
    "winner": "the winner, trained anew",
    "winner_alone": "the winner, without a teacher",
}
"""Every arm, in words."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """The students that an arm trained with one seed."""

    arm: str
    seed: int
    results: tuple[TrialResult, ...]
    """Students that were trained to the end; their trials are the names of their weights."""
    tried: int
    """Students in all, with those that were left on an earlier rung and those that failed."""
    epochs: int
    seconds: float
    """Of all trainings together."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Records:
    """Trials by arm and seed; one of the arms, with the experiment's own seed, is the run's own search."""

    context: Context
    """Of the run."""

    def trained(self, arm: str, seed: int) -> Trained:
        """All trainings of an arm so far."""
        journal, epochs = self.journal(arm, seed), self.rungs(arm)
        trials = journal.records(Trial)
        trained = results(trials)
        return Trained(
            arm=arm,
            seed=seed,
            results=tuple(
                replace(result, trial=self.name(arm, seed, result.trial))
                for result in results_of(journal, len(epochs) - 1)
            ),
            tried=len({trial.trial for trial in trials}),
            epochs=sum(epochs[result.rung] for result in trained),
            seconds=sum(result.seconds for result in trained),
        )

    def accuracies(self, seed: int) -> list[dict[str, float]]:
        """For each rung of a search the accuracies on it, by student."""
        journal = self.journal("search", seed)
        return [
            {result.trial: result.validation_accuracy for result in results_of(journal, rung)}
            for rung in range(len(self.rungs("search")))
        ]

    def rungs(self, arm: str) -> tuple[int, ...]:
        """Epochs on each rung: but for the search, every arm trains for those of all rungs at once; without a teacher,
        and so without unlabelled examples, for as many steps."""
        experiment, splits = self.context.experiment, self.context.data.splits
        epochs = experiment.search.epochs
        if arm == "winner_alone":
            sets = (splits.seen(taught=taught) for taught in (True, False))
            with_teacher, alone = (steps_per_epoch(examples, experiment.student.batch_size) for examples in sets)
            return (round(sum(epochs) * with_teacher / alone),)
        return epochs if arm == "search" else (sum(epochs),)

    def is_own(self, arm: str, seed: int) -> bool:
        """True for the search of the run itself."""
        return arm == "search" and seed == self.context.experiment.seed

    def name(self, arm: str, seed: int, trial: str) -> str:
        """A trial's name among all of the run, whose own trials are numbers."""
        return trial if self.is_own(arm, seed) else f"{arm}-{seed}-{trial}"

    def journal(self, arm: str, seed: int) -> Journal:
        """The part of the run's journal with an arm's trials."""
        whole = self.context.journal
        return whole if self.is_own(arm, seed) else whole.part(f"baseline {arm} {seed}")
