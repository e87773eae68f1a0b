"""The folder for LiteRT.js."""

import json

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from deploy.errors import ExportRefused
from deploy.exports.agreement import agreement
from deploy.exports.web import exported
from deploy.tflite import model_io, runtime
from tests.deploy.exports.drawn import Drawn
from tests.deploy.integration.small_bundles import SOUND, bundle_of, small_bundle


@pytest.mark.parametrize("bundle", [small_bundle(12, 16, 3), small_bundle(20, 16, 1, SOUND)], ids=["picture", "sound"])
def test_the_folder_gives_the_known_answers(bundle):
    export = exported(bundle)
    assert agreement(export, bundle).step_counts == {0: bundle.answers.outputs.size}
    assert export.same_integers
    sign = model_io.signature(runtime.load(export.files["model.tflite"]))
    assert (sign.input_dtype, sign.output_dtype) == ("float32", "float32")
    assert json.loads(export.files["model.json"])["labels"] == list(bundle.labels)
    assert export.files["labels.txt"].decode().split("\n")[:-1] == list(bundle.labels)
    assert {"classifier.js", "README.md"} <= set(export.files)
    assert not any("/" in name for name in export.files)


def test_what_the_codes_numbers_are_wrong_about_is_seen(monkeypatch):
    from deploy.integration import javascript

    bundle, files = small_bundle(12, 16, 3), javascript.files

    def shifted(bundle):
        found = files(bundle)
        about = json.loads(found[f"{javascript.FOLDER}/model.json"])
        about["levels"] = about["levels"][::-1]
        return {**found, f"{javascript.FOLDER}/model.json": json.dumps(about).encode()}

    monkeypatch.setattr(javascript, "files", shifted)
    assert agreement(exported(bundle), bundle).largest_steps > 10


def test_a_float_file_stays_as_it_is():
    drawn = Drawn(0, quantized=False)
    source, target = drawn.value(1, 4, 4, 1), drawn.value(1, 3)
    weights = drawn.weights(source, 3, 16)
    drawn.operator("FULLY_CONNECTED", [source, *weights], target, "FullyConnectedOptions", 4)
    bundle = bundle_of(drawn.file(source, target), None)
    export = exported(bundle)
    assert not export.same_integers
    np.testing.assert_allclose(export.outputs, bundle.answers.outputs, rtol=1e-5, atol=1e-5)


def test_ends_that_browsers_lack_are_refused():
    drawn = Drawn(0)
    source = drawn.value(1, 4, 4, 1, zero_point=0)
    drawn.graph.tensors[source].type = schema.TensorType.INT16
    shape = np.array([1, 16], np.int32)
    inputs, target = [source, drawn.constant(shape)], drawn.value(1, 16, like=source)
    drawn.operator("RESHAPE", inputs, target, "ReshapeOptions", 1, newShape=shape)
    with pytest.raises(ExportRefused, match="the input is int16; LiteRT.js takes"):
        exported(bundle_of(drawn.file(source, target), None))
