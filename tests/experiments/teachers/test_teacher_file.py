"""A teacher that is trained here, as a Keras file."""

from dataclasses import replace

import numpy as np
import pytest
import tf_keras

from deploy.proof.accuracy import accuracy
from distill.recipe import FineTuning, Recipe
from distill.teacher import Teacher
from experiments.data.load import load
from experiments.digits import EXPERIMENT as DIGITS
from experiments.errors import UserError
from experiments.run.display import Display
from experiments.teachers.teacher_file import write_teacher
from tests.distill.backbones import nets

BACKBONE = Teacher(
    backbone=f"{nets.__name__}:pretrained",
    image_size=16,
    fine_tuning=FineTuning(epochs=1, recipe=Recipe(batch_size=64)),
)
PLAIN = Teacher(width=8, groups=2, epochs=1, recipe=Recipe(batch_size=64))


@pytest.mark.parametrize("settings", [BACKBONE, PLAIN], ids=["backbone", "plain"])
def test_the_file_takes_pixels_and_is_as_accurate_as_the_teacher(home, tmp_path, settings):
    path, experiment = tmp_path / "teacher.keras", replace(DIGITS, teacher=settings)
    reached = write_teacher(experiment, path, Display())
    validation = load(experiment.data).validation
    model = tf_keras.models.load_model(path, compile=False)
    logits = model.predict(validation.pixels.astype(np.float32), verbose=0)
    assert accuracy(logits, validation.labels) == pytest.approx(reached)
    # Stored, it is only written anew.
    other = tmp_path / "again.h5"
    assert write_teacher(experiment, other, Display()) == reached
    again = tf_keras.models.load_model(other, compile=False)
    np.testing.assert_allclose(again.predict(validation.pixels[:9].astype(np.float32), verbose=0), logits[:9], 1e-4)


@pytest.mark.parametrize("settings", [Teacher(source=("a.onnx",)), Teacher(count=2)])
def test_a_file_is_of_one_teacher_that_is_trained(home, tmp_path, settings):
    with pytest.raises(UserError, match="a file is of one that is trained here"):
        write_teacher(replace(DIGITS, teacher=settings), tmp_path / "teacher.keras", Display())
