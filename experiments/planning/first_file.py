"""The first proven file of a run in hours: a student trained on labels alone, before there is a teacher."""

import time
from dataclasses import replace

from deploy.latency.profile import LatencyProfile
from distill.divergence import TrainingDiverged
from experiments.deploying.finalists.early_files import EarlyFiles
from experiments.run.context import Context
from experiments.training.student import Job
from experiments.training.student_recipe import student_recipe
from experiments.training.trainer import open_trainer
from search.genotype import Genotype
from search.trial import TrialResult

_TRIAL = "first"


def first_file(context: Context, genotype: Genotype, profile: LatencyProfile, early: EarlyFiles) -> None:
    """Train a student for the time of the stage and prove its file, unless an earlier launch proved one."""
    if early.best() is not None:
        return
    timetable = context.timetable
    assert timetable is not None, "only a run in hours has a first file"
    seconds = timetable.seconds("first") - timetable.plan.rates.file_s
    context.display.stage("first")

    def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
        context.display.step(f"epoch {epoch}")

    began = time.monotonic()
    job = Job(trial=_TRIAL, rung=0, genotype=genotype, epochs=1, seconds=seconds, taught=False, inherits=False)
    try:
        with open_trainer(replace(context, workers=1, cluster=None), student_recipe(context), None) as train:
            accuracy = train(job, on_epoch)
    except TrainingDiverged as error:
        context.display.say(f"no first file: {error}")
        return
    early.offer(
        TrialResult(
            trial=_TRIAL,
            rung=0,
            genotype=genotype,
            validation_accuracy=accuracy,
            cost=context.problem(profile).verdict(genotype).cost,
            seconds=time.monotonic() - began,
        )
    )
