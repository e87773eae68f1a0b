"""`potstill deploy` as a user calls it: a model from elsewhere, stopped half-way, called again, proven."""

import json
import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest
import tensorflow_model_optimization as tfmot
import tf_keras

from deploy.bundle.bundle import BundleDamaged
from deploy.packing.archive import open_any
from deploy.surgery.flat import ModelRefused
from distill.errors import TeacherRefused
from distill.examples import Examples
from experiments.data.load import load
from experiments.deploying.brought_model import fitted_model
from experiments.deploying.input_range import scaling_of
from experiments.deploying.model_file import opened_model
from experiments.digits import EXPERIMENT as DIGITS
from experiments.errors import UserError
from tests.command import potstill

_keras = tf_keras.layers
MODULE = [sys.executable, "-m", "experiments.cli"]
LIMITS = ("--max-size-kb", "18", "--max-drop", "8", "--compressions", "int8", "channels 0.5, int8", "--epochs", "4")


def classifier(**head) -> tf_keras.Model:
    """As people write them: pixels are scaled inside, and the answers are probabilities."""
    image = tf_keras.Input((8, 8, 1))
    x = _keras.Rescaling(1 / 255)(image)
    for width in (32, 32, 32):
        x = _keras.Conv2D(width, 3, padding="same", use_bias=False)(x)
        # A short training: averages must be quick to follow.
        x = _keras.ReLU()(_keras.BatchNormalization(momentum=0.8)(x))
    return tf_keras.Model(image, _keras.Dense(10, **head)(_keras.GlobalAveragePooling2D()(x)))


@pytest.fixture(scope="module")
def digits() -> Examples:
    return load(DIGITS.data).train


@pytest.fixture(scope="module")
def model(digits, tmp_path_factory):
    tf_keras.utils.set_random_seed(0)
    model = classifier(activation="softmax")
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    examples = digits.pixels.astype(np.float32), digits.labels
    model.fit(*examples, epochs=12, batch_size=32, verbose=0)
    assert model.evaluate(*examples, verbose=0)[1] > 0.9
    path = tmp_path_factory.mktemp("model") / "mine.keras"
    model.save(path)
    return path


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    kept = {key: value for key, value in os.environ.items() if key != "MLFLOW_TRACKING_URI"}
    return {**kept, "POTSTILL_HOME": str(tmp_path_factory.mktemp("home"))}


def deploy(environment, *arguments, status=0):
    ended = potstill("deploy", *arguments, "--data", "digits", "--json", environment=environment)
    assert ended.returncode == status, ended.stderr[-3000:]
    return ended


@pytest.fixture(scope="module")
def deployed(environment, model, tmp_path_factory):
    """Stopped at the first attempt that is trained, then called again; both calls and the folder of the bundle."""
    output = tmp_path_factory.mktemp("deployed") / "bundle"
    command = [*MODULE, "deploy", str(model), "--data", "digits", *LIMITS, "--output", str(output)]
    stopped = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    lines = []
    for line in stopped.stderr:
        lines.append(line)
        if "bank" in line:
            stopped.send_signal(signal.SIGTERM)
            break
    lines += stopped.stderr.readlines()
    status = stopped.wait()
    assert not output.exists()
    again = deploy(environment, model, *LIMITS, "--output", output)
    return dict(stopped="".join(lines), status=status, again=again, found=json.loads(again.stdout), output=output)


def test_it_goes_on_where_it_was_stopped(deployed):
    assert deployed["status"] == 130
    assert "the same command goes on from there" in deployed["stopped"]
    assert "Traceback" not in deployed["stopped"] + deployed["again"].stderr


def test_it_says_what_it_found_out_about_the_model(deployed):
    assert "takes pixels as 0 to 255 (right on training examples: -1 1: " in deployed["again"].stderr
    assert "without the scaling of pixels at its start, the softmax at its end" in deployed["again"].stderr


def test_the_file_keeps_the_goal_and_was_the_first_that_did(deployed):
    found = deployed["found"]
    assert found["compression"] == "channels 0.5, int8, trained"
    names = [attempt["compression"] for attempt in found["attempts"]]
    # What is too large as int8 is not trained as int8.
    assert names == ["int8", "channels 0.5, int8", "channels 0.5, int8, trained"]
    assert found["attempts"][0]["broken"] == ["size_bytes"]
    assert found["drop"] <= 8
    assert found["proof"]["size_bytes"] <= 18_000
    assert found["attempts"][-1]["macs"] < 0.55 * found["attempts"][0]["macs"]


def test_the_proof_has_every_check_and_all_evidence(deployed):
    proof = deployed["found"]["proof"]
    checks = {check["name"]: check["passed"] for check in proof["checks"]}
    assert set(checks) == {"parity", "budget", "operators", "dtypes", "delegate", "calibration", "repeats", "drop"}
    assert all(checks.values())
    assert len(proof["class_accuracy"]) == 10
    assert proof["robustness"][0]["file_accuracy"] == pytest.approx(proof["test_accuracy"])
    assert [layer["operator"] for layer in proof["layers"]][:1] == ["CONV_2D"]
    assert 0 < proof["gzip_bytes"] < proof["size_bytes"]


