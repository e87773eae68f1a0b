"""A finalist from a wider student: grown over the budget, trained under the teacher, and pruned back into it."""

import math
from dataclasses import replace

from deploy.compress.compression import Compression
from deploy.compress.ladder import Attempt
from distill.divergence import TrainingDiverged
from experiments.deploying.compressing import Compressing
from experiments.deploying.finalists.finalist_file import Source
from experiments.run.records import Refined
from experiments.run.tracking import Run
from experiments.training.local_pool import WorkerDied
from experiments.training.student import Job
from experiments.training.student_recipe import refine_recipe, student_recipe
from experiments.training.trainer import open_trainer
from search.estimate import estimate
from search.genotype import Genotype
from search.trial import TrialResult

_LANES = 8
"""Widths are grown to multiples of it."""
_SHARES = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
"""Shares of the MACs that pruning may leave, the largest that fits is taken."""
_MARGIN = 1.2
_TRAINING_WEIGHT = 3.0
GROWING_WEIGHT = _TRAINING_WEIGHT + 2
"""Weight of training, pruning and quantization among the trainings of the stage."""
GROWN = "grown"
"""Part of the names of a wider student's files."""


def grown_student(source: Source, small: TrialResult, run: Run) -> TrialResult | None:
    """The wider student of a finalist, trained as students are that matter; None where its training diverges.

    Returns:
        Its own result, under its file's name: refinement and `status` look for students under the small one's trial.
    """
    context, phases, name = source.context, source.phases, f"{small.trial}-{GROWN}"
    earlier = next((r for r in context.journal.records(Refined) if r.result.trial == name), None)
    if earlier is not None:
        return earlier.result
    experiment = context.experiment
    refines = experiment.refine.students > 0
    genotype = grown(small.genotype, experiment.finalists.grow)

    def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
        run.log_epoch(epoch, {f"{GROWN}_{key}": value for key, value in metrics.items()})
        context.display.step(f"finalist {name}, training, epoch {epoch}", steps=0)

    job = Job(
        trial=name,
        rung=0,
        genotype=genotype,
        epochs=experiment.refine.epochs if refines else sum(experiment.search.epochs),
        seconds=None if phases is None else phases.next(_TRAINING_WEIGHT),
        inherits=False,
    )
    recipe = refine_recipe(context) if refines else student_recipe(context)
    try:
        with open_trainer(context, recipe, source.bank) as train:
            accuracy = train(job, on_epoch)
    except (TrainingDiverged, WorkerDied) as error:
        context.display.say(f"finalist {name}: given up, {error}")
        return None
    cost = replace(estimate(genotype, None), device=small.cost.device)
    result = replace(small, trial=name, rung=0, genotype=genotype, validation_accuracy=accuracy, cost=cost)
    context.journal.append(Refined(start=GROWN, result=result))
    context.display.say(f"finalist {name}: {accuracy:.2%} on validation before pruning: {genotype}")
    return result


def pruned_into_budget(compressing: Compressing) -> Attempt | None:
    """The attempt that keeps the largest share of the MACs inside the budget; None where none fits."""
    limit, size_bytes = compressing.goal.budget.size_bytes, compressing.cost.size_bytes
    # Shares that are far above what the bytes allow are not tried: weights go about as MACs do.
    most = 1.0 if limit is None or not size_bytes else _MARGIN * limit / size_bytes
    for share in (share for share in _SHARES if share <= max(most, _SHARES[-1])):
        untrained = compressing.attempt(Compression(channels=share))
        # Without a measurement its latency is unknown: the profile predicts genotypes, and this is none any more.
        if untrained.fits and untrained.latency_ms is not None:
            return compressing.attempt(Compression(channels=share, trained=True))
    return None


def grown(genotype: Genotype, factor: float) -> Genotype:
    """A genotype with wider stages, stem and head, to multiples of eight channels."""

    def wider(width: int) -> int:
        return math.ceil(factor * width / _LANES) * _LANES

    return replace(
        genotype,
        stem_width=wider(genotype.stem_width),
        stages=tuple(replace(stage, width=wider(stage.width)) for stage in genotype.stages),
        head_width=wider(genotype.head_width),
    )
