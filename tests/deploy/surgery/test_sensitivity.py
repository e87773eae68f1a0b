import numpy as np
import tf_keras

from deploy.surgery.sensitivity import sensitivities
from tests.deploy.models import mixed, with_random_weights


def test_each_layer_is_judged_by_itself_and_the_model_is_left_as_it_is():
    model = with_random_weights(mixed(), 0)
    before = model.get_weights()
    inputs = np.random.default_rng(0).normal(size=(16, 8, 8, 3)).astype(np.float32)
    found = sensitivities(model, inputs)
    kinds = (tf_keras.layers.Conv2D, tf_keras.layers.Dense)
    assert {each.layer for each in found} == {layer.name for layer in model.layers if isinstance(layer, kinds)}
    assert [each.zeros_db for each in found] == sorted(each.zeros_db for each in found)
    for each in found:
        assert each.int8_db > each.zeros_db
        assert each.weights == model.get_layer(each.layer).get_weights()[0].size
    for old, new in zip(before, model.get_weights()):
        np.testing.assert_array_equal(old, new)


def test_a_layer_of_few_large_weights_does_not_mind_zeros():
    model = with_random_weights(mixed(), 0)
    layer = model.layers[1]
    kernel, bias = layer.get_weights()
    small = np.argsort(np.abs(kernel).ravel())[: kernel.size // 2]
    kernel.ravel()[small] = 0
    layer.set_weights([kernel, bias])
    inputs = np.random.default_rng(0).normal(size=(16, 8, 8, 3)).astype(np.float32)
    assert sensitivities(model, inputs)[-1].layer == layer.name
