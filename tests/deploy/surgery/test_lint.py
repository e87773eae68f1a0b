from dataclasses import replace

import pytest
import tf_keras

from deploy.surgery.lint import lint
from search.build import build

layers = tf_keras.layers


def model(*between):
    inputs = x = tf_keras.Input((8, 8, 3))
    for layer in between:
        x = layer(x)
    return tf_keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)))


@pytest.mark.parametrize("seed", range(3))
def test_students_of_our_own_space_are_never_refused(genotypes, seed):
    assert lint(build(replace(genotypes(seed), downscale=1 + seed % 2), seed=0)) == ()


@pytest.mark.parametrize(
    ("layer", "kind", "instead"),
    [
        (layers.LayerNormalization(name="bad"), "LayerNormalization", "BatchNormalization"),
        (layers.Lambda(lambda x: 2 * x, name="bad"), "Lambda", "layers of tf_keras"),
        (layers.Conv2D(4, 3, activation="hard_sigmoid", name="bad"), "Conv2D", ""),
    ],
)
def test_the_layer_that_would_fail_is_named(layer, kind, instead):
    (refused,) = lint(model(layers.Conv2D(4, 3), layer))
    assert (refused.layer, refused.kind) == ("bad", kind)
    assert refused.reason
    assert instead in refused.instead


def test_batch_norm_is_refused_where_it_cannot_be_folded():
    folded = lint(model(layers.Conv2D(4, 3), layers.BatchNormalization(), layers.ReLU()))
    alone = lint(model(layers.ReLU(), layers.BatchNormalization(name="bad")))
    assert folded == ()
    assert [refused.layer for refused in alone] == ["bad"]


def test_squeeze_and_excitation_is_named():
    inputs = tf_keras.Input((8, 8, 4))
    gate = layers.Dense(4, activation="sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(inputs))
    gated = layers.Multiply(name="gate")([inputs, gate])
    outputs = layers.Dense(2)(layers.GlobalAveragePooling2D()(gated))
    assert [refused.layer for refused in lint(tf_keras.Model(inputs, outputs))] == ["gate"]


def test_nested_and_subclassed_models_are_named():
    inner = tf_keras.Sequential([layers.Conv2D(4, 3)], name="inner")
    assert lint(model(inner))[0].reason == "a model inside a model"

    class Own(tf_keras.Model):
        def call(self, x):
            return x

    assert "subclassed" in lint(Own())[0].reason
