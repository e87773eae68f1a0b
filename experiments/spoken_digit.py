"""Spoken digits, one second at 8 kHz as a log-mel spectrogram of 64x32.

Data: TFDS `spoken_digit` (Free Spoken Digit Dataset), which downloads by itself. The splits share speakers: the test
accuracy says nothing of a new voice. Command: `potstill run spoken_digit`.
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
    name="spoken_digit",
    data=Data(dataset="spoken_digit", sample_rate=8_000, validation_fraction=0.15, test_fraction=0.15),
    augmentation=Augmentation(translate_pixels=4),
    teacher=quick_teacher(width=32, epochs=60, batch_size=128),
    views=8,
    space=Space(stem_widths=(8, 16), stem_strides=(1, 2), widths=(8, 16, 24, 32, 48)),
    budget=Budget(latency_ms=0.5, size_bytes=32_000),
    search=Search(trials=40, epochs=(6, 18, 54), survivors=(14, 5)),
    student=Recipe(learning_rate=4e-3, precision="measured"),
    distillation=Distillation(student_loss_weight=0.1),
    finalists=Finalists(count=3, prune_epochs=15, qat_epochs=15),
)

if __name__ == "__main__":
    from experiments.commands.launch import launch

    launch(EXPERIMENT)
