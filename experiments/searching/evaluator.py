"""The evaluator of a search's trials: each is distilled from the bank and logged to an MLflow run."""

import threading
import time
from collections.abc import Callable

from deploy.cost import StudentCost
from distill.divergence import TrainingDiverged
from experiments.run.context import Context
from experiments.run.records import TrialRun
from experiments.run.tracking import Run
from experiments.training.local_pool import WorkerDied
from experiments.training.student import Job, OnEpoch
from search.genotype import Genotype
from search.trial import Evaluate, Trial, TrialFailed, TrialResult, results


def evaluator(context: Context, train: Callable[[Job, OnEpoch], float]) -> Evaluate:
    """Train students by jobs, one for each rung.

    Args:
        train: trains a job and returns the accuracy on validation; called from as many threads as there are workers.
    """
    experiment = context.experiment
    earlier = results(context.journal.records(Trial))
    best = max((result.validation_accuracy for result in earlier), default=0.0)
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
                run.log_epoch(first_step + epoch, metrics)
                context.display.step(f"trial {trial}, rung {rung}, epoch {epoch}/{epochs}, best so far {best:.2%}")

        try:
            accuracy = train(Job(trial=trial, rung=rung, genotype=genotype), on_epoch)
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
    parts = ("downscale", "stem_width", "stem_kernel", "stem_stride", "head_width")
    stem_and_head = {name: getattr(genotype, name) for name in parts}
    run.log(params={"genotype": genotype.key, **stem_and_head, **stages}, cost=cost)
    context.journal.append(TrialRun(trial=trial, run_id=run.id))
    return run
