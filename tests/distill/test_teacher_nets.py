import numpy as np
import tf_keras

from distill.examples import Examples, scaled
from distill.teacher import Teacher
from distill.teacher_nets import build_teacher
from distill.weights import save_weights, weights_digest


def built(seed=0, depth=1):
    return build_teacher(Teacher(width=4, groups=3, depth=depth), input_shape=(8, 8, 1), classes=10, seed=seed)


def test_net_gives_logits_and_is_the_same_for_the_same_seed():
    one, two, other = built(), built(), built(seed=1)
    assert one.output_shape == (None, 10)
    assert weights_digest(one) == weights_digest(two) != weights_digest(other)


def test_digest_follows_the_weights_through_a_file(tmp_path):
    net = built(depth=2)
    save_weights(net, tmp_path / "t.weights.h5")
    copy = built(seed=3, depth=2)
    copy.load_weights(tmp_path / "t.weights.h5")
    assert weights_digest(copy) == weights_digest(net)
    assert [path.name for path in tmp_path.iterdir()] == ["t.weights.h5"]
    kernel = net.get_weights()
    kernel[0] = kernel[0] + np.float32(1e-6)
    net.set_weights(kernel)
    assert weights_digest(copy) != weights_digest(net)


def test_quick_net_whitens_the_patches_of_its_examples():
    pixels = np.random.default_rng(0).normal(128, 30, (50, 9, 9, 3)).clip(0, 255)
    # Neighbours and colours that hang together, as in photographs.
    pixels = (pixels + pixels[:, ::-1] + 2 * pixels.mean(-1, keepdims=True)) / 4
    examples = Examples(pixels=pixels.astype(np.uint8), labels=np.zeros(50, np.int64), classes=2)
    quick = Teacher(family="quick", width=4, groups=4, depth=1)
    net = build_teacher(quick, input_shape=(9, 9, 3), classes=2, seed=0, examples=examples)
    whitening = tf_keras.Model(net.input, net.get_layer("whitening").output)
    seen = whitening.predict(scaled(examples.pixels.astype(np.float32)), verbose=0)[:, :-1, :-1].reshape(-1, 24)
    np.testing.assert_allclose(np.cov(seen[:, :12].T), np.eye(12), atol=0.1)
    np.testing.assert_allclose(seen[:, 12:], -seen[:, :12], atol=1e-5)
    assert net.output_shape == (None, 2)
    assert "whitening" not in " ".join(weight.name for weight in net.trainable_weights)
