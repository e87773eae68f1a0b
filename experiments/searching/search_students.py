"""The search's stage: each trial distilled from the bank and logged to MLflow."""

import random
import threading
import time
from collections.abc import Callable

from deploy.cost import StudentCost
from deploy.latency.profile import LatencyProfile
from distill.bank.teacher_bank import TeacherBank
from distill.divergence import TrainingDiverged
from distill.recipe import Recipe
from experiments.errors import UserError
from experiments.run.context import Context
from experiments.run.precision import settled_recipe
from experiments.run.records import Refusals, Start, TrialRun
from experiments.run.tracking import Run
from experiments.searching.supernet import train_supernet
from experiments.searching.warm_start import warm_start
from experiments.training.local_pool import WorkerDied
from experiments.training.student import Job, OnEpoch
from experiments.training.trainer import open_trainer
from search.build import build
from search.estimate import estimate
from search.genotype import Genotype
from search.oracles.budgeted import SpaceExhausted
from search.rungs import SearchFailed
from search.search import search
from search.space import sample
from search.trial import Evaluate, TrialFailed, TrialResult


def search_students(context: Context, bank: TeacherBank | None, profile: LatencyProfile) -> tuple[TrialResult, ...]:
    """Search inside the budget; returns the last rung's results, best front first."""
    experiment, settings = context.experiment, context.experiment.search
    train_supernet(context, bank, profile)
    counts = (settings.trials, *settings.survivors)
    total = sum(count * epochs for count, epochs in zip(counts, settings.epochs))
    finished = context.journal.records("trial")
    done = sum(settings.epochs[record["rung"]] for record in finished)
    # Hyperband's brackets decide for themselves how long they train.
    context.display.stage("search", None if settings.oracle == "hyperband" else total, done=done)
    if finished:
        context.display.say(f"going on: {len(finished)} of {sum(counts)} trainings were finished before")

    def on_result(result: TrialResult) -> None:
        cost = result.cost
        context.display.say(
            f"trial {result.trial}, rung {result.rung}: {result.validation_accuracy:.2%} on validation, "
            f"{cost.size_bytes / 1e3:.1f} kB, {1e3 * cost.latency_ms:.0f} µs (both estimated): {result.genotype}"
        )

    def on_refusals(causes: dict[str, int]) -> None:
        if causes:
            context.journal.append(Refusals(causes=causes))
            told = ", ".join(f"{count} for {cause}" for cause, count in sorted(causes.items()))
            context.display.say(f"refused before any training: {told}")

    try:
        with open_trainer(context, student_recipe(context), bank) as trained:
            return search(
                experiment.space,
                context.data.task,
                settings,
                context.graph_budget,
                profile,
                _evaluator(context, trained),
                seed=experiment.seed,
                journal=context.journal,
                folder=context.folder,
                workers=context.workers,
                start=first_tried(context),
                on_result=on_result,
                on_refusals=on_refusals,
            )
    except (SearchFailed, SpaceExhausted) as error:
        raise UserError(str(error)) from error


def first_tried(context: Context) -> list[Genotype]:
    """What the search tries first: as it was at the first launch, whatever was run since."""
    start = context.journal.last(Start)
    if start is None:
        settings = context.experiment.search
        genotypes = warm_start(settings.start, context.experiment.space, context.data.task, besides=context.folder)
        start = context.journal.append(Start(genotypes=tuple(genotypes)))
    return list(start.genotypes)


def student_recipe(context: Context) -> Recipe:
    """How students are trained, the precision settled."""
    experiment = context.experiment
    return settled_recipe(
        context, "students", experiment.student, lambda: build(_typical(context), seed=experiment.seed)
    )


def _evaluator(context: Context, trained: Callable[[Job, OnEpoch], float]) -> Evaluate:
    experiment = context.experiment
    earlier = context.journal.records("trial")
    best = max((record.get("validation_accuracy", 0.0) for record in earlier), default=0.0)
    # Workers' threads write to one display and one store.
    lock = threading.RLock()

    def evaluate(trial: str, rung: int, genotype: Genotype, cost: StudentCost) -> TrialResult:
        nonlocal best
        started = time.monotonic()
        first_step, epochs = sum(experiment.search.epochs[:rung]), experiment.search.epochs[rung]
        with lock:
            run = _trial_run(context, trial, genotype, cost)

        def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
            with lock:
                run.log(metrics=metrics, step=first_step + epoch)
                context.display.step(f"trial {trial}, rung {rung}, epoch {epoch}/{epochs}, best so far {best:.2%}")

        try:
            accuracy = trained(Job(trial=trial, rung=rung, genotype=genotype), on_epoch)
        except (TrainingDiverged, WorkerDied) as error:
            with lock:
                run.log(tags={"potstill.failure": str(error)})
                run.end("FAILED")
                context.display.say(f"trial {trial}, rung {rung}: given up, {error}")
            raise TrialFailed(str(error)) from error
        with lock:
            run.log(metrics={f"rung{rung}_validation_accuracy": accuracy})
            run.end()
            best = max(best, accuracy)
        return TrialResult(
            trial=trial,
            rung=rung,
            genotype=genotype,
            validation_accuracy=accuracy,
            cost=cost,
            seconds=time.monotonic() - started,
        )

    return evaluate


def _typical(context: Context) -> Genotype:
    """A student of middling work, to measure on."""
    space, task = context.experiment.space, context.data.task
    drawn = [sample(space, task, random.Random(number)) for number in range(25)]
    return sorted(drawn, key=lambda genotype: estimate(genotype, None).macs)[len(drawn) // 2]


def _trial_run(context: Context, trial: str, genotype: Genotype, cost: StudentCost) -> Run:
    for earlier in context.journal.records(TrialRun):
        if earlier.trial == trial:
            client = context.parent.client
            client.update_run(earlier.run_id, status="RUNNING")
            return Run(client, earlier.run_id)
    run = context.nested("trial", f"trial {trial}")
    stages = {
        f"stage{number}": str(stage).removeprefix("Stage(").removesuffix(")")
        for number, stage in enumerate(genotype.stages)
    }
    names = ("downscale", "stem_width", "stem_kernel", "stem_stride", "head_width")
    around = {name: getattr(genotype, name) for name in names}
    run.log(params={"genotype": genotype.key, **around, **stages}, cost=cost)
    context.journal.append(TrialRun(trial=trial, run_id=run.id))
    return run
