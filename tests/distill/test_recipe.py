import math

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from distill.distillation import Distillation
from distill.optimizer import AdamW, build_optimizer, warmup_cosine
from distill.recipe import Recipe


@pytest.mark.parametrize(
    "field",
    [
        dict(batch_size=0),
        dict(learning_rate=0.0),
        dict(warmup_fraction=1.1),
        dict(weight_decay=-1.0),
        dict(learning_rate=math.nan),
        dict(clip_norm=0.0),
        dict(label_smoothing=1.0),
        dict(ema_momentum=1.0),
        dict(patience_epochs=0),
        dict(patience_epochs=3, ema_momentum=0.9),
    ],
)
def test_bad_recipe_is_refused_by_name(field):
    with pytest.raises(ValueError, match=f"recipe.{next(iter(field))}"):
        Recipe(**field)


@pytest.mark.parametrize(
    "field",
    [
        dict(student_loss_weight=2.0),
        dict(temperature=0.0),
        dict(temperature=math.inf),
        dict(final_temperature=-1.0),
        dict(distillation_losses=("soft_target",)),
        dict(distillation_losses=()),
        dict(distillation_loss_weights=(1.0, 2.0)),
        dict(distillation_loss_weights=(-1.0,)),
        dict(stages=("searching",)),
    ],
)
def test_bad_distillation_is_refused_by_name(field):
    with pytest.raises(ValueError, match=f"distillation.{next(iter(field))}"):
        Distillation(**field)


def test_a_misspelt_loss_is_told_what_is_known():
    with pytest.raises(ValueError, match="known are soft_targets, decoupled, dist, .*similarity_preserving"):
        Distillation(distillation_losses=("kl",))


def test_defaults_are_those_of_keras_distillation():
    import inspect

    from keras.distillation import Distiller, LogitsDistillation

    ours = Distillation()
    theirs = inspect.signature(Distiller).parameters
    for name in ("distillation_loss_weights", "student_loss_weight"):
        assert getattr(ours, name) == theirs[name].default
    assert ours.temperature == inspect.signature(LogitsDistillation).parameters["temperature"].default


def test_learning_rate_rises_along_a_line_and_falls_along_a_cosine():
    schedule = warmup_cosine(Recipe(learning_rate=1.0, warmup_fraction=0.2), 100)
    assert [float(schedule(step)) for step in (0, 10, 20, 60, 100)] == pytest.approx([0, 0.5, 1, 0.5, 0], abs=1e-6)
    assert float(warmup_cosine(Recipe(learning_rate=1.0, warmup_fraction=0.0), 100)(0)) == 1


@pytest.mark.parametrize("name", ["adamw", "sgd"])
def test_weight_decay_spares_biases_and_normalization(name):
    import tensorflow as tf
    import tf_keras

    image = tf_keras.Input((2,))
    model = tf_keras.Model(image, tf_keras.layers.BatchNormalization()(tf_keras.layers.Dense(2)(image)))
    for variable in model.trainable_variables:
        variable.assign(tf.ones_like(variable))
    recipe = Recipe(optimizer=name, learning_rate=0.1, warmup_fraction=0.0, weight_decay=0.5)
    optimizer = build_optimizer(recipe, 10)
    optimizer.apply_gradients((tf.zeros_like(v), v) for v in model.trainable_variables)
    after = {v.name.split("/")[-1]: float(v.numpy().ravel()[0]) for v in model.trainable_variables}
    assert after == pytest.approx({"kernel:0": 1 - 0.1 * 0.5, "bias:0": 1, "gamma:0": 1, "beta:0": 1})


def test_adamw_in_one_operation_takes_the_steps_of_tf_keras():
    rng = np.random.default_rng(0)
    weights = {name: rng.normal(size=(4, 3)).astype(np.float32) for name in ("kernel", "bias")}
    gradients = rng.normal(size=(20, 2, 4, 3)).astype(np.float32)

    def trained(optimizer):
        variables = [tf.Variable(value, name=name) for name, value in weights.items()]
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        optimizer.build(variables)
        step = tf.function(lambda values: optimizer.apply_gradients(zip(tf.unstack(values), variables)))
        for values in gradients:
            step(tf.constant(values))
        return [*optimizer.variables, *variables]

    settings = dict(learning_rate=1e-2, weight_decay=0.1, global_clipnorm=1.0)
    ours, theirs = trained(AdamW(**settings)), trained(tf_keras.optimizers.AdamW(**settings))
    for our, their in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(our.numpy(), their.numpy(), rtol=2e-5, atol=1e-6)
