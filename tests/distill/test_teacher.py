from dataclasses import replace

import pytest

from distill.recipe import FineTuning
from distill.teacher import Teacher


def test_a_fine_tuning_has_an_epoch_at_least():
    with pytest.raises(ValueError, match="teacher.fine_tuning.epochs"):
        FineTuning(epochs=0)


@pytest.mark.parametrize(
    "field",
    [
        dict(width=0),
        dict(depth=0),
        dict(epochs=0),
        dict(count=0),
        dict(assistants=(8, 0)),
        dict(min_validation_accuracy=98.0),
        dict(input_range=(0.0, 1.0)),
        dict(class_order=(1, 0)),
        dict(weights="w.h5"),
        dict(count=2, source=("a.onnx",)),
        dict(source=("a.onnx",), backbone="a:b"),
        dict(class_order=(1, 0), backbone="a:b"),
        dict(image_size=96),
        dict(image_size=0, backbone="a:b"),
        dict(fine_tuning=FineTuning(epochs=3)),
    ],
)
def test_bad_settings_are_refused_by_name(field):
    with pytest.raises(ValueError, match=f"teacher.{next(iter(field))}"):
        Teacher(**field)


def test_a_setting_of_trained_teachers_is_refused_beside_a_source():
    brought = Teacher(source=("a.onnx",), input_range=(0.0, 1.0))
    with pytest.raises(ValueError, match="teacher.width .* a.onnx.*--teacher.input-range None"):
        replace(brought, width=64).refuse_unused(brought)
    replace(brought, width=64, assistants=(8,)).refuse_unused(brought)
    replace(brought, source=(), input_range=None, width=64).refuse_unused(brought)
    Teacher(source=("a.onnx",), width=8).refuse_unused(Teacher(width=8))


def test_settings_of_a_backbone_and_of_a_net_trained_from_the_start_exclude_each_other():
    backbone = Teacher(backbone="a:b", input_range=(0.0, 1.0), image_size=96)
    for name, value in (("width", 64), ("epochs", 2)):
        with pytest.raises(ValueError, match=f"teacher.{name} .* teacher.backbone is a:b"):
            replace(backbone, **{name: value}).refuse_unused(Teacher())
    replace(backbone, width=64, assistants=(8,)).refuse_unused(Teacher())
    replace(backbone, mixed_views=True).refuse_unused(Teacher())
    with pytest.raises(ValueError, match="teacher.input_range .* that of a.onnx"):
        backbone.refuse_unused(Teacher(source=("a.onnx",), input_range=(0.0, 1.0)))
    replace(backbone, input_range=(-1.0, 1.0)).refuse_unused(Teacher(source=("a.onnx",), input_range=(0.0, 1.0)))


def test_a_shorter_training_is_that_of_all_nets_trained_here():
    backbone = Teacher(backbone="a:b", epochs=20, fine_tuning=FineTuning(epochs=9))
    assert backbone.training.epochs == 9
    shorter = backbone.lasting(4)
    assert (shorter.training.epochs, shorter.epochs) == (4, 4)
    assert Teacher(epochs=7).lasting(5).training.epochs == 5
    assert backbone.assistant(8).training.epochs == 20
