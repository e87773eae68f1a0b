"""The search's stage: trains a supernet where one is asked for, and searches inside the budget."""

import itertools
from collections.abc import Callable

from deploy.latency.profile import LatencyProfile
from distill.bank.teacher_bank import TeacherBank
from experiments.hours.ranking import FIRST_RUNG
from experiments.hours.timetable import Timetable
from experiments.run.context import Context
from experiments.run.records import Refusals, Start
from experiments.searching.evaluator import evaluator
from experiments.searching.supernet import train_supernet
from experiments.searching.warm_start import warm_start
from experiments.training.student_recipe import student_recipe
from experiments.training.trainer import open_trainer
from search.genotype import Genotype
from search.search import search
from search.trial import Trial, TrialResult


def search_students(
    context: Context,
    bank: TeacherBank | None,
    profile: LatencyProfile,
    on_student: Callable[[TrialResult], None] = lambda result: None,
) -> tuple[TrialResult, ...]:
    """Search inside the budget; returns the last rung's results, best front first.

    Args:
        on_student: called with each student that was trained.

    Raises:
        SearchError: three trainings in a row failed, or nothing keeps the budget.
    """
    experiment, settings = context.experiment, context.experiment.search
    # A supernet is trained in the time of the search.
    in_time = _in_time(context.timetable)
    train_supernet(context, bank, profile)
    # No more can go on than there are.
    counts = list(itertools.accumulate((settings.trials, *settings.survivors), min))
    total = sum(count * epochs for count, epochs in zip(counts, settings.epochs))
    finished = context.journal.records(Trial)
    done = sum(settings.epochs[trial.rung] for trial in finished)
    # Hyperband's brackets decide for themselves how long they train.
    context.display.stage("search", None if settings.oracle == "hyperband" else total, done=done)
    if finished:
        context.display.say(f"going on: {len(finished)} of {sum(counts)} trainings were finished before")

    def on_result(result: TrialResult) -> None:
        cost = result.cost
        assert cost.latency_ms is not None, "what the profile cannot predict is never trained"
        context.display.say(
            f"trial {result.trial}, rung {result.rung}: {result.validation_accuracy:.2%} on validation, "
            f"{cost.size_bytes / 1e3:.1f} kB, {1e3 * cost.latency_ms:.0f} µs (both estimated): {result.genotype}"
        )
        on_student(result)

    def on_refusals(causes: dict[str, int]) -> None:
        if causes:
            context.journal.append(Refusals(causes=causes))
            counts = ", ".join(f"{count} for {cause}" for cause, count in sorted(causes.items()))
            context.display.say(f"refused before any training: {counts}")

    with open_trainer(context, student_recipe(context), bank) as train:
        return search(
            context.problem(profile),
            settings,
            evaluator(context, train),
            seed=experiment.seed,
            journal=context.journal,
            folder=context.folder,
            workers=context.workers,
            start=first_tried(context),
            in_time=in_time,
            on_result=on_result,
            on_refusals=on_refusals,
        )


def _in_time(timetable: Timetable | None) -> Callable[[int], bool]:
    """Whether the time of the search allows a further training of a rung."""
    if timetable is None:
        return lambda rung: True
    time, clock = timetable.time("search"), timetable.clock
    return lambda rung: clock() - time.began_s < (FIRST_RUNG if rung == 0 else 1) * time.seconds


def first_tried(context: Context) -> list[Genotype]:
    """Genotypes that the search tries first: those of the first launch, whatever was run since."""
    start = context.journal.last(Start)
    if start is None:
        experiment = context.experiment
        genotypes = warm_start(
            experiment.search.start,
            experiment.space,
            context.data.task,
            besides=context.folder,
            say=context.display.say,
        )
        start = context.journal.append(Start(genotypes=tuple(genotypes)))
    return list(start.genotypes)
