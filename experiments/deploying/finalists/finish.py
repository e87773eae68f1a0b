"""The finalists' stage: each of the best students becomes several files, each of them trained, proven and bundled."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from deploy.compress.compression import parsed
from deploy.compress.ladder import Attempt
from distill.bank.teacher_bank import TeacherBank
from experiments.deploying.finalists.early_files import EARLY, early_file_of
from experiments.deploying.finalists.file_time import FileTime
from experiments.deploying.finalists.file_training import weight_of
from experiments.deploying.finalists.finalist_file import Source, begun_run, compressing_of, file_name, finalist_file
from experiments.deploying.finalists.grown import GROWING_WEIGHT, GROWN, grown_student, pruned_into_budget
from experiments.reports.summary import latency_text
from experiments.run.context import Context
from experiments.run.outcome import Finalist, Scored
from experiments.teachers.ready import ReadyTeacher
from search.trial import TrialResult


@dataclass(frozen=True, kw_only=True)
class PlannedFile:
    """A file that is to be made of a student."""

    result: TrialResult
    compression: str | None
    """None is the file of a student that was grown and pruned."""

    @property
    def name(self) -> str:
        """Of the file."""
        trial = self.result.trial
        return f"{trial}-{GROWN}" if self.compression is None else file_name(trial, self.compression)

    @property
    def weight(self) -> float:
        """Of its trainings."""
        return GROWING_WEIGHT if self.compression is None else weight_of(self.compression)


def finish(
    context: Context, ranking: Sequence[Scored], bank: TeacherBank | None, teacher: ReadyTeacher | None
) -> tuple[Finalist, ...]:
    """Make files of the best students; returns all, proven or not, the best validation accuracy first."""
    settings = context.experiment.finalists
    kinds = (*settings.compressions, *([None] if settings.grow > 1 else []))
    planned = [
        PlannedFile(result=student.result, compression=kind) for student in ranking[: settings.count] for kind in kinds
    ]
    done = {finalist.name for finalist in context.journal.records(Finalist)}
    early = {file.name: early_file_of(context, file.result) for file in planned if file.compression == EARLY}
    for finalist in filter(None, early.values()):
        if finalist.name not in done:
            context.journal.append(finalist)
    missing = [file for file in planned if file.name not in done and early.get(file.name) is None]
    context.display.stage("deploy", len(planned), done=len(planned) - len(missing))
    time = None
    if context.timetable is not None:
        time = FileTime(context.timetable, [file.weight for file in missing])
    load_test = functools.cache(context.data.load_test)
    source = Source(context=context, bank=bank, teacher=teacher, load_test=load_test, phases=time and time.phases)
    attempts: dict[str, list[Attempt]] = {}
    for file in missing:
        if time is not None and not time.begin(needed=not any(f.proven for f in context.journal.records(Finalist))):
            context.display.say(f"finalist {file.name}: left out, there is no time for it")
            continue
        _make(source, file, attempts.setdefault(file.result.trial, []))
        if time is not None:
            time.end()
    return tuple(sorted(context.journal.records(Finalist), key=Finalist.objectives))


def _make(source: Source, file: PlannedFile, attempts: list[Attempt]) -> None:
    """Make one file, and journal it if its compression is possible; `attempts` are its student's."""
    context, result = source.context, file.result
    run = begun_run(context, result, file.name)
    if file.compression is None:
        wider = grown_student(source, result, run)
        compressing = wider and compressing_of(source, wider, wider.trial, run)
        attempt = compressing and pruned_into_budget(compressing)
        result, why = replace(wider or result, trial=result.trial), "no wider student can be pruned into the budget"
    else:
        compressing = compressing_of(source, result, result.trial, run)
        attempt = compressing.attempt(parsed(file.compression))
        why = attempt.refused
    if compressing is None or attempt is None or attempt.refused:
        context.display.say(f"finalist {file.name}: not possible, {why}")
        run.log(tags={"potstill.failure": why})
        run.end("FAILED")
        return
    attempts.append(attempt)
    finalist = finalist_file(source, result, compressing, attempts, run, name=file.name)
    context.journal.append(finalist)
    context.display.step(f"finalist {file.name}")
    context.display.say(_line(finalist))


def _line(finalist: Finalist) -> str:
    verdict = "proven" if finalist.proven else f"not proven ({', '.join(finalist.failed_checks)})"
    return (
        f"finalist {finalist.trial}: {verdict} as {finalist.compression}, "
        f"{finalist.validation_accuracy:.2%} on validation, {finalist.size_bytes / 1e3:.1f} kB, "
        f"{latency_text(finalist.latency_ms, finalist.latency_source)} on {finalist.device}"
    )
