import numpy as np
import pytest
import tf_keras

from deploy.compress.compression import Compression
from deploy.compress.shrink import Shrinking
from deploy.compress.steps import Representative, Training, compress
from tests.deploy.models import mixed, with_random_weights


def lengths(layer):
    kernel = layer.get_weights()[0]
    return np.sqrt((kernel.reshape(-1, kernel.shape[-1]) ** 2).sum(axis=0))


def test_channels_shrink_by_a_share_of_their_layers_mean_and_the_least_become_nothing():
    model = with_random_weights(mixed(), 0)
    first, last = model.layers[1], model.layers[-1]
    kernel, bias = first.get_weights()
    kernel[..., 0] *= 1e-3
    first.set_weights([kernel, bias])
    before, answers = lengths(first), last.get_weights()
    Shrinking(model, 0.1, channels=True).on_epoch_end(0)
    np.testing.assert_allclose(lengths(first), np.maximum(before - 0.1 * before.mean(), 0), rtol=1e-4, atol=1e-6)
    assert first.get_weights()[1][0] == 0
    assert lengths(first)[0] == 0
    # Classes are no channels.
    np.testing.assert_array_equal(last.get_weights()[0], answers[0])


def test_where_batch_normalization_scales_a_channel_its_scale_shrinks():
    model = with_random_weights(mixed(), 0)
    normalization = next(each for each in model.layers if isinstance(each, tf_keras.layers.BatchNormalization))
    before = np.abs(normalization.gamma.numpy())
    Shrinking(model, 0.2, channels=True).on_epoch_end(0)
    after = np.abs(normalization.gamma.numpy())
    np.testing.assert_allclose(after, np.maximum(before - 0.2 * before.mean(), 0), rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(normalization.beta.numpy()[after == 0], 0)


@pytest.mark.parametrize("strength", [0.05, 0.5])
def test_single_weights_shrink_towards_zero_and_keep_their_sign(strength):
    model = with_random_weights(mixed(), 0)
    kernel = model.layers[1].get_weights()[0]
    Shrinking(model, strength, channels=False).on_epoch_end(0)
    shrunk = model.layers[1].get_weights()[0]
    expected = np.sign(kernel) * np.maximum(np.abs(kernel) - strength * np.abs(kernel).mean(), 0)
    np.testing.assert_allclose(shrunk, expected, rtol=1e-4, atol=1e-6)
    assert (shrunk == 0).any()


def test_it_comes_before_anything_is_taken_out_and_leaves_the_model_as_it_is():
    model = with_random_weights(mixed(), 0)
    before = model.get_weights()
    rng = np.random.default_rng(0)
    inputs, labels = rng.normal(size=(32, 8, 8, 3)).astype(np.float32), np.arange(32) % 5
    seen = []

    def finetune(model, phase, callbacks, share):
        seen.append((phase, [type(callback).__name__ for callback in callbacks], model.count_params()))
        model.compile("sgd", tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(inputs, labels, epochs=1, verbose=0, callbacks=list(callbacks))

    representative = Representative(inputs=inputs, labels=labels, input_range=(-1, 1))
    graph = Compression(shrink=0.1, rank=0.5, trained=True, numbers="dynamic_range")
    compress(model, graph, representative, Training(finetune=finetune, pruning_steps=1))
    assert [(phase, callbacks) for phase, callbacks, _ in seen] == [("pruning", ["Shrinking"]), ("pruning", [])]
    assert seen[0][2] == model.count_params() >= seen[1][2]
    for old, new in zip(before, model.get_weights()):
        np.testing.assert_array_equal(old, new)
