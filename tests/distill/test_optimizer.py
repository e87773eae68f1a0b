"""Training in float16, on the CPU: what a GPU without bfloat16 computes, slowly."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from distill import checkpoint as checkpoint_module
from distill.checkpoint import Checkpoint, Resume
from distill.divergence import TrainingDiverged
from distill.examples import Splits
from distill.objective import Objective
from distill.optimizer import OptimizerState, build_optimizer, loss_scaled
from distill.pace import Progress
from distill.precision import computing_in
from distill.recipe import Recipe
from distill.train import train
from distill.training_model import TrainingModel
from distill.views.augmentation import Augmentation, Views
from distill.weights import load_weights, save_weights, saved_state
from search.build import build
from tests.distill.test_train import SPACE

RECIPE = Recipe(batch_size=20, learning_rate=1e-2, warmup_fraction=0.0, ema_momentum=0.9, clip_norm=1.0)
VIEWS = Views(augmentation=Augmentation(), count=2, seed=0)


@pytest.fixture
def build_in(genotypes):
    def built(precision: str) -> tf_keras.Model:
        with computing_in(precision):
            return build(replace(genotypes(3, space=SPACE), classes=2), seed=0)

    return built


def trained(model, examples, epochs=8, **settings):
    splits = Splits(train=examples, validation=examples)
    return train(model, splits, RECIPE, epochs=epochs, views=VIEWS, **settings)


def training_of(model, recipe=RECIPE):
    """The compiled model of `train`, so that single steps can be taken."""
    training = TrainingModel(model, Objective(model, 0.0, None, {}), progress=Progress(first_step=0, steps=100))
    training.compile(loss_scaled(model, build_optimizer(recipe, 100)))
    training.optimizer.build(training.trainable_variables)
    return training


def step(training, pixels, labels):
    tf.function(training._train_batch)((tf.constant(pixels), {"labels": tf.constant(labels)}))


def batch_of(examples, count=20):
    return examples.pixels[:count] / np.float32(128) - 1, np.eye(2, dtype=np.float32)[examples.labels[:count]]


def test_a_student_learns_and_its_weights_are_float32(tmp_path, stripes, build_in):
    model, state = build_in("mixed_float16"), OptimizerState()
    assert {layer.compute_dtype for layer in model.layers if "Conv" in type(layer).__name__} == {"float16"}
    accuracy = trained(model, stripes, resume=Resume(folder=tmp_path / "unfinished", optimizer=state))
    assert accuracy > 0.95
    save_weights(model, tmp_path / "s.weights.h5", state)
    exact = build_in("float32")
    load_weights(exact, tmp_path / "s.weights.h5", "")
    for ours, theirs in zip(model.get_weights(), exact.get_weights(), strict=True):
        assert ours.dtype == theirs.dtype == np.float32
        np.testing.assert_array_equal(ours, theirs)
    # The next rung goes on from it, whatever it computes in.
    read = saved_state(tmp_path / "s.weights.h5")
    assert read.steps == 8 * 10
    assert trained(exact, stripes, epochs=1, resume=Resume(optimizer=read)) > 0.9


def test_other_models_have_no_loss_scale(build_in):
    optimizer = build_optimizer(RECIPE, 10)
    assert loss_scaled(build_in("float32"), optimizer) is optimizer
    assert loss_scaled(build_in("mixed_bfloat16"), optimizer) is optimizer
    scaled = loss_scaled(build_in("mixed_float16"), optimizer)
    assert scaled.inner_optimizer is optimizer
    assert float(scaled.loss_scale) == 2**15


def test_a_killed_training_goes_on_with_its_scale(tmp_path, monkeypatch, build_in):
    monkeypatch.setattr(checkpoint_module, "SECONDS_BETWEEN_SAVES", 0)
    killed, resumed = training_of(build_in("mixed_float16")), training_of(build_in("mixed_float16"))
    killed.optimizer._loss_scale.current_loss_scale.assign(64.0)
    for callback in Checkpoint(tmp_path, killed, killed.optimizer).callbacks():
        callback.on_epoch_end(3, {})
    assert Checkpoint(tmp_path, resumed, resumed.optimizer).restore() == 4
    assert float(resumed.optimizer.loss_scale) == 64


@pytest.mark.parametrize("clip_norm", [None, 0.01])
def test_a_step_is_that_of_float32_within_its_rounding(stripes, build_in, clip_norm):
    """Of plain descent, so that a step is the gradient: with its scale, or clipped after it, it would be another."""
    recipe = replace(RECIPE, optimizer="sgd", learning_rate=1.0, weight_decay=0.0, clip_norm=clip_norm)
    pixels, labels = batch_of(stripes)
    steps = {}
    for precision in ("float32", "mixed_float16"):
        model = build_in(precision)
        training = training_of(model, replace(recipe, ema_momentum=None))
        before = [variable.numpy() for variable in model.trainable_variables]
        step(training, pixels, labels)
        after = [variable.numpy() for variable in model.trainable_variables]
        steps[precision] = np.concatenate([(new - old).ravel() for new, old in zip(after, before)])
    exact, rounded = steps["float32"], steps["mixed_float16"]
    if clip_norm is not None:
        # Nesterov's first step is 1.9 gradients.
        assert np.linalg.norm(rounded) == pytest.approx(1.9 * clip_norm, rel=1e-3)
    assert np.linalg.norm(exact) > 0
    assert np.linalg.norm(rounded - exact) < 0.02 * np.linalg.norm(exact)


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_a_step_that_overflows_changes_nothing_and_halves_the_scale(stripes, build_in, optimizer):
    model = build_in("mixed_float16")
    # Averages and decay, too, must not see the step.
    training = training_of(model, replace(RECIPE, optimizer=optimizer, weight_decay=0.1))
    scaler, (pixels, labels) = training.optimizer, batch_of(stripes)
    scale = scaler._loss_scale.current_loss_scale
    step(training, pixels, labels)
    scale.assign(2.0**40)
    variables = [*model.trainable_variables, *scaler.variables[1:]]
    # The learning rate follows the counter of steps, which goes on.
    variables = [variable for variable in variables if "learning_rate" not in variable.name]
    before = [variable.numpy() for variable in variables]
    step(training, pixels, labels)
    for variable, value in zip(variables, before):
        np.testing.assert_array_equal(variable.numpy(), value, err_msg=variable.name)
    assert float(scale) == 2.0**39
    while float(scale) > 2.0**12:
        step(training, pixels, labels)
        if any(np.any(variable.numpy() != value) for variable, value in zip(model.trainable_variables, before)):
            break
    assert 1 < float(scale) < 2.0**39


def test_a_gradient_that_is_never_finite_ends_the_training(stripes):
    @tf.custom_gradient
    def broken(x):
        return x, lambda upstream: upstream * np.float16(np.nan)

    with computing_in("mixed_float16"):
        image = tf_keras.Input((8, 8, 1))
        hidden = tf_keras.layers.Dense(4, name="hidden")(tf_keras.layers.Flatten()(image))
        model = tf_keras.Model(image, tf_keras.layers.Dense(2, dtype="float32")(tf_keras.layers.Lambda(broken)(hidden)))
    # The scale is 1 after 15 steps that were left out.
    with pytest.raises(TrainingDiverged, match=r"the gradient of hidden/kernel is NaN at step 16 \(epoch 2\)"):
        trained(model, stripes)


def test_replicas_share_a_loss_scale():
    """On two logical processors, as on two GPUs."""
    script = """
import numpy as np, tensorflow as tf, tf_keras
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
from distill.examples import Examples, Splits
from distill.precision import computing_in
from distill.recipe import Recipe
from distill.train import train
from distill.views.augmentation import Augmentation, Views
labels = np.arange(200) % 2
pixels = (60 + 120 * labels[:, None, None, None] + np.zeros((200, 8, 8, 1))).astype(np.uint8)
examples = Examples(pixels=pixels, labels=labels.astype(np.int64), classes=2)
with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope(), computing_in("mixed_float16"):
    image = tf_keras.Input((8, 8, 1))
    hidden = tf_keras.layers.Dense(4, "relu")(tf_keras.layers.Flatten()(image))
    model = tf_keras.Model(image, tf_keras.layers.Dense(2, dtype="float32")(hidden))
recipe, views = Recipe(batch_size=20, learning_rate=1e-2), Views(augmentation=Augmentation(), count=1, seed=0)
assert train(model, Splits(train=examples, validation=examples), recipe, epochs=3, views=views) > 0.9
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=dict(os.environ))
    assert ended.returncode == 0, ended.stderr[-2000:]
