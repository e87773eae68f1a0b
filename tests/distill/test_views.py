import numpy as np
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.augmentation import Augmentation
from distill.examples import Examples, scaled
from distill.views import renderer


def rendered(examples, augmentation, numbers, view, *, views=4, seed=0):
    render = renderer(examples, augmentation, views=views, seed=seed)
    return render(tf.constant(numbers), tf.fill((len(numbers),), view)).numpy()


def test_without_augmentation_every_view_is_the_example(stripes):
    expected = scaled(stripes.pixels[:5].astype(np.float32))
    for view in range(4):
        np.testing.assert_array_equal(rendered(stripes, Augmentation(), range(5), view), expected)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), view=st.integers(0, 3), number=st.integers(0, 199))
def test_a_view_depends_on_seed_example_and_view_alone(stripes, seed, view, number):
    augmentation = Augmentation(shift_pixels=2, flip=True)
    alone = rendered(stripes, augmentation, [number], view, seed=seed)[0]
    in_company = rendered(stripes, augmentation, [7, number, 3], view, seed=seed)[1]
    np.testing.assert_array_equal(alone, in_company)
    # Neither more views nor fewer examples change it.
    first = Examples(pixels=stripes.pixels[: number + 1], labels=stripes.labels[: number + 1], classes=2)
    np.testing.assert_array_equal(alone, rendered(first, augmentation, [number], view, views=9, seed=seed)[0])


def test_each_view_is_some_crop_or_mirrored_crop_of_the_padded_example(stripes):
    augmentation = Augmentation(shift_pixels=1, flip=True)
    padded = np.pad(stripes.pixels, [(0, 0), (1, 1), (1, 1), (0, 0)])
    for view in range(4):
        for number, image in enumerate(rendered(stripes, augmentation, range(20), view)):
            crops = [padded[number, d : d + 8, r : r + 8] for d in range(3) for r in range(3)]
            wanted = [scaled(c.astype(np.float32)) for crop in crops for c in (crop, crop[:, ::-1])]
            assert any(np.array_equal(image, candidate) for candidate in wanted)


def test_views_and_seeds_differ(stripes):
    augmentation = Augmentation(shift_pixels=3, flip=True)
    one = rendered(stripes, augmentation, range(50), 0)
    assert not np.array_equal(one, rendered(stripes, augmentation, range(50), 1))
    assert not np.array_equal(one, rendered(stripes, augmentation, range(50), 0, seed=1))
