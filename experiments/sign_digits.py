"""Sign Language Digits, photographs of hands from a folder: a pattern for photographs of your own.

Data: 2,062 photographs of ten signs by 218 people, most of 100x100 (ardamavi/Sign-Language-Digits-Dataset, Apache-2.0),
whose folder `Dataset` is named as the data set. Command: `potstill run sign_digits --data.dataset PATH/Dataset`.
"""

from deploy.budget import Budget
from distill.distillation import Distillation
from distill.recipe import Recipe
from distill.views.augmentation import Augmentation
from experiments.data.settings import Data
from experiments.experiment import Experiment, Finalists, Refine
from experiments.planning.spaces import picture_space
from experiments.teachers.presets import quick_teacher
from search.settings import Search

_RECIPE = Recipe(learning_rate=4e-3, batch_size=32, precision="measured")

EXPERIMENT = Experiment(
    name="sign_digits",
    data=Data(dataset="./sign_digits", image_size=(96, 96), validation_fraction=0.15),
    augmentation=Augmentation(translate_pixels=8, flip=True, crop_min_area=0.6, rotate_degrees=10),
    teacher=quick_teacher(width=32, epochs=60, batch_size=128),
    views=8,
    space=picture_space(96, "small"),
    budget=Budget(latency_ms=1.0, size_bytes=65_536, macs=30_000_000),
    search=Search(trials=24, epochs=(20, 60), survivors=(6,)),
    student=_RECIPE,
    distillation=Distillation(student_loss_weight=0.1),
    refine=Refine(students=1, epochs=160, recipe=_RECIPE),
    finalists=Finalists(count=2, prune_epochs=40, qat_epochs=40),
    license="apache-2.0",
)

if __name__ == "__main__":
    from experiments.commands.launch import launch

    launch(EXPERIMENT)
