"""A tiny twin of the digits experiment, launched by the tests as a user would launch a file of their own."""

from dataclasses import replace

from deploy.budget import Budget
from distill.recipe import Recipe
from experiments.digits import EXPERIMENT as DIGITS
from experiments.experiment import Finalists, Refine
from search.settings import Search
from search.space import Space

EXPERIMENT = replace(
    DIGITS,
    name="tiny",
    teacher=replace(DIGITS.teacher, width=8, groups=2, epochs=3, min_validation_accuracy=None),
    views=2,
    space=Space(stages=(1,), widths=(8, 16, 24), depths=(1,), expansions=(1, 2)),
    budget=Budget(latency_ms=0.5, size_bytes=9_000),
    search=Search(trials=4, epochs=(1, 2), survivors=(2,)),
    student=Recipe(learning_rate=1e-2, batch_size=32),
    refine=Refine(students=1, epochs=3, starts=("continued", "anew"), views=3, recipe=Recipe(learning_rate=1e-2)),
    finalists=Finalists(
        count=1, compressions=("int8", "zeros 0.5, int8, trained"), grow=1.5, prune_epochs=2, qat_epochs=2
    ),
)
