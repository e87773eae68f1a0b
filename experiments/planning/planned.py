"""The plan of a run in hours: made once, shown, kept in the journal and in MLflow, and applied to the context."""

import json
import random
from dataclasses import dataclass, replace

from deploy.latency.profile import LatencyProfile
from experiments.deploying.finalists.early_files import EarlyFiles
from experiments.hours.divide import divide
from experiments.hours.plan import Plan
from experiments.hours.timetable import StageTime, Timetable, minutes
from experiments.planning.first_file import first_file
from experiments.planning.measure_rates import measure_rates
from experiments.reports.plan import plan_text
from experiments.run.context import Context
from experiments.run.tracking import flat
from experiments.searching.search_students import first_tried
from experiments.teachers.ready import ReadyTeacher
from experiments.teachers.teach import teacher_of
from search.choices import sample, smallest
from search.genotype import Genotype

_DRAWS, _ENOUGH = 20_000, 200


@dataclass(frozen=True, kw_only=True, eq=False)
class PlannedHours:
    """A plan with the values that it was made from."""

    plan: Plan
    student: Genotype
    """Of the first file; speeds were measured with it."""
    teacher: ReadyTeacher | None
    """The run's, where it was brought and is ready therefore."""


def plan_hours(context: Context, profile: LatencyProfile) -> PlannedHours:
    """Measure speeds and plan a run in hours; nothing is trained or logged. Raises `UserError` for too few hours."""
    context.display.stage("plan")
    teacher, student = brought_teacher(context), first_student(context, profile)
    return PlannedHours(plan=make_plan(context, student, teacher), student=student, teacher=teacher)


def begin_hours(context: Context, hours: PlannedHours, profile: LatencyProfile) -> Context:
    """Prove the first file of a run; returns the context that keeps to the plan."""
    context = keeping_to(context, hours.plan)
    first_file(context, hours.student, profile, EarlyFiles(context, None))
    return context


def brought_teacher(context: Context) -> ReadyTeacher | None:
    """The run's teacher where it is brought, opened and checked; None where one is trained, or nothing teaches."""
    experiment = context.experiment
    settings = experiment.teacher
    # Assistants are trained, which is no part of planning.
    ready = settings.source and not settings.assistants and experiment.distillation.stages
    return teacher_of(context) if ready else None


def make_plan(context: Context, student: Genotype, teacher: ReadyTeacher | None) -> Plan:
    """The plan of the run: that of its first launch, else a new one from measured speeds. Raises `UserError`."""
    earlier = context.journal.last(Plan)
    if earlier is not None:
        return earlier
    experiment = context.experiment
    assert experiment.hours is not None, "only a run in hours has a plan"
    rates = measure_rates(context, student, teacher)
    examples = len(context.data.splits.seen(taught=True))
    alone, assistants = 0 if experiment.teacher.source else experiment.teacher.count, len(experiment.teacher.assistants)
    return divide(
        experiment,
        hours=experiment.hours,
        examples=examples,
        rates=rates,
        elapsed_s=context.clock(),
        teachers=alone + assistants if experiment.distillation.stages else 0,
        # Assistants are taught, and so see unlabelled examples too.
        teacher_examples=alone * len(context.data.train) + assistants * examples,
    )


def keeping_to(context: Context, plan: Plan) -> Context:
    """The context of a run that keeps to a plan, which is journaled, shown and logged."""
    if context.journal.last(Plan) is None:
        text = plan_text(plan)
        context.display.say(f"the plan of {plan.hours:g} hours:\n{text}")
        context.journal.append(plan)
        context.parent.log_text(text, "plan.txt")
        context.parent.log_text(json.dumps(plan.to_record(), indent=1), "plan.json")
        figures = {name: value for name, value in flat(plan.to_record()["rates"]).items() if value is not None}
        context.parent.log(metrics={f"plan_{name}": value for name, value in figures.items()})
    timetable = Timetable(
        plan=plan,
        clock=context.clock,
        say=context.display.say,
        begun={time.stage: time for time in context.journal.records(StageTime)},
        keep=context.journal.append,
    )
    if timetable.begun:
        context.display.say(
            f"going on in stage {list(timetable.begun)[-1]}, {minutes(max(0.0, timetable.left()))} of {plan.hours:g} "
            "hours are left"
        )
    return replace(context, experiment=plan.applied(context.experiment), timetable=timetable)


def first_student(context: Context, profile: LatencyProfile) -> Genotype:
    """The student of the first file: the first start that keeps the budget, else the one of many with most weights."""
    problem = context.problem(profile)
    for genotype in first_tried(context):
        if not problem.verdict(genotype).causes:
            return genotype
    rng, inside = random.Random(f"first {context.experiment.seed}"), []
    for _ in range(_DRAWS):
        verdict = problem.verdict(sample(problem.space, problem.task, rng))
        if not verdict.causes:
            inside.append(verdict)
        if len(inside) == _ENOUGH:
            break
    if not inside:
        return smallest(problem.space, problem.task)
    return max(inside, key=lambda verdict: verdict.cost.params).genotype
