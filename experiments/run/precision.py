"""Settling a recipe's precision by a short measurement, once in a run."""

from collections.abc import Callable
from dataclasses import replace

import tf_keras

from distill.precision import measure
from distill.recipe import Recipe
from experiments.run.context import Context
from experiments.run.records import PrecisionMeasured


def settled_recipe(context: Context, what: str, recipe: Recipe, build: Callable[[], tf_keras.Model]) -> Recipe:
    """The recipe with a precision that was measured, where it asks for that; a resumed run keeps what it measured."""
    if recipe.precision != "measured":
        return recipe
    for record in context.journal.records(PrecisionMeasured):
        if record.what == what:
            return replace(recipe, precision=record.precision)
    measured = measure(build, recipe.batch_size)
    context.journal.append(PrecisionMeasured(what=what, precision=measured.precision))
    context.display.say(
        f"{what}: {measured.float32_images_per_s:,.0f} images/s in float32, "
        f"{measured.mixed_bfloat16_images_per_s:,.0f} in mixed_bfloat16; computing in {measured.precision}"
    )
    return replace(recipe, precision=measured.precision)
