import numpy as np
import pytest

from experiments import cifar10_teacher

PIXELS = np.random.default_rng(0).uniform(-1, 1, (4, 32, 32, 3)).astype(np.float32)


def test_the_weights_come_along_and_are_small():
    assert cifar10_teacher.WEIGHTS.stat().st_size <= 10_000_000
    logits = cifar10_teacher.build()(PIXELS).numpy()
    assert logits.shape == (4, 10)
    assert np.isfinite(logits).all()


def test_the_mirrored_teacher_says_the_same_of_a_mirrored_picture():
    plain, both = cifar10_teacher.build(), cifar10_teacher.mirrored()
    logits = both(PIXELS).numpy()
    np.testing.assert_allclose(logits, both(PIXELS[:, :, ::-1]).numpy(), atol=1e-4)
    np.testing.assert_allclose(logits, (plain(PIXELS) + plain(PIXELS[:, :, ::-1])) / 2, atol=1e-4)


def test_weights_are_kept_to_float16_and_others_can_be_given(tmp_path):
    net = cifar10_teacher.build()
    net.set_weights([array * 0.5 for array in net.get_weights()])
    cifar10_teacher.write_weights(net, tmp_path / "half.npz")
    again = cifar10_teacher.build(tmp_path / "half.npz")
    for kept, given in zip(again.get_weights(), net.get_weights()):
        np.testing.assert_allclose(kept, given, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("function", ["build", "mirrored"])
def test_it_can_be_brought_as_a_source(function):
    from distill.brought.open_teacher import open_teacher
    from distill.examples import SCALED_RANGE

    source = f"experiments.cifar10_teacher:{function}"
    teacher = open_teacher(source, input_shape=(32, 32, 3), classes=10, input_range=SCALED_RANGE)
    logits = teacher(128 * (PIXELS + 1))["logits"]
    np.testing.assert_allclose(logits, getattr(cifar10_teacher, function)()(PIXELS), atol=1e-3)
