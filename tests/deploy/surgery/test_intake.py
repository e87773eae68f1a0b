"""Models from elsewhere: what is taken off them, and what is refused in words."""

import numpy as np
import pytest
import tensorflow_model_optimization as tfmot
import tf_keras

from deploy.budget import Budget
from deploy.compress.compression import Compression
from deploy.compress.steps import Representative, compress
from deploy.cost import CostReport
from deploy.proof.checks import Allowed
from deploy.proof.evidence import Evidence
from deploy.proof.prove import prove
from deploy.surgery.flat import ModelRefused
from deploy.surgery.intake import intake, layers_in_float
from deploy.tflite import model_io, runtime
from distill.examples import SCALED_RANGE, Examples

_keras = tf_keras.layers


def net(first=(), last=(), activation=None):
    image = x = tf_keras.Input((8, 8, 1))
    for layer in first:
        x = layer(x)
    x = _keras.Conv2D(4, 3, name="conv")(x)
    x = _keras.Dense(3, activation=activation, name="head")(_keras.Flatten()(x))
    for layer in last:
        x = layer(x)
    return tf_keras.Model(image, x)


def pixels():
    return np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1)).astype(np.float32)


@pytest.mark.parametrize(
    "make",
    [
        lambda: net(activation="softmax"),
        lambda: net(last=[_keras.Softmax()]),
        lambda: net(last=[_keras.Activation("softmax")]),
    ],
)
def test_a_softmax_at_the_end_is_taken_off(make):
    model = make()
    accepted = intake(model)
    np.testing.assert_allclose(
        tf_keras.activations.softmax(accepted.model(pixels())), model(pixels()), rtol=1e-4, atol=1e-6
    )
    assert accepted.removed == ("the softmax at its end",)


def test_a_rescaling_at_the_start_becomes_the_range_of_the_input():
    model = net(first=[_keras.Rescaling(1 / 127.5, offset=-1)])
    accepted = intake(model)
    scale, offset = accepted.rescaling
    np.testing.assert_allclose(accepted.model(scale * pixels() + offset), model(pixels()), rtol=1e-4, atol=1e-5)
    assert not any(isinstance(layer, _keras.Rescaling) for layer in accepted.model.layers)


def test_a_sequential_model_is_taken_and_a_plain_one_is_left_as_it_is():
    model = tf_keras.Sequential([_keras.Conv2D(4, 3, input_shape=(8, 8, 1)), _keras.Flatten(), _keras.Dense(3)])
    accepted = intake(model)
    np.testing.assert_array_equal(accepted.model(pixels()), model(pixels()))
    assert (accepted.rescaling, accepted.removed) == (None, ())
    assert layers_in_float(accepted.model, allowed=False) == {}


def _nan():
    model = net()
    kernel, bias = model.get_layer("conv").get_weights()
    kernel[0, 0, 0, :2] = np.nan
    model.get_layer("conv").set_weights([kernel, bias])
    return model


def _two_outputs():
    image = tf_keras.Input((8, 8, 1))
    x = _keras.Flatten()(image)
    return tf_keras.Model(image, [_keras.Dense(2)(x), _keras.Dense(3)(x)])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_nan, "2 of the 36 values of conv/kernel:0 are NaN or infinite; train"),
        (lambda: tfmot.quantization.keras.quantize_model(net()), "quantized already.*give the float model"),
        (lambda: net(first=[tf_keras.Sequential([_keras.ReLU()], name="inner")]), "inner is a model inside a model"),
        (_two_outputs, "1 inputs and 2 outputs; allowed is one of each"),
    ],
)
def test_what_cannot_be_compressed_is_refused_in_words(make, message):
    with pytest.raises(ModelRefused, match=message):
        intake(make())


def test_layers_that_quantization_refuses_are_named_with_what_would_work():
    model = net(first=[_keras.LayerNormalization(name="norm")])
    with pytest.raises(ModelRefused, match="norm .LayerNormalization.: .*, instead BatchNormalization"):
        layers_in_float(intake(model).model, allowed=False)
    assert layers_in_float(intake(model).model, allowed=True) == {"norm": "tfmot has no quantization for it"}


def test_layers_can_stay_in_float_and_the_proof_says_why():
    image = tf_keras.Input((8, 8, 1))
    x = _keras.Conv2D(8, 3, padding="same", activation="relu")(image)
    gate = _keras.Reshape((1, 1, 8))(_keras.Dense(8, activation="sigmoid")(_keras.GlobalAveragePooling2D()(x)))
    x = _keras.Multiply(name="gate")([x, gate])
    model = tf_keras.Model(image, _keras.Dense(3)(_keras.GlobalAveragePooling2D()(x)))
    in_float = layers_in_float(model, allowed=True)
    assert list(in_float) == ["gate"]
    values = (pixels() / 128 - 1).astype(np.float32)
    representative = Representative(inputs=values, labels=np.arange(5) % 3, input_range=SCALED_RANGE)
    made = compress(model, Compression(), representative, float_layers=in_float)
    logits = model_io.logits(
        runtime.run(made.file, pixels().astype(np.uint8), SCALED_RANGE), model_io.signature(runtime.load(made.file))
    )
    expected = model(values).numpy()
    np.testing.assert_allclose(logits, expected, atol=0.05 * np.ptp(expected))
    cost = CostReport(
        macs=1, params=1, size_bytes=len(made.file), size_source="measured", peak_ram_bytes=1,
        peak_ram_source="estimated", latency_ms=None, latency_source="estimated", device="host",
    )  # fmt: skip
    examples = Examples(pixels=pixels().astype(np.uint8), labels=np.arange(5) % 3, classes=3)
    shared = dict(test=examples, budget=Budget(), cost=cost, evidence=Evidence(latency=None, parity=None))
    for left, passed in ((in_float, True), ({}, False)):
        proof = prove(made.file, allowed=Allowed(brought=True, in_float=left), **shared)
        (dtypes,) = (check for check in proof.checks if check.name == "dtypes")
        assert dtypes.passed is passed
        assert ("gate left in float: tfmot has no quantization for it" in dtypes.detail) is passed
