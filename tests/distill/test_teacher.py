from dataclasses import replace

import pytest

from distill.teacher import Teacher


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
