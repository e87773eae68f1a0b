"""The finalists' stage: each of the best students becomes several files, each of them trained, proven and bundled."""

import functools
from collections.abc import Sequence
from dataclasses import replace

from deploy.compress.compression import parsed
from deploy.compress.ladder import Attempt
from distill.bank.teacher_bank import TeacherBank
from experiments.deploying.compressing import Compressing
from experiments.deploying.file_training import weight_of
from experiments.deploying.finalist_file import Source, begun_run, compressing_of, file_name, finalist_file
from experiments.deploying.grown import GROWING_WEIGHT, GROWN, grown_student, pruned_into_budget
from experiments.hours.phases import Phases
from experiments.reports.summary import latency_text
from experiments.run.context import Context
from experiments.run.outcome import Finalist, Scored
from experiments.run.tracking import Run
from experiments.teachers.ready import ReadyTeacher
from search.trial import TrialResult


def finish(
    context: Context, ranking: Sequence[Scored], bank: TeacherBank | None, teacher: ReadyTeacher | None
) -> tuple[Finalist, ...]:
    """Make files of the best students; returns all, proven or not, the best validation accuracy first."""
    settings = context.experiment.finalists
    chosen = [student.result for student in ranking[: settings.count]]
    phases = None
    if context.timetable is not None:
        weight = sum(map(weight_of, settings.compressions)) + (settings.grow > 1) * GROWING_WEIGHT
        files = len(settings.compressions) + (settings.grow > 1)
        proofs_s = len(chosen) * files * context.timetable.plan.rates.file_s
        phases = Phases(context.timetable.seconds("deploy") - proofs_s, len(chosen) * weight)
    load_test = functools.cache(context.data.load_test)
    source = Source(context=context, bank=bank, teacher=teacher, load_test=load_test, phases=phases)
    finishing = Finishing(source)
    context.display.stage(
        "deploy",
        len(chosen) * (len(settings.compressions) + (settings.grow > 1)),
        done=len(context.journal.records(Finalist)),
    )
    for result in chosen:
        finishing.student(result)
    finalists = context.journal.records(Finalist)
    return tuple(sorted(finalists, key=lambda f: (-f.validation_accuracy, f.latency_ms, f.size_bytes)))


class Finishing:
    """Makes the files that the journal does not have yet."""

    def __init__(self, source: Source):
        self._source = source
        self._done = {finalist.name for finalist in source.context.journal.records(Finalist)}

    def student(self, result: TrialResult) -> None:
        """All files of one student."""
        context = self._source.context
        settings, attempts = context.experiment.finalists, []
        for text in settings.compressions:
            name = file_name(result.trial, text)
            if name in self._done:
                continue
            run = begun_run(context, result, name)
            compressing = compressing_of(self._source, result, result.trial, run)
            attempts.append(compressing.attempt(parsed(text)))
            self._file(result, compressing, attempts, run, name)
        if settings.grow > 1 and f"{result.trial}-{GROWN}" not in self._done:
            self._grown(result, attempts)

    def _grown(self, result: TrialResult, attempts: list[Attempt]) -> None:
        """The file of a student that was wider, pruned back into the budget."""
        context, name = self._source.context, f"{result.trial}-{GROWN}"
        run = begun_run(context, result, name)
        wider = grown_student(self._source, result, run)
        compressing = wider and compressing_of(self._source, replace(wider, trial=name), name, run)
        pruned = compressing and pruned_into_budget(compressing)
        if wider is None or compressing is None or pruned is None:
            context.display.say(f"finalist {result.trial}: no wider student can be pruned into the budget")
            run.end("FAILED")
            return
        self._file(wider, compressing, [*attempts, pruned], run, name)

    def _file(
        self, result: TrialResult, compressing: Compressing, attempts: Sequence[Attempt], run: Run, name: str
    ) -> None:
        context, attempt = self._source.context, attempts[-1]
        if attempt.refused:
            context.display.say(f"finalist {name}: not possible, {attempt.refused}")
            run.log(tags={"potstill.failure": attempt.refused})
            run.end("FAILED")
            return
        finalist = finalist_file(self._source, result, compressing, attempts, run, name=name)
        context.journal.append(finalist)
        context.display.step(f"finalist {name}")
        context.display.say(_line(finalist))


def _line(finalist: Finalist) -> str:
    verdict = "proven" if finalist.proven else f"not proven ({', '.join(finalist.failed_checks)})"
    return (
        f"finalist {finalist.trial}: {verdict} as {finalist.compression}, "
        f"{finalist.validation_accuracy:.2%} on validation, {finalist.size_bytes / 1e3:.1f} kB, "
        f"{latency_text(finalist.latency_ms, finalist.latency_source)} on {finalist.device}"
    )
