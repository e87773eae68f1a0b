import numpy as np
import pytest

from distill.bank.format import decode, encode


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.fixture
def logits():
    return np.random.default_rng(0).normal(0, 4, (50, 200)).astype(np.float32)


def test_few_classes_are_kept_whole(logits):
    kept = encode({"logits": logits[:, :10], "pooled": logits}, 10)
    assert {name: (array.dtype, array.shape) for name, array in kept.items()} == {
        "logits": (np.float16, (50, 10)),
        "pooled": (np.float16, (50, 200)),
    }
    back = decode(kept, 10)
    np.testing.assert_allclose(back["logits"], logits[:, :10], rtol=1e-3, atol=1e-3)
    assert {array.dtype for array in back.values()} == {np.dtype(np.float32)}


def test_of_many_the_largest_are_kept_and_the_tail_keeps_its_mass(logits):
    kept = encode({"logits": logits}, 20)
    assert sum(array[0].nbytes for array in kept.values()) == 20 * (2 + 2) + 2
    back = decode(kept, 200)["logits"]
    assert back.shape == logits.shape
    wanted, given = softmax(logits), softmax(back)
    largest = np.argsort(-logits, axis=1)[:, :20]
    np.testing.assert_allclose(
        np.take_along_axis(given, largest, 1), np.take_along_axis(wanted, largest, 1), rtol=2e-2, atol=1e-6
    )
    rest = lambda shares: 1 - np.take_along_axis(shares, largest, 1).sum(axis=1)  # noqa: E731
    np.testing.assert_allclose(rest(given), rest(wanted), rtol=2e-2, atol=1e-5)


def test_logits_beyond_float16_are_cut_and_stay_finite():
    back = decode(encode({"logits": np.array([[1e30, -1e30, 0.0]])}, 2), 3)["logits"]
    assert np.isfinite(back).all()
    assert back.argmax() == 0
