"""The trainings of refinement, each kept in the journal when it is finished."""

import functools
import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from distill.divergence import TrainingDiverged
from experiments.run.context import Context
from experiments.run.records import Refined
from experiments.training.local_pool import WorkerDied
from experiments.training.student import Job, student_weights
from experiments.training.trainer import Train
from search.search import together
from search.trial import TrialResult


@dataclass(frozen=True, kw_only=True, eq=False)
class Refinement:
    """The trainings of the stage; the journal has those that are finished."""

    context: Context
    train: Train
    lock: threading.RLock = field(default_factory=threading.RLock)
    """Workers' threads write to one display and one store."""

    def run(self, students: Sequence[TrialResult], seconds: float | None) -> None:
        """Train students that are not trained yet, as many at once as there are workers, in so many seconds."""
        settings, done = self.context.experiment.refine, self._done()
        trainings = [(result, start) for result in students for start in settings.starts]
        missing = [(result, start) for result, start in trainings if (result.trial, start) not in done]
        steps = None if seconds is not None else len(trainings) * settings.epochs
        self.context.display.stage("refine", steps, done=(len(trainings) - len(missing)) * settings.epochs)
        if seconds is not None and missing:
            seconds *= min(self.context.workers, len(missing)) / len(missing)
        together(
            [functools.partial(self._one, result, start, seconds) for result, start in missing],
            self.context.workers,
            lambda: None,
        )

    def taken(self, result: TrialResult) -> TrialResult:
        """The student as it is taken: by the start that is the most accurate on validation, else as it was."""
        starts = [record for record in self._done().values() if record.result.trial == result.trial]
        if not starts:
            return result
        best = max(starts, key=lambda record: record.result.validation_accuracy)
        folder, refined = self.context.folder, best.result
        weights = student_weights(folder, _name(result, best.start), refined.rung)
        shutil.copyfile(weights, student_weights(folder, refined.trial, refined.rung))
        return refined

    def _done(self) -> dict[tuple[str, str], Refined]:
        records = self.context.journal.records(Refined)
        return {(record.result.trial, record.start): record for record in records}

    def _one(self, result: TrialResult, start: str, seconds: float | None) -> None:
        context, settings, started = self.context, self.context.experiment.refine, time.monotonic()
        name = f"student {result.trial}, {start}"
        with self.lock:
            run = context.nested("refined", name)
            run.log(
                params={"genotype": result.genotype.key, "start": start},
                tags={"potstill.trial": result.trial},
                cost=result.cost,
            )

        def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
            with self.lock:
                run.log_epoch(epoch, metrics)
                of = "" if seconds is not None else f"/{settings.epochs}"
                accuracy = metrics.get("validation_accuracy")
                shown = "" if accuracy is None else f", {accuracy:.2%} on validation"
                context.display.step(f"{name}, epoch {epoch}{of}{shown}")

        job = Job(
            trial=_name(result, start),
            rung=result.rung + 1,
            genotype=result.genotype,
            epochs=settings.epochs,
            seconds=seconds,
            anew=start == "anew",
            continues=result.trial,
        )
        try:
            accuracy = self.train(job, on_epoch)
        except (TrainingDiverged, WorkerDied) as error:
            with self.lock:
                run.log(tags={"potstill.failure": str(error)})
                run.end("FAILED")
                context.display.say(f"{name}: given up, {error}")
            return
        with self.lock:
            refined = replace(result, rung=job.rung, validation_accuracy=accuracy, seconds=time.monotonic() - started)
            context.journal.append(Refined(start=start, result=refined))
            run.log(metrics={"refined_validation_accuracy": accuracy})
            run.end()
            context.display.say(
                f"{name}: {result.validation_accuracy:.2%} before, {accuracy:.2%} on validation now: {result.genotype}"
            )


def _name(result: TrialResult, start: str) -> str:
    """Of the files of one training."""
    return f"{result.trial}-{start}"
