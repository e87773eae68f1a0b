"""Choice of a recipe's precision by a short measurement, once in a run."""

from collections.abc import Callable
from dataclasses import replace

import tf_keras

from distill.precision import measure, reduced_precision
from distill.recipe import Recipe
from experiments.run.context import Context
from experiments.run.records import PrecisionMeasured


def settled_recipe(context: Context, what: str, recipe: Recipe, build: Callable[[], tf_keras.Model]) -> Recipe:
    """The recipe, with a precision in place of "measured"; a resumed run reuses its earlier measurement.

    It measures anew where it was on another machine, whose 16 bits are none of this one's.

    Args:
        what: the trained model, for the display and the journal, such as "students".
        build: the model to measure with.
    """
    if recipe.precision != "measured":
        return recipe
    for record in context.journal.records(PrecisionMeasured):
        if record.what == what and record.precision in ("float32", reduced_precision()):
            return replace(recipe, precision=record.precision)
    speeds = measure(build, min(recipe.batch_size, len(context.data.splits.seen(taught=True))))
    context.journal.append(PrecisionMeasured(what=what, precision=speeds.precision))
    context.display.say(
        f"{what}: {speeds.float32_images_per_s:,.0f} images/s in float32, "
        f"{speeds.reduced_images_per_s:,.0f} in {speeds.reduced}; computing in {speeds.precision}"
    )
    return replace(recipe, precision=speeds.precision)
