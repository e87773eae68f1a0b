import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from deploy.surgery.channel_graph import ChannelGraph
from deploy.surgery.importance import taylor
from search.build import build
from tests.deploy.models import masked, mixed, with_random_weights


def loss(targets, logits):
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, logits))


def data(model, count=64):
    rng = np.random.default_rng(0)
    classes = model.output_shape[-1]
    inputs = rng.normal(size=(count, *model.input_shape[1:])).astype(np.float32)
    return inputs, np.eye(classes, dtype=np.float32)[rng.integers(0, classes, count)]


@pytest.mark.parametrize("normalized", [True, False])
def test_a_channel_that_does_nothing_is_worth_nothing(normalized):
    keras = tf_keras.layers
    image = tf_keras.Input((6, 6, 2))
    x = keras.Conv2D(6, 3, name="first")(image)
    x = keras.BatchNormalization(name="norm")(x) if normalized else x
    x = keras.GlobalAveragePooling2D()(keras.ReLU()(x))
    model = with_random_weights(tf_keras.Model(image, keras.Dense(3, name="last")(x)), 0)
    kernel, bias = model.get_layer("last").get_weights()
    kernel[2] = 0
    model.get_layer("last").set_weights([kernel, bias])
    graph = ChannelGraph(model)
    found = taylor(graph, [data(model)], loss)
    channels = graph.outputs(graph.model.get_layer("first"))
    assert found[channels[2]] == 0
    assert (np.delete(found[channels], 2) > 0).sum() >= 3


def test_what_taylor_says_goes_with_what_the_loss_does(genotypes):
    """Over small channels, where the first order is near the truth."""
    model = with_random_weights(build(genotypes(1), seed=0), 1)
    for layer in model.layers:
        if isinstance(layer, tf_keras.layers.BatchNormalization):
            # From channels of no effect to channels of some.
            scale = np.linspace(0, 0.02, layer.gamma.shape[0])
            layer.gamma.assign(scale)
            layer.beta.assign(scale)
    graph, (inputs, targets) = ChannelGraph(model), data(model)
    found = taylor(graph, [(inputs, targets)], loss)
    whole = float(loss(targets, graph.model(inputs)))
    group = max(graph.groups, key=len)
    true = []
    for channel in group:
        keep = np.ones(graph.count, bool)
        keep[channel] = False
        true.append(abs(float(loss(targets, masked(graph, keep)(inputs))) - whole))
    ranks = [np.argsort(np.argsort(values)) for values in (found[group], true)]
    assert np.corrcoef(*ranks)[0, 1] > 0.7


def test_without_examples_it_is_refused():
    with pytest.raises(ValueError, match="at least one batch"):
        taylor(ChannelGraph(mixed()), [], loss)
