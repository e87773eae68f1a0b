"""The search compared with its baselines: other students inside the same budget, trained, chosen and judged alike.

Each arm has several seeds: of initial weights, of the order of examples, of what an oracle draws. The teacher and its
bank are the run's. Students are chosen by their int8 files on validation; the test split is read once all are chosen.
"""

import functools
from collections.abc import Sequence
from dataclasses import replace

from deploy.latency.profile import LatencyProfile
from deploy.proof.accuracy import file_accuracy
from distill.bank.teacher_bank import TeacherBank
from experiments.baselines.arms import Arms
from experiments.baselines.comparison import Comparison, JudgedStudent
from experiments.baselines.figures import figures
from experiments.baselines.mobilenet import TEMPLATES, widest
from experiments.baselines.records import ARMS, Records, Trained
from experiments.baselines.report import write_report
from experiments.deploying.score import as_file, int8_file
from experiments.errors import UserError
from experiments.run.context import Context
from experiments.run.outcome import Scored
from experiments.run.records import BaselineJudged
from experiments.training.student_recipe import student_recipe
from experiments.training.trainer import open_trainer
from search.estimate import estimate
from search.oracles.budgeted import SpaceExhausted
from search.rungs import SearchFailed
from search.trial import Trial


def add_baselines(
    context: Context, bank: TeacherBank | None, profile: LatencyProfile, winner: str, count: int
) -> Comparison:
    """Compare a run's search with its baselines, write the report and log it.

    Args:
        winner: the trial of the run's winner.
        count: seeds of each arm, from the experiment's on.

    Raises:
        UserError: three trainings of an arm failed in a row.
    """
    try:
        with open_trainer(context, student_recipe(context), bank) as trained:
            arms = Arms(records=Records(context=context), profile=profile, trained=trained)
            comparison = compare(arms, winner, count)
    except (SearchFailed, SpaceExhausted) as error:
        raise UserError(f"--baselines: {error}") from error
    for path in write_report(context.folder / "report", comparison):
        context.parent.log_file(path)
    accuracies = {f"baseline_{name}_file_test_accuracy": arm.mean for name, arm in comparison.arms.items()}
    context.parent.log(metrics=accuracies)
    return comparison


def compare(arms: Arms, winner: str, count: int) -> Comparison:
    """Train the students that are not trained yet, choose on validation, judge on test."""
    records, context = arms.records, arms.records.context
    first = context.experiment.seed
    seeds = range(first, first + count)
    fixed, left_out = fixed_students(context, arms.profile, winner)
    fixed_epochs = sum(len(students) * sum(records.rungs(arm)) for arm, students in fixed.items())
    context.display.stage("baselines", (2 * count - 1) * records.trained("search", first).epochs + count * fixed_epochs)
    everything = [arms.search(seed) for seed in seeds] + [arms.random(seed) for seed in seeds]
    for arm, students in fixed.items():
        everything += arms.fixed(arm, students, seeds)
    left_out += [
        f"{ARMS[trained.arm]} with seed {trained.seed}, since no training came to its end"
        for trained in everything
        if not trained.results
    ]
    judged = _judge(context, _choose(context, [trained for trained in everything if trained.results]))
    return figures(judged, [records.accuracies(seed) for seed in seeds], seeds, left_out)


def fixed_students(context: Context, profile: LatencyProfile, winner: str) -> tuple[dict, list[str]]:
    """Students by arm and name with their costs, and what is left out and why."""
    experiment, problem = context.experiment, context.problem(profile)
    widths = {name: widest(template, problem) for name, template in TEMPLATES.items()}
    left_out = [f"{name}, which keeps the budget at no width" for name, student in widths.items() if student is None]
    genotype = next((trial.genotype for trial in context.journal.records(Trial) if trial.trial == winner), None)
    if genotype is None:
        raise UserError(f"the file that ships is of {winner}, no student of the search, which has no baselines")
    same = {winner: (genotype, estimate(genotype, profile))}
    arms = {"mobilenet": {name: student for name, student in widths.items() if student}, "winner": same}
    if "search" in experiment.distillation.stages:
        arms["winner_alone"] = same
    else:
        left_out.append("the winner without a teacher, since the search had none either (distillation.stages)")
    return {arm: students for arm, students in arms.items() if students}, left_out


def _choose(context: Context, everything: Sequence[Trained]) -> list[tuple[Trained, Scored]]:
    """The best student of each arm and seed, by its int8 file on validation."""
    apart = replace(context, journal=context.journal.part("baseline"), run=None)
    context.display.stage("files", sum(len(trained.results) for trained in everything))
    chosen = []
    for trained in everything:
        of_run = trained.arm == "search" and trained.seed == context.experiment.seed
        files = []
        for result in trained.results:
            files.append(as_file(context if of_run else apart, result))
            context.display.step(f"{ARMS[trained.arm]}, seed {trained.seed}")
        chosen.append((trained, min(files, key=Scored.objectives)))
    return chosen


def _judge(context: Context, chosen: Sequence[tuple[Trained, Scored]]) -> list[JudgedStudent]:
    """Run the chosen files on the test split."""
    load_test = functools.cache(context.data.load_test)
    judged = {record.trial: record.test_accuracy for record in context.journal.records(BaselineJudged)}
    rows = []
    for trained, scored in chosen:
        name = scored.result.trial
        if name not in judged:
            test = load_test()
            judged[name] = file_accuracy(int8_file(context, scored.result), test)
            context.journal.append(BaselineJudged(trial=name, test_accuracy=judged[name]))
        rows.append(
            JudgedStudent(
                arm=trained.arm,
                seed=trained.seed,
                student=name,
                tried=trained.tried,
                trained_to_the_end=len(trained.results),
                epochs=trained.epochs,
                seconds=trained.seconds,
                validation_accuracy=scored.file_validation_accuracy,
                test_accuracy=judged[name],
                size_bytes=scored.size_bytes,
                latency_ms=scored.latency_ms,
                keeps_budget=scored.keeps_budget,
                genotype=str(scored.result.genotype),
            )
        )
    return rows