def test_what_is_handed_over_is_what_was_proven(deployed):
    bundle = open_any(deployed["output"])
    assert len(bundle.model_bytes) == deployed["found"]["proof"]["size_bytes"]
    assert json.loads((deployed["output"] / "proof.json").read_text())["passed"]
    assert len(json.loads((deployed["output"] / "attempts.json").read_text())) == 3
    (deployed["output"] / "labels.txt").write_text("other\n")
    with pytest.raises(BundleDamaged):
        open_any(deployed["output"])


def test_mlflow_has_it(environment, deployed):
    from mlflow.tracking import MlflowClient

    run = MlflowClient(f"sqlite:///{environment['POTSTILL_HOME']}/mlflow.db").get_run(deployed["found"]["run_id"])
    assert run.data.tags["potstill.kind"] == "deployed"
    assert run.data.tags["potstill.proven"] == "true"
    assert run.data.metrics["file_test_accuracy"] == deployed["found"]["proof"]["test_accuracy"]
    assert "| channels 0.5, int8, trained |" in run.data.tags["mlflow.note.content"]


def test_a_goal_that_nothing_keeps_ends_with_an_error_and_no_file(environment, model, deployed, tmp_path):
    impossible = ("--max-size-kb", "1", *LIMITS[2:])
    ended = deploy(environment, model, *impossible, "--output", tmp_path / "none", status=1)
    found = json.loads(ended.stdout)
    assert found["output"] is None
    assert [check["name"] for check in found["proof"]["checks"] if check["passed"] is False] == ["budget"]
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--max-drop", "200"), "--max-drop is 200.*points of accuracy"),
        (("--max-size-kb", "0"), "--max-size-kb is 0.*above 0"),
        (("--epochs", "0"), "--epochs is 0"),
        (("--calibration-examples", "1"), "--calibration-examples is 1: .* of 1 classes"),
        (("--compressions", "int9"), "'int9' is no step of compression; known"),
        (("--device", "toaster"), "device is 'toaster': known devices are"),
    ],
)
def test_bad_arguments_end_in_one_line(environment, model, arguments, message, tmp_path):
    ended = deploy(environment, model, *arguments, "--output", tmp_path / "none", status=1)
    assert re.search(message, ended.stderr)
    (error,) = (line for line in ended.stderr.splitlines() if not line.startswith("["))
    assert error.startswith("error: ")


def _saved(model, path):
    model.save(path)
    return path


def open_model(path, examples, **settings):
    return fitted_model(opened_model(path, trust=False), str(path), examples, **settings)


def test_models_that_do_not_fit_are_refused_in_words(digits, tmp_path):
    other = tf_keras.Sequential([_keras.Flatten(input_shape=(9, 9, 1)), _keras.Dense(10)])
    with pytest.raises(UserError, match=r"takes inputs of \(9, 9, 1\), the data set has \(8, 8, 1\)"):
        open_model(_saved(other, tmp_path / "shape.keras"), digits)
    few = tf_keras.Sequential([_keras.Flatten(input_shape=(8, 8, 1)), _keras.Dense(7)])
    with pytest.raises(UserError, match=r"gives outputs of \(7,\), the data set has 10 classes"):
        open_model(_saved(few, tmp_path / "classes.keras"), digits)
    stated = dict(scaling=("0 1", scaling_of((0.0, 1.0), 1)))
    with pytest.raises(UserError, match="guessing gives 10.0%.*--input-range"):
        open_model(_saved(classifier(), tmp_path / "untrained.keras"), digits, **stated)
    plain = tf_keras.Sequential([_keras.Conv2D(2, 3, input_shape=(8, 8, 1)), _keras.Flatten(), _keras.Dense(10)])
    quantized = _saved(tfmot.quantization.keras.quantize_model(plain), tmp_path / "quantized.keras")
    with pytest.raises(ModelRefused, match="quantized already"):
        open_model(quantized, digits)
    lambda_ = tf_keras.Sequential(
        [_keras.Lambda(lambda x: x + 1, input_shape=(8, 8, 1)), _keras.Flatten(), _keras.Dense(10)]
    )
    with pytest.raises(UserError, match="would run code.*Lambda.*--trust"):
        open_model(_saved(lambda_, tmp_path / "code.keras"), digits)
    (tmp_path / "broken.keras").write_bytes((tmp_path / "shape.keras").read_bytes()[:500])
    with pytest.raises(TeacherRefused, match="damaged or cut short"):
        open_model(tmp_path / "broken.keras", digits)
    for name in ("nothing.keras", "model.onnx"):
        with pytest.raises(UserError, match="give a trained model as Keras saves it"):
            open_model(tmp_path / name, digits)


def test_the_range_of_the_pixels_is_told_from_examples_or_stated(digits, model):
    told = open_model(model, digits)
    stated = open_model(model, digits, scaling=("0 255", scaling_of((0.0, 255.0), 1)))
    assert told.input_range == stated.input_range == pytest.approx((0, 1))
    with pytest.raises(UserError, match="--expected-accuracy is 99.9%.*by input range: 0 160: "):
        open_model(model, digits, scaling=("0 160", scaling_of((0.0, 160.0), 1)), expected_accuracy=0.999)


def test_a_saved_model_and_both_keras_formats_are_the_same_model(digits, model, tmp_path):
    first = tf_keras.models.load_model(model, compile=False)
    pixels = digits.pixels[:20].astype(np.float32)
    for name in ("folder", "file.h5"):
        first.save(tmp_path / name)
        again = opened_model(tmp_path / name, trust=False)
        np.testing.assert_allclose(again(pixels), first(pixels), rtol=1e-5, atol=1e-6)
