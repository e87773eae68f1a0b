import numpy as np
import pytest

from distill.brought.teacher_input import ranged, teacher_input


@pytest.mark.parametrize(
    ("dims", "shape", "default_first", "read"),
    [
        ((None, 8, 8, 1), (8, 8, 1), True, (8, 8, 1, False)),
        ((None, 1, 8, 8), (8, 8, 1), False, (8, 8, 1, True)),
        ((1, 3, None, None), (32, 24, 3), False, (32, 24, 3, True)),
        ((None, None, None, 3), (32, 24, 1), True, (32, 24, 3, False)),
        ((None,) * 4, (32, 24, 3), True, (32, 24, 3, True)),
        ((None,) * 4, (32, 24, 3), False, (32, 24, 3, False)),
        ((None, 3, 8, 3), (8, 3, 3), False, (8, 3, 3, True)),
        ((None, 3, 8, 3), (3, 8, 3), True, (3, 8, 3, False)),
    ],
)
def test_the_layout_is_read_from_where_channels_can_stand(dims, shape, default_first, read):
    takes = teacher_input(dims, "float32", shape, channels_first=default_first)
    assert (takes.height, takes.width, takes.channels, takes.channels_first) == read
    images = takes.prepared(np.zeros((2, *shape), np.float32), (0, 1))
    assert images.shape == (2, *((takes.channels, *read[:2]) if read[3] else read[:3]))


def test_ranges_and_bytes():
    pixels = np.array([0, 51, 255], np.float32)[:, None, None, None] * np.ones((1, 2, 2, 3), np.float32)
    np.testing.assert_allclose(ranged(pixels, (-1, 1))[:, 0, 0, 0], (-1, -0.6, 1), atol=1e-6)
    np.testing.assert_allclose(ranged(pixels, "imagenet")[2, 0, 0], (2.2489, 2.4286, 2.64), atol=1e-3)
    np.testing.assert_allclose(ranged(pixels, "caffe")[2, 0, 0], (151.061, 138.221, 131.32), atol=1e-3)
    takes = teacher_input((None, 2, 2, 3), "uint8", (2, 2, 3), channels_first=False)
    assert takes.usual_ranges() == ((0, 255),)
    assert takes.prepared(pixels + 0.4, (0, 255)).dtype == np.uint8
    np.testing.assert_array_equal(takes.prepared(pixels + 0.4, (0, 255))[:, 0, 0, 0], (0, 51, 255))
    with pytest.raises(ValueError, match="allowed: 0 255 alone"):
        takes.check_range((0, 1))
    with pytest.raises(ValueError, match="its input is of int64"):
        teacher_input((None, 2, 2, 3), "int64", (2, 2, 3), channels_first=False)
