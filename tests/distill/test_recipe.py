import math

import pytest

from distill.recipe import Distillation, Recipe


@pytest.mark.parametrize(
    "field",
    [
        dict(batch_size=0),
        dict(learning_rate=0.0),
        dict(warmup_fraction=1.1),
        dict(weight_decay=-1.0),
        dict(learning_rate=math.nan),
    ],
)
def test_bad_recipe_is_refused_by_name(field):
    with pytest.raises(ValueError, match=f"recipe.{next(iter(field))}"):
        Recipe(**field)


@pytest.mark.parametrize("field", [dict(student_loss_weight=2.0), dict(temperature=0.0), dict(temperature=math.inf)])
def test_bad_distillation_is_refused_by_name(field):
    with pytest.raises(ValueError, match=f"distillation.{next(iter(field))}"):
        Distillation(**field)
