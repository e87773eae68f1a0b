import numpy as np
import pytest
import tf_keras

from deploy.surgery.channel_graph import ChannelGraph
from deploy.surgery.rank import low_rank
from search.build import build
from search.space import Space
from tests.deploy.models import mixed, with_random_weights

_keras = tf_keras.layers


def macs(model):
    graph = ChannelGraph(model)
    return graph.macs(np.ones(graph.count, bool))


def kernel_of_rank(shape, rank, seed=0):
    rng = np.random.default_rng(seed)
    flat = rng.normal(size=(int(np.prod(shape[:-1])), rank)) @ rng.normal(size=(rank, shape[-1]))
    return flat.reshape(shape).astype(np.float32)


def deep():
    """A convolution and a dense layer of rank 8, in 64 channels."""
    image = tf_keras.Input((8, 8, 32))
    x = _keras.Conv2D(64, 3, strides=2, padding="same", activation="relu", name="wide")(image)
    x = _keras.Dense(64, activation="tanh", name="full")(_keras.Flatten()(x))
    model = with_random_weights(tf_keras.Model(image, _keras.Dense(5, name="last")(x)), 0)
    for name in ("wide", "full"):
        layer = model.get_layer(name)
        kernel, bias = layer.get_weights()
        layer.set_weights([kernel_of_rank(kernel.shape, 8) / 30, bias])
    return model


def inputs_of(model):
    return np.random.default_rng(1).normal(size=(4, *model.input_shape[1:])).astype(np.float32)


def test_layers_of_low_rank_become_narrow_ones_that_compute_the_same():
    model = deep()
    parts = low_rank(model, 0.9999999)
    np.testing.assert_allclose(parts(inputs_of(model)), model(inputs_of(model)), rtol=1e-3, atol=1e-4)
    assert macs(parts) < 0.5 * macs(model)
    names = [layer.name for layer in parts.layers]
    assert {"wide_factor_0", "wide_factor_1", "full_factor_0", "full_factor_1", "last"} <= set(names)


def test_tucker_is_taken_where_both_sides_are_of_low_rank():
    image = tf_keras.Input((8, 8, 64))
    model = tf_keras.Model(
        image, _keras.Dense(2)(_keras.Flatten()(_keras.Conv2D(64, 3, name="c", use_bias=False)(image)))
    )
    rng = np.random.default_rng(0)
    core = np.einsum(
        "hwrs,ir,os->hwio", rng.normal(size=(3, 3, 8, 8)), rng.normal(size=(64, 8)), rng.normal(size=(64, 8))
    )
    model.get_layer("c").set_weights([core.astype(np.float32)])
    parts = low_rank(model, 0.9999999)
    assert [parts.get_layer(f"c_factor_{number}").kernel_size for number in range(3)] == [(1, 1), (3, 3), (1, 1)]
    np.testing.assert_allclose(parts(inputs_of(model)), model(inputs_of(model)), rtol=2e-3, atol=1e-2)


@pytest.mark.parametrize("seed", range(6))
def test_no_student_takes_more_macs_and_outputs_keep_their_shape(genotypes, seed):
    model = with_random_weights(build(genotypes(seed, space=Space(depths=(1, 2), widths=(16, 64))), seed=0), seed)
    for energy in (0.5, 0.9, 1.0):
        parts = low_rank(model, energy)
        assert macs(parts) <= macs(model)
        assert parts.output_shape == model.output_shape
        assert np.isfinite(parts(inputs_of(model))).all()
    tf_keras.backend.clear_session()


def test_less_energy_is_further_away():
    model = with_random_weights(mixed(), 0)
    inputs = inputs_of(model)
    whole = model(inputs).numpy()
    errors = [np.abs(low_rank(model, energy)(inputs) - whole).mean() for energy in (0.999999, 0.7)]
    assert errors[0] <= errors[1]
