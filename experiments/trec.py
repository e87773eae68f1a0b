"""TREC questions by what they ask for, six classes: text as hashed tokens, no vocabulary in the file.

Data: TFDS `trec` (Li & Roth 2002), which downloads by itself. Command: `potstill run trec`.
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
    name="trec",
    data=Data(dataset="trec", label="label-coarse"),
    augmentation=Augmentation(drop_columns=0.1, roll_channels=0.1, cutmix_alpha=1.0),
    teacher=Teacher(source=("ngrams",)),
    views=32,
    space=Space(
        stem_widths=(24, 32, 48, 64),
        stem_kernels=(1, 2, 3),
        stem_strides=(1,),
        stages=(1, 2),
        blocks=("basic", "dense", "depthwise"),
        widths=(16, 24, 32, 48, 64, 96),
        depths=(1, 2),
        kernels=(1, 3, 5),
        expansions=(1, 2),
        projections=(False, True),
    ),
    budget=Budget(latency_ms=1.0, size_bytes=65_536),
    search=Search(trials=24, epochs=(4, 12), survivors=(6,), aim="best"),
    student=Recipe(weight_decay=1e-2, precision="measured"),
    distillation=Distillation(student_loss_weight=0.1),
    refine=Refine(students=2, epochs=96, recipe=Recipe(weight_decay=1e-2, precision="measured")),
    finalists=Finalists(count=2, prune_epochs=8, qat_epochs=8),
)

if __name__ == "__main__":
    from experiments.commands.launch import launch

    launch(EXPERIMENT)
