"""Refinement: the students that the search ranked best are trained from the teacher bank on a schedule of their own."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from distill.bank.teacher_bank import TeacherBank
from experiments.hours.timetable import StageTime
from experiments.refining.choose import students_to_refine
from experiments.refining.refinement import Refinement
from experiments.run.context import Context
from experiments.teachers.ready import ReadyTeacher
from experiments.teachers.teach import fill
from experiments.training.student_recipe import refine_recipe
from experiments.training.trainer import open_trainer
from search.trial import TrialResult


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
    end = stage_end(context)
    if settings.views is not None and teacher is not None:
        context = replace(context, experiment=replace(context.experiment, views=settings.views))
        bank = fill(context, teacher)
    with open_trainer(context, refine_recipe(context), bank) as train:
        refinement = Refinement(context=context, train=train)
        refinement.run(chosen, None if end is None else max(0.0, end - context.clock()))
    refined = {result.trial: refinement.taken(result) for result in chosen}
    for result in refined.values():
        on_student(result)
    return context.experiment.search.order([refined.get(result.trial, result) for result in ranking])


def stage_end(context: Context) -> float | None:
    """The end of the stage by the run's clock, settled when the stage first begins; None where it goes by epochs."""
    hours = context.experiment.refine.hours
    if context.timetable is not None:
        stage_time = context.timetable.time("refine")
    elif hours is not None:
        begun = [record for record in context.journal.records(StageTime) if record.stage == "refine"]
        settled = StageTime(stage="refine", began_s=context.clock(), seconds=3600 * hours)
        stage_time = begun[0] if begun else context.journal.append(settled)
    else:
        return None
    return stage_time.began_s + stage_time.seconds
