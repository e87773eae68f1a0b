"""The search's stage: each trial distilled from the bank and logged to MLflow."""

import random
import shutil
import time

import tf_keras

from deploy.cost import CostReport
from deploy.latency_profile import LatencyProfile
from distill.bank import TeacherBank
from distill.divergence import TrainingDiverged
from distill.precision import computing_in
from distill.train import train
from distill.weights import save_weights
from experiments.context import Context
from experiments.errors import UserError
from experiments.settle import settled_recipe
from experiments.tracking import Run
from search.build import build
from search.estimate import estimate
from search.genotype import Genotype
from search.space import sample
from search.trial import Evaluate, TrialResult
from search.tuner import SearchFailed, TrialFailed, search


def student_weights(context: Context, trial: str, rung: int):
    """Where the weights of a trial after a rung are kept."""
    return context.folder / "students" / f"{trial}-rung{rung}.weights.h5"


def search_students(context: Context, bank: TeacherBank | None, profile: LatencyProfile) -> tuple[TrialResult, ...]:
    """Search inside the budget; returns the last rung's results, best front first."""
    experiment, rungs = context.experiment, context.experiment.search
    counts = (rungs.trials, *rungs.survivors)
    total = sum(count * epochs for count, epochs in zip(counts, rungs.epochs))
    finished = context.journal.records("trial")
    done = sum(rungs.epochs[record["rung"]] for record in finished)
    context.display.stage("search", total, done=done)
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
            context.journal.append("refusals", causes=causes)
            told = ", ".join(f"{count} for {cause}" for cause, count in sorted(causes.items()))
            context.display.say(f"refused before any training: {told}")

    try:
        return search(
            experiment.space,
            rungs,
            experiment.budget,
            profile,
            _evaluator(context, bank),
            input_shape=context.data.train.input_shape,
            classes=context.data.train.classes,
            seed=experiment.seed,
            journal=context.journal,
            folder=context.folder,
            on_result=on_result,
            on_refusals=on_refusals,
        )
    except SearchFailed as error:
        raise UserError(str(error)) from error


def _evaluator(context: Context, bank: TeacherBank | None) -> Evaluate:
    experiment = context.experiment
    recipe = settled_recipe(
        context, "students", experiment.student, lambda: build(_typical(context), seed=experiment.seed)
    )
    earlier = context.journal.records("trial")
    best = max((record.get("validation_accuracy", 0.0) for record in earlier), default=0.0)

    def evaluate(trial: str, rung: int, genotype: Genotype, cost: CostReport) -> TrialResult:
        nonlocal best
        started = time.monotonic()
        first_step = sum(experiment.search.epochs[:rung])
        epochs = experiment.search.epochs[rung]
        run = _trial_run(context, trial, genotype, cost)
        unfinished = context.folder / "students" / f"{trial}-rung{rung}-{genotype.key}.unfinished"
        with computing_in(recipe.precision):
            model = build(genotype, seed=experiment.seed)
        if rung > 0:
            model.load_weights(student_weights(context, trial, rung - 1))

        def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
            run.log(metrics=metrics, step=first_step + epoch)
            context.display.step(f"trial {trial}, rung {rung}, epoch {epoch}/{epochs}, best so far {best:.2%}")

        try:
            accuracy = train(
                model,
                context.data.train,
                recipe,
                epochs=epochs,
                on_epoch=on_epoch,
                checkpoint=unfinished,
                **context.training(bank, "search"),
            )
        except TrainingDiverged as error:
            run.log(tags={"potstill.failure": str(error)})
            run.end("FAILED")
            context.display.say(f"trial {trial}, rung {rung}: given up, {error}")
            raise TrialFailed(str(error)) from error
        save_weights(model, student_weights(context, trial, rung))
        shutil.rmtree(unfinished, ignore_errors=True)
        run.log(metrics={f"rung{rung}_validation_accuracy": accuracy})
        run.end()
        tf_keras.backend.clear_session()
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
    examples = context.data.train
    shape = dict(input_shape=examples.input_shape, classes=examples.classes)
    drawn = [sample(context.experiment.space, random.Random(number), **shape) for number in range(25)]
    return sorted(drawn, key=lambda genotype: estimate(genotype, None).macs)[len(drawn) // 2]


def _trial_run(context: Context, trial: str, genotype: Genotype, cost: CostReport) -> Run:
    for record in context.journal.records("trial_run"):
        if record["trial"] == trial:
            context.client.update_run(record["run_id"], status="RUNNING")
            return Run(context.client, record["run_id"])
    run = context.nested("trial", f"trial {trial}")
    stages = {
        f"stage{number}": str(stage).removeprefix("Stage(").removesuffix(")")
        for number, stage in enumerate(genotype.stages)
    }
    stem = dict(stem_width=genotype.stem_width, stem_kernel=genotype.stem_kernel, stem_stride=genotype.stem_stride)
    run.log(params={"genotype": genotype.key, **stem, **stages}, metrics=cost.named_figures())
    context.journal.append("trial_run", trial=trial, run_id=run.id)
    return run
