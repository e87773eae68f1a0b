import numpy as np
import pytest
import tf_keras

from deploy.surgery.blocks import without_blocks
from deploy.surgery.flat import ModelRefused
from search.build import build
from search.genotype import Genotype, Stage
from tests.deploy.models import with_random_weights

GENOTYPE = Genotype(
    input_shape=(8, 8, 1), classes=3, stem_width=8, stem_kernel=3, stem_stride=1,
    stages=(Stage(block="depthwise", width=8, depth=3, kernel=3, expansion=2, stride=1, residual=True),),
)  # fmt: skip


def examples():
    rng = np.random.default_rng(0)
    return [(rng.normal(size=(16, 8, 8, 1)).astype(np.float32), rng.integers(0, 3, 16))]


def test_the_block_that_does_nothing_goes_first():
    model = with_random_weights(build(GENOTYPE, seed=0), 0)
    idle = model.get_layer("s0b1p_n")
    idle.gamma.assign(np.zeros(8))
    idle.beta.assign(np.zeros(8))
    idle.moving_mean.assign(np.zeros(8))
    head = model.get_layer("head_")
    head.set_weights([20 * weights for weights in head.get_weights()])
    # So sure of its own answers that any other absence costs.
    answers = [(inputs, model(inputs).numpy().argmax(axis=1)) for inputs, _ in examples()]
    less = without_blocks(model, 1, answers)
    names = {layer.name for layer in less.layers}
    assert not any(name.startswith("s0b1") for name in names)
    assert {"s0b0a", "s0b2a"} <= names
    inputs = examples()[0][0]
    np.testing.assert_allclose(less(inputs), model(inputs), rtol=1e-5, atol=1e-5)


def test_all_blocks_can_go_and_no_more():
    model = with_random_weights(build(GENOTYPE, seed=0), 0)
    bare = without_blocks(model, 3, examples())
    assert not any(isinstance(layer, (tf_keras.layers.Add, tf_keras.layers.DepthwiseConv2D)) for layer in bare.layers)
    assert bare.output_shape == (None, 3)
    with pytest.raises(ModelRefused, match="4 residual blocks are to go, and the model has 3"):
        without_blocks(model, 4, examples())
