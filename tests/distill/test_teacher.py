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
