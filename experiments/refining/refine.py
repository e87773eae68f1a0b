"""Refinement: the students that the search ranked best are trained from the teacher bank on a schedule of their own."""

import functools
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from distill.bank.teacher_bank import TeacherBank
from distill.divergence import TrainingDiverged
from experiments.refining.choose import students_to_refine
from experiments.run.context import Context
from experiments.run.records import Refined
from experiments.teachers.ready import ReadyTeacher
from experiments.teachers.teach import fill
from experiments.training.local_pool import WorkerDied
from experiments.training.student import Job, student_weights
from experiments.training.student_recipe import refine_recipe
from experiments.training.trainer import Train, open_trainer
from search.search import together
from search.trial import TrialResult

_LOGGING_SECONDS = 0.5


def refine(
    context: Context,
    ranking: Sequence[TrialResult],
    bank: TeacherBank | None,
    teacher: ReadyTeacher | None,
    on_student: Callable[[TrialResult], None] = lambda result: None,
) -> tuple[TrialResult, ...]:
    """Train the students that matter to the end; returns all students, ranked anew.

    A killed refinement goes on at the epoch it was at. A training that diverges leaves its student as it was.

    Args:
        ranking: results of the search's last rung.
        on_student: called with each student as it is taken.
    """
    settings = context.experiment.refine
    chosen = students_to_refine(ranking, settings.students, context.experiment.search.aim)
    if not chosen:
        return tuple(ranking)
    seconds = None if settings.hours is None else 3600 * settings.hours
    if context.timetable is not None:
        seconds = context.timetable.seconds("refine")
    began = time.monotonic()
    if settings.views is not None and teacher is not None:
        context = replace(context, experiment=replace(context.experiment, views=settings.views))
        bank = fill(context, teacher)
    with open_trainer(context, refine_recipe(context), bank) as train:
        refinement = Refinement(context=context, train=train)
        refinement.run(chosen, None if seconds is None else seconds - (time.monotonic() - began))
    refined = {result.trial: refinement.taken(result) for result in chosen}
    for result in refined.values():
        on_student(result)
    return context.experiment.search.order([refined.get(result.trial, result) for result in ranking])


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
            # By its own hours each training has its share of them, however many an earlier launch did.
            several = trainings if settings.hours is not None else missing
            seconds *= min(self.context.workers, len(several)) / len(several)
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

        logged = 0.0

        def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
            nonlocal logged
            with self.lock:
                # Thousands of epochs of a small student would take as long to log as to train.
                if time.monotonic() - logged >= _LOGGING_SECONDS:
                    run.log(metrics=metrics, step=epoch)
                    logged = time.monotonic()
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
