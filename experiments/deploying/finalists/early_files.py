"""Proven files while a run goes on, so that there is always one to pull: each more accurate than the one before."""

import functools
import threading
import time
from collections.abc import Sequence

from deploy.compress.compression import parsed
from experiments.deploying.finalists.finalist_file import Source, begun_run, compressing_of, finalist_file
from experiments.run.context import Context
from experiments.run.outcome import Finalist
from experiments.run.records import EarlyFile
from experiments.teachers.ready import ReadyTeacher
from search.front import pareto_front
from search.trial import TrialResult

EARLY = "int8"
"""Compression of early files: as they are, without training in int8."""
_SHARE = 0.05
"""Share of a run's time that early files may take."""
_GAIN = 0.002
"""Least gain of accuracy on validation that is worth a file."""


class EarlyFiles:
    """Makes a file of a student where it is better than the last, and there was none for some time."""

    def __init__(self, context: Context, teacher: ReadyTeacher | None):
        self._context = context
        load_test = functools.cache(context.data.load_test)
        self._source = Source(context=context, bank=None, teacher=teacher, load_test=load_test)
        self._lock = threading.Lock()
        self._next = 0.0

    def files(self) -> tuple[Finalist, ...]:
        """Those of the run, proven or not."""
        return tuple(record.finalist for record in self._context.journal.records(EarlyFile))

    def best(self) -> Finalist | None:
        """The most accurate on validation of those that were proven, or None."""
        proven = [finalist for finalist in self.files() if finalist.proven]
        return max(proven, key=lambda finalist: finalist.validation_accuracy, default=None)

    def offer(self, result: TrialResult) -> None:
        """Prove and log the file of a student that was just trained, if that is worth its time.

        A run that goes by numbers of epochs has none.
        """
        if self._context.timetable is None:
            return
        with self._lock:
            best = self.best()
            if time.monotonic() < self._next or early_file_of(self._context, result) is not None:
                return
            if best is not None and result.validation_accuracy < best.validation_accuracy + _GAIN:
                return
            began = time.monotonic()
            name = _name(result)
            run = begun_run(self._context, result, name, title="early file")
            compressing = compressing_of(self._source, result, name, run)
            attempts = [compressing.attempt(parsed(EARLY))]
            finalist = finalist_file(self._source, result, compressing, attempts, run, name=name)
            self._context.journal.append(EarlyFile(finalist=finalist))
            ended = time.monotonic()
            self._next = ended + (ended - began) / _SHARE
            verdict = "proven" if finalist.proven else f"not proven ({', '.join(finalist.failed_checks)})"
            self._context.display.say(
                f"early file of student {result.trial}: {verdict}, {finalist.validation_accuracy:.2%} on validation, "
                f"{finalist.size_bytes / 1e3:.1f} kB, in {ended - began:.0f} s"
            )


def early_file_of(context: Context, result: TrialResult) -> Finalist | None:
    """The early file of a student as it is now, or None."""
    records = context.journal.records(EarlyFile)
    return next((record.finalist for record in records if record.finalist.name == _name(result)), None)


def _name(result: TrialResult) -> str:
    return f"{result.trial}-rung{result.rung}"


def with_early(finalists: Sequence[Finalist], early: Sequence[Finalist]) -> tuple[Finalist, ...]:
    """Finalists beside the early files on the Pareto front of all proven files, the best validation accuracy first."""
    names = {finalist.name for finalist in finalists}
    others = [file for file in early if file.name not in names]
    front = pareto_front([file for file in (*finalists, *others) if file.proven], Finalist.objectives)
    return tuple(sorted([*finalists, *(file for file in others if file in front)], key=Finalist.objectives))
