"""The recipes of a run's students, in the precision that pays on this machine."""

import random
from dataclasses import replace

from distill.recipe import Recipe
from experiments.run.context import Context
from experiments.run.precision import settled_recipe
from search.build import build
from search.choices import sample
from search.estimate import estimate
from search.genotype import Genotype

_DRAWS = 500


def student_recipe(context: Context) -> Recipe:
    """The recipe of the search's students, with the precision settled."""
    return settled_recipe(context, "students", context.experiment.student, lambda: _model(context))


def refine_recipe(context: Context) -> Recipe:
    """The recipe of the students that are refined, with the precision settled."""
    recipe = context.experiment.refine.recipe
    if recipe == context.experiment.student:
        return student_recipe(context)
    return settled_recipe(context, "refined students", recipe, lambda: _model(context))


def typical_student(context: Context) -> Genotype:
    """A student of middling work among random ones inside the budget, to measure on; latency is left out."""
    space, task = context.experiment.space, context.data.task
    budget = replace(context.graph_budget, latency_ms=None)
    drawn = [sample(space, task, random.Random(number)) for number in range(_DRAWS)]
    costs = {genotype: estimate(genotype, None) for genotype in drawn}
    # Where so few keep the budget that none is drawn, the one of least work is nearest.
    inside = [genotype for genotype in drawn if not budget.broken_by(costs[genotype])]
    inside = inside or [min(drawn, key=lambda genotype: costs[genotype].macs)]
    return sorted(inside, key=lambda genotype: costs[genotype].macs)[len(inside) // 2]


def _model(context: Context):
    return build(typical_student(context), seed=context.experiment.seed)
