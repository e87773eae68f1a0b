import shutil

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from distill.brought.open_teacher import open_teacher
from distill.errors import TeacherRefused
from tests.distill.brought.nets import BOTH, DATA, DIGITS, NETS, PIXELS, Named, net


@pytest.mark.parametrize("suffix", [".keras", ".h5", ".onnx", "folder"])
@pytest.mark.parametrize("kept", [0, 0.5, 0.9])
def test_a_damaged_teacher_is_refused(suffix, kept, tmp_path):
    path = tmp_path / f"m{suffix}"
    if suffix == "folder":
        module = Named()
        tf.saved_model.save(module, str(path), {"serving_default": module.serve})
    elif suffix == ".onnx":
        shutil.copy(DIGITS, path)
    else:
        net(tf_keras).save(path)
    file = path / "saved_model.pb" if path.is_dir() else path
    content = file.read_bytes()
    file.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(TeacherRefused, match="damaged|cannot be loaded"):
        open_teacher(str(path), **DATA, trust=True)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("nowhere.keras", "there is no nowhere.keras; allowed: a file that ends in .onnx, .keras, .h5"),
        ("{folder}/m.pt", "m.pt is not of a kind that can be opened; allowed: .*torch.onnx.export"),
        ("{folder}", "is not of a kind that can be opened; allowed: .*SavedModel folder"),
        ("no_such_module:net", "cannot be imported: ModuleNotFoundError.*path/to/file.py:function"),
        ("{folder}/none.py:net", "cannot be imported: FileNotFoundError"),
        ("{folder}/nets.py:none", "cannot be imported: AttributeError"),
        ("{folder}/nets.py:number", "is of type int; allowed: a function that builds"),
        ("{folder}/nets.py:nothing", "returned int; allowed: a tf_keras or Keras 3 model"),
        ("{folder}/nets.py:broken", "failed, given .*RuntimeError: out of nets"),
    ],
)
def test_what_is_no_teacher_is_refused_with_what_is_allowed(source, says, tmp_path):
    (tmp_path / "m.pt").write_bytes(b"weights")
    (tmp_path / "nets.py").write_text(NETS.format(home="tf_keras"))
    with pytest.raises(TeacherRefused, match=says):
        open_teacher(source.format(folder=tmp_path), **DATA)


def test_weights_that_are_not_there_or_have_no_builder_are_refused(tmp_path):
    (tmp_path / "nets.py").write_text(NETS.format(home="tf_keras"))
    with pytest.raises(TeacherRefused, match="imagenet is no file, and .*nets.py:net has no parameter weights"):
        open_teacher(f"{tmp_path}/nets.py:net", **DATA, weights="imagenet")
    with pytest.raises(TeacherRefused, match="there is no file away.h5"):
        open_teacher(f"{tmp_path}/nets.py:net", **DATA, weights="away.h5")
    with pytest.raises(TeacherRefused, match="--teacher.weights imagenet goes with a function"):
        open_teacher(str(DIGITS), input_shape=(8, 8, 1), classes=10, weights="imagenet")
    net(tf_keras, tf_keras.layers.Dense(9)).save_weights(tmp_path / "other.weights.h5")
    with pytest.raises(TeacherRefused, match="nets.py:net failed"):
        open_teacher(f"{tmp_path}/nets.py:net", **DATA, weights=str(tmp_path / "other.weights.h5"))


@BOTH
def test_grey_images_are_enlarged_and_repeated_for_a_teacher_of_bigger_colour_images(home, tmp_path):
    model = net(home, input_shape=(20, 24, 3), batch_size=4)
    model.save(tmp_path / "m.keras")
    teacher = open_teacher(str(tmp_path / "m.keras"), **DATA, input_range="imagenet")
    images = np.repeat(tf.image.resize(PIXELS, (20, 24)).numpy(), 3, axis=3) / 255
    images = (images - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)
    own = np.concatenate([model(images[:4]), model(images[2:])[2:]])
    np.testing.assert_allclose(teacher(PIXELS)["logits"], own, atol=1e-5)
    assert "20x24x3 float32 channels last, 4 at a time" in teacher.description


def test_two_inputs_or_outputs_are_refused(tmp_path):
    model = net(tf_keras)
    tf_keras.Model(model.input, [model.output, model.layers[1].output]).save(tmp_path / "m.keras")
    with pytest.raises(TeacherRefused, match="1 inputs and 2 outputs; allowed is one of each"):
        open_teacher(str(tmp_path / "m.keras"), **DATA)


def test_a_teacher_of_vectors_or_of_other_channels_is_refused(tmp_path):
    tf_keras.Sequential([tf_keras.layers.Input((64,)), tf_keras.layers.Dense(5)]).save(tmp_path / "m.keras")
    with pytest.raises(TeacherRefused, match=r"shape \(any, 64\); allowed: images of 4 dimensions"):
        open_teacher(str(tmp_path / "m.keras"), **DATA)
    with pytest.raises(TeacherRefused, match="takes images of 1 channels, the data have 3; only grey"):
        open_teacher(str(DIGITS), input_shape=(8, 8, 3), classes=10)


def test_features_that_are_not_there_are_refused(tmp_path):
    net(tf_keras).save(tmp_path / "m.keras")
    with pytest.raises(TeacherRefused, match="no layer 'boddy'.*body"):
        open_teacher(str(tmp_path / "m.keras"), **DATA, features=("boddy",))


def test_classes_are_picked_in_order_and_settings_change_the_settled_digest():
    settings = dict(input_shape=(8, 8, 1), classes=3, input_range=(0, 1))
    teacher = open_teacher(str(DIGITS), **settings, class_order=(7, 0, 3))
    whole = open_teacher(str(DIGITS), **settings)
    np.testing.assert_array_equal(teacher(PIXELS)["logits"], whole(PIXELS)["logits"][:, [7, 0, 3]])
    assert teacher.digest == whole.digest
    assert teacher.settled_digest != whole.settled_digest
    for order in ((7, 0), (7, 0, 10), (7, 0, 7), (7, 0, -1)):
        with pytest.raises(TeacherRefused, match="allowed: 3, one for each class.*from 0 to 9"):
            open_teacher(str(DIGITS), **settings, class_order=order)


def test_an_unsettled_range_is_not_guessed_and_a_wrong_one_is_refused():
    with pytest.raises(TeacherRefused, match="input range is not settled"):
        open_teacher(str(DIGITS), input_shape=(8, 8, 1), classes=10)(PIXELS)
    for wrong in ("imagenet", "tiny", (1, 1), (0, np.inf)):
        with pytest.raises(TeacherRefused, match="allowed: two different numbers"):
            open_teacher(str(DIGITS), input_shape=(8, 8, 1), classes=10, input_range=wrong)
