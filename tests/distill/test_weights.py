"""Files of weights."""

import numpy as np
import pytest
import tf_keras

from distill.weights import WeightsDamaged, load_weights, save_weights


def model_of(width: int) -> tf_keras.Model:
    pixels = tf_keras.layers.Input((3,))
    return tf_keras.Model(pixels, tf_keras.layers.Dense(width)(pixels))


def test_weights_are_read_as_they_were_written(tmp_path):
    model, other, path = model_of(2), model_of(2), tmp_path / "some.weights.h5"
    save_weights(model, path)
    load_weights(other, path, "delete it")
    for one, two in zip(model.get_weights(), other.get_weights()):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("damage", ["missing", "truncated", "of another model"])
def test_a_damaged_file_is_named_with_the_remedy(tmp_path, damage):
    path = tmp_path / "some.weights.h5"
    if damage != "missing":
        save_weights(model_of(2), path)
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(WeightsDamaged, match=r"some\.weights\.h5 is missing or damaged .*; delete it"):
        load_weights(model_of(3 if damage == "of another model" else 2), path, "delete it")
