import hashlib

import keras
import numpy as np
import pytest

from distill.brought.open_teacher import open_teacher
from distill.errors import TeacherRefused
from tests.distill.brought.nets import BOTH, DATA, PIXELS, assert_same, net

SUFFIX = pytest.mark.parametrize("suffix", [".keras", ".h5"])


def payload(home, witness):
    """A Lambda layer that leaves a file wherever it runs."""
    # The path in the code itself: Keras 3.15 cannot load a lambda that has defaults.
    return home.layers.Lambda(eval(f"lambda x: (open({str(witness)!r}, 'w').close(), x)[1]"), name="evil")


@BOTH
@SUFFIX
def test_a_keras_file_says_what_the_model_says(home, suffix, tmp_path):
    model, path = net(home), tmp_path / f"m{suffix}"
    model.save(path)
    features = ("pooled", "map", "body")
    teacher = open_teacher(str(path), **DATA, input_range=(0.0, 1.0), features=features)
    assert_same(teacher, model, features=features)
    answers = teacher(PIXELS)
    np.testing.assert_allclose(answers["pooled"], answers["map"].mean(axis=(1, 2)), atol=1e-5)
    np.testing.assert_array_equal(answers["map"], answers["body"])
    assert teacher.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert teacher.description == (
        f"{suffix} of {home.__name__} {home.__version__}, input 8x8x1 float32 channels last, 5 outputs"
    )


@BOTH
@SUFFIX
def test_a_lambda_does_not_run_unless_it_is_trusted(home, suffix, tmp_path):
    model, path, witness = net(home, payload(home, tmp_path / "witness")), tmp_path / f"m{suffix}", tmp_path / "witness"
    model.save(path)
    witness.unlink()
    with pytest.raises(TeacherRefused, match="Lambda layer 'evil'.*A model file is code.*--teacher.trust.*ONNX"):
        open_teacher(str(path), **DATA)
    assert not witness.exists()
    assert_same(open_teacher(str(path), **DATA, trust=True, input_range=(0, 1)), model)
    assert witness.exists()


@BOTH
@SUFFIX
def test_a_class_of_the_author_needs_trust_and_must_be_found(home, suffix, tmp_path):
    @home.saving.register_keras_serializable(package=f"Brought{suffix}")
    class Doubling(home.layers.Layer):
        def call(self, inputs):
            return 2 * inputs

    model, path = net(home, Doubling()), tmp_path / f"m{suffix}"
    model.save(path)
    with pytest.raises(TeacherRefused, match="class .*Doubling"):
        open_teacher(str(path), **DATA)
    assert_same(open_teacher(str(path), **DATA, trust=True, input_range=(0, 1)), model)
    home.saving.get_custom_objects().pop(f"Brought{suffix}>Doubling")
    with pytest.raises(TeacherRefused, match="cannot be loaded by .*such classes must be importable.*file.py:function"):
        open_teacher(str(path), **DATA, trust=True)


def test_damaged_weights_inside_a_keras_file_are_refused(tmp_path):
    import zipfile

    net(keras).save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content[:500] if name.endswith(".h5") else content)
    with pytest.raises(TeacherRefused, match="cannot be loaded by keras"):
        open_teacher(str(tmp_path / "m.keras"), **DATA)
