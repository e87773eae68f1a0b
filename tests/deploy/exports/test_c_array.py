import numpy as np
import pytest

from deploy.compress.convert import convert
from deploy.errors import ExportRefused
from deploy.exports.c_array import exported
from deploy.integration.model_array import model_data
from deploy.tflite import micro
from tests.deploy.integration.small_bundles import bundle_of, small_bundle

pytest.importorskip("tflite_micro", reason="LiteRT for Microcontrollers is not installed")


@pytest.fixture(scope="module")
def export():
    return exported(small_bundle(12, 16, 3))


def test_it_was_run_on_every_known_answer(export):
    answers = small_bundle(12, 16, 3).answers
    assert export.outputs.shape == answers.outputs.shape
    assert export.outputs.dtype == answers.outputs.dtype
    # Both compute on integers; what differs is how sums are brought back to 8 bits.
    assert np.abs(export.outputs.astype(int) - answers.outputs).max() <= 3
    assert np.mean(export.outputs.argmax(axis=1) == answers.outputs.argmax(axis=1)) > 0.9
    assert export.ran_in.startswith("LiteRT for Microcontrollers 0.dev")


def test_the_arena_has_room_for_what_was_allocated_and_for_scratch_memory(export):
    reserved = export.figures["reserved_arena_bytes"]
    assert export.figures["arena_bytes"] < reserved < 1.5 * export.figures["arena_bytes"] + 2_048
    assert reserved % 1_024 == 0
    assert f"kArenaSize = {reserved};" in export.files["model_data.h"].decode()


def test_the_integration_code_has_the_same_files(export):
    assert model_data(small_bundle(12, 16, 3).model_bytes) == export.files


def test_an_operator_that_the_library_lacks_is_named():
    import tf_keras

    layers = tf_keras.layers
    model = tf_keras.Sequential(
        [layers.Input((4, 4, 1)), layers.Lambda(lambda x: x**1.5), layers.Flatten(), layers.Dense(2)]
    )
    with pytest.raises(ExportRefused, match="no POW;"):
        exported(bundle_of(convert(model, "float16"), None))


def test_without_the_interpreter_it_is_refused_and_told_how_to_get_it(monkeypatch):
    def missing(model_bytes, inputs):
        raise micro.MicroMissing("pip install 'potstill[micro]'")

    monkeypatch.setattr(micro, "run", missing)
    with pytest.raises(ExportRefused, match=r"potstill\[micro\]"):
        exported(small_bundle(8, 8, 1))
