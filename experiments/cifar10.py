"""CIFAR-10, 32x32 colour, inside the size of MLPerf Tiny's ResNet-8 file (98,496 bytes).

Data: TFDS `cifar10` (Krizhevsky 2009), which downloads by itself. Its teacher comes along, see `cifar10_teacher`.
Command: `potstill run cifar10`.
"""

from deploy.budget import Budget
from distill.distillation import Distillation
from distill.examples import SCALED_RANGE
from distill.recipe import Recipe
from distill.teacher import Teacher
from distill.views.augmentation import Augmentation
from experiments.data.settings import Data
from experiments.experiment import Experiment, Finalists, Refine
from search.settings import Search
from search.space import Space

EXPERIMENT = Experiment(
    name="cifar10",
    data=Data(dataset="cifar10"),
    augmentation=Augmentation(translate_pixels=4, flip=True, mirrored_pairs=True),
    teacher=Teacher(source=("experiments.cifar10_teacher:mirrored",), input_range=SCALED_RANGE),
    views=8,
    space=Space(
        stem_widths=(16, 24, 32),
        stem_strides=(1, 2),
        stages=(2, 3, 4),
        blocks=("basic", "dense", "depthwise"),
        widths=(16, 24, 32, 40, 48, 64, 80, 96),
        depths=(1, 2, 3),
        residuals=(True,),
        projections=(False, True),
    ),
    budget=Budget(latency_ms=1.0, size_bytes=98_496),
    search=Search(trials=40, epochs=(2, 8), survivors=(8,)),
    student=Recipe(learning_rate=6e-3, batch_size=128, precision="measured"),
    distillation=Distillation(student_loss_weight=0.1),
    refine=Refine(students=3, epochs=150, recipe=Recipe(learning_rate=6e-3, batch_size=128, precision="measured")),
    finalists=Finalists(count=3, prune_epochs=15, qat_epochs=10),
)

if __name__ == "__main__":
    from experiments.commands.launch import launch

    launch(EXPERIMENT)
