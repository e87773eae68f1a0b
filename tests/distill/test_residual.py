import numpy as np

from distill.residual import build_residual
from distill.weights import save_weights, weights_digest


def built(seed=0, depth=1):
    return build_residual(width=4, groups=3, depth=depth, input_shape=(8, 8, 1), classes=10, seed=seed)


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
