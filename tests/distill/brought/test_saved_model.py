import numpy as np
import pytest
import tensorflow as tf

from distill.brought.open_teacher import open_teacher
from distill.errors import TeacherRefused
from tests.distill.brought.nets import BOTH, DATA, PIXELS, Named, assert_same, net


@BOTH
def test_a_saved_model_needs_trust_and_says_what_the_model_says(home, tmp_path):
    model, path = net(home), str(tmp_path / "saved")
    model.export(path)
    with pytest.raises(TeacherRefused, match="is a SavedModel: .*--teacher.trust.*ONNX"):
        open_teacher(path, **DATA)
    teacher = open_teacher(path, **DATA, trust=True, input_range=(0, 1))
    assert_same(teacher, model)
    weights = next((tmp_path / "saved" / "variables").glob("*.data*"))
    weights.write_bytes(weights.read_bytes() + b"\0")
    assert open_teacher(path, **DATA, trust=True).digest != teacher.digest


def test_a_saved_model_gives_its_named_outputs_four_at_a_time(tmp_path):
    module, path = Named(), str(tmp_path / "saved")
    tf.saved_model.save(module, path, {"serving_default": module.serve, "more": module.two})
    teacher = open_teacher(path, **DATA, trust=True, input_range=(0, 1), features=("flat", "other"))
    assert_same(teacher, lambda images, training: module(images), features=("flat", "other"))
    np.testing.assert_allclose(teacher(PIXELS)["flat"], PIXELS.reshape(6, 64) / 255, atol=1e-6)
    with pytest.raises(TeacherRefused, match="which one tells 5 classes apart is not plain"):
        open_teacher(path, **DATA, trust=True)
    tf.saved_model.save(module, path, {"serving_default": module.two})
    with pytest.raises(TeacherRefused, match="the inputs image, more; allowed is one"):
        open_teacher(path, **DATA, trust=True)
    tf.saved_model.save(module, path, {"a": module.serve, "b": module.two})
    with pytest.raises(TeacherRefused, match="the signatures a, b; allowed: serving_default"):
        open_teacher(path, **DATA, trust=True)
    tf.saved_model.save(module, path, {})
    teacher = open_teacher(path, **DATA, trust=True, input_range=(0, 1))
    assert_same(teacher, lambda images, training: module(images))
