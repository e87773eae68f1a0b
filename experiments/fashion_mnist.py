"""Fashion-MNIST, 28x28 grey: a student for clothes.

Data: TFDS `fashion_mnist` (Xiao 2017), which downloads by itself. Command: `potstill run fashion_mnist`.
"""

from deploy.budget import Budget
from distill.distillation import Distillation
from distill.recipe import Recipe
from distill.views.augmentation import Augmentation
from experiments.data.settings import Data
from experiments.experiment import Experiment, Finalists
from experiments.teachers.presets import quick_teacher
from search.settings import Search
from search.space import Space

EXPERIMENT = Experiment(
    name="fashion_mnist",
    data=Data(dataset="fashion_mnist"),
    augmentation=Augmentation(translate_pixels=2, flip=True),
    teacher=quick_teacher(width=32, epochs=15, batch_size=256),
    space=Space(stem_widths=(8, 16, 24), stem_strides=(1, 2), widths=(16, 24, 32, 48, 64), depths=(1, 2, 3)),
    budget=Budget(latency_ms=0.5, size_bytes=64_000),
    search=Search(trials=40, epochs=(3, 9, 27), survivors=(14, 5)),
    student=Recipe(learning_rate=4e-3, batch_size=128, precision="measured"),
    distillation=Distillation(student_loss_weight=0.1),
    finalists=Finalists(count=3, prune_epochs=6, qat_epochs=6),
)

if __name__ == "__main__":
    from experiments.commands.launch import launch

    launch(EXPERIMENT)
