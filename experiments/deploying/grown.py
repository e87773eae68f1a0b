"""A finalist from a wider student: grown over the budget, trained under the teacher, and pruned back into it."""

import math
from dataclasses import dataclass, replace

from deploy.compress.compression import Compression
from deploy.compress.ladder import Attempt
from distill.divergence import TrainingDiverged
from experiments.deploying.compressing import Compressing
from experiments.deploying.finalist_file import Source, compressing_of
from experiments.run.records import Refined
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
GROWING_WEIGHT = 5.0
"""Weight of training, pruning and quantization among the trainings of the stage."""
_START = "grown"


@dataclass(frozen=True, kw_only=True, eq=False)
class _Grown:
    result: TrialResult
    compressing: Compressing


class GrownStudent:
    """The wider student of a finalist, trained when it is first asked for."""

    def __init__(self, source: Source, result: TrialResult):
        self._source, self._small = source, result
        self._grown: _Grown | None = None

    @property
    def result(self) -> TrialResult:
        """The wider student's own result, under the trial of the small one."""
        return self._trained().result

    @property
    def compressing(self) -> Compressing:
        """The wider student, ready to be compressed."""
        return self._trained().compressing

    def pruned(self) -> Attempt | None:
        """The attempt that keeps the largest share of MACs inside the budget; None where none fits, or it diverged."""
        try:
            compressing = self.compressing
        except TrainingDiverged:
            return None
        for share in _SHARES:
            untrained = compressing.attempt(Compression(channels=share))
            # Without a measurement its latency is unknown: the profile predicts genotypes, and this is none any more.
            if untrained.fits and untrained.latency_ms is not None:
                return compressing.attempt(Compression(channels=share, trained=True))
        return None

    def _trained(self) -> _Grown:
        if self._grown is None:
            context, small = self._source.context, self._small
            records = context.journal.records(Refined)
            earlier = next((r for r in records if r.start == _START and r.result.trial == small.trial), None)
            result = earlier.result if earlier is not None else self._train()
            compressing = compressing_of(self._source, replace(result, trial=f"{small.trial}-{_START}"), _name(small))
            self._grown = _Grown(result=result, compressing=compressing)
        return self._grown

    def _train(self) -> TrialResult:
        context, small = self._source.context, self._small
        experiment, phases = context.experiment, self._source.phases
        refines = experiment.refine.students > 0
        genotype = grown(small.genotype, experiment.finalists.grow)
        epochs = experiment.refine.epochs if refines else sum(experiment.search.epochs)

        def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
            context.display.step(f"finalist {_name(small)}, training, epoch {epoch}", steps=0)

        job = Job(
            trial=_name(small),
            rung=0,
            genotype=genotype,
            epochs=epochs,
            seconds=None if phases is None else phases.next(GROWING_WEIGHT - 2),
            inherits=False,
        )
        recipe = refine_recipe(context) if refines else student_recipe(context)
        with open_trainer(context, recipe, self._source.bank) as train:
            accuracy = train(job, on_epoch)
        result = replace(
            small,
            rung=0,
            genotype=genotype,
            validation_accuracy=accuracy,
            cost=replace(estimate(genotype, None), device=small.cost.device),
        )
        context.journal.append(Refined(start=_START, result=result))
        context.display.say(f"finalist {_name(small)}: {accuracy:.2%} on validation before pruning: {genotype}")
        return result


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


def _name(small: TrialResult) -> str:
    return f"{small.trial}-{_START}"
