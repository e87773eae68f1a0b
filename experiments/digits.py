"""Handwritten digits, 8x8: the whole path in a few minutes on a laptop.

Data: scikit-learn's bundled digits, no network needed. Command: `potstill run digits`.
Expected: a proven int8 file of at most 24 kB with 97 % or more on the test split, in some 5 minutes on 2 cores.
"""

from deploy.budget import Budget
from distill.distillation import Distillation
from distill.recipe import Recipe
from distill.teacher import Teacher
from distill.views.augmentation import Augmentation
from experiments.data.settings import Data
from experiments.experiment import Experiment, Finalists, Refine
from search.settings import Search
from search.space import Space

EXPERIMENT = Experiment(
    name="digits",
    data=Data(dataset="potstill_digits", validation_fraction=0.2, test_fraction=0.2),
    augmentation=Augmentation(translate_pixels=1),
    teacher=Teacher(width=32, epochs=40, min_validation_accuracy=0.98, recipe=Recipe(weight_decay=1e-3)),
    views=8,
    space=Space(
        stem_widths=(8, 16),
        stages=(1, 2, 3),
        widths=(8, 16, 24, 32),
        depths=(1, 2),
        expansions=(1, 2, 4),
    ),
    budget=Budget(latency_ms=0.05, size_bytes=24_000),
    search=Search(trials=24, epochs=(10, 30), survivors=(6,)),
    student=Recipe(learning_rate=5e-3),
    distillation=Distillation(student_loss_weight=0.1),
    refine=Refine(students=1, epochs=40, recipe=Recipe(learning_rate=5e-3)),
    finalists=Finalists(count=1, prune_epochs=15, qat_epochs=15, learning_rate=2e-3),
)

if __name__ == "__main__":
    from experiments.commands.launch import launch

    launch(EXPERIMENT)
