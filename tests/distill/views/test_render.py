import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.examples import Examples, scaled
from distill.views.augmentation import Augmentation, Views
from distill.views.draws import draw
from distill.views.render import renderer

ALL = Augmentation(
    crop_min_area=0.6,
    translate_pixels=2,
    rotate_degrees=20,
    flip=True,
    erase_max_area=0.3,
    mixup_alpha=0.5,
    cutmix_alpha=1.0,
    mix_share=0.8,
)


def rendered(examples, augmentation, numbers, view, *, views=4, seed=0):
    render = renderer(examples, Views(augmentation=augmentation, count=views, seed=seed))
    return [tensor.numpy() for tensor in render(tf.constant(numbers), tf.fill((len(numbers),), view))]


def drawn(examples, augmentation, views=4, seed=0):
    height, width, _ = examples.input_shape
    seeded = Views(augmentation=augmentation, count=views, seed=seed)
    return draw(seeded, examples=len(examples), height=height, width=width, labelled=examples.labelled)


def inside(box, height=8, width=8):
    top, left, bottom, right = box
    mask = np.zeros((height, width, 1), bool)
    mask[top:bottom, left:right] = True
    return mask


def test_without_augmentation_every_view_is_the_example(stripes):
    expected = scaled(stripes.pixels[:5].astype(np.float32))
    for view in range(4):
        pixels, labels = rendered(stripes, Augmentation(), range(5), view)
        np.testing.assert_array_equal(pixels, expected)
        np.testing.assert_array_equal(labels, np.eye(2)[stripes.labels[:5]])


@settings(max_examples=20)
@given(seed=st.integers(0, 2**31), view=st.integers(0, 3), number=st.integers(0, 199))
def test_a_view_depends_on_seed_example_and_view_alone(stripes, seed, view, number):
    alone = rendered(stripes, ALL, [number], view, seed=seed)
    in_company = rendered(stripes, ALL, [7, number, 3], view, views=9, seed=seed)
    for one, other in zip(alone, in_company):
        np.testing.assert_array_equal(one[0], other[1])


def test_without_partners_fewer_examples_change_nothing(stripes):
    from dataclasses import replace

    augmentation = replace(ALL, mixup_alpha=0.0, cutmix_alpha=0.0)
    few = Examples(pixels=stripes.pixels[:30], labels=stripes.labels[:30], classes=2)
    for view in range(4):
        one, _ = rendered(few, augmentation, range(30), view)
        np.testing.assert_array_equal(one, rendered(stripes, augmentation, range(30), view)[0])


def test_each_view_is_some_crop_or_mirrored_crop_of_the_padded_example(stripes):
    augmentation = Augmentation(translate_pixels=1, flip=True)
    padded = np.pad(stripes.pixels, [(0, 0), (1, 1), (1, 1), (0, 0)])
    seen = set()
    for view in range(4):
        for number, image in enumerate(rendered(stripes, augmentation, range(100), view)[0]):
            crops = [padded[number, d : d + 8, r : r + 8] for d in range(3) for r in range(3)]
            wanted = [scaled(c.astype(np.float32)) for crop in crops for c in (crop, crop[:, ::-1])]
            matches = [place for place, candidate in enumerate(wanted) if np.array_equal(image, candidate)]
            assert matches
            seen.update(matches)
    assert len(seen) == 18


def bilinear(image, affine):
    """The view by the formula, in plain loops: black outside, linear between the four neighbours."""
    height, width, _ = image.shape
    a, b, c, d, e, f = affine.astype(np.float64)
    view = np.zeros(image.shape)
    for y in range(height):
        for x in range(width):
            at_x, at_y = a * x + b * y + c, d * x + e * y + f
            left, top = int(np.floor(at_x)), int(np.floor(at_y))
            for row, share_y in ((top, top + 1 - at_y), (top + 1, at_y - top)):
                for column, share_x in ((left, left + 1 - at_x), (left + 1, at_x - left)):
                    if 0 <= row < height and 0 <= column < width:
                        view[y, x] += share_y * share_x * image[row, column]
    return view


@pytest.mark.parametrize(
    "wanted", [dict(rotate_degrees=30), dict(crop_min_area=0.3), dict(crop_min_area=0.5, flip=True)]
)
def test_turned_and_cut_views_follow_the_formula(stripes, wanted):
    augmentation = Augmentation(translate_pixels=1, **wanted)
    draws = drawn(stripes, augmentation)
    pixels, _ = rendered(stripes, augmentation, range(12), 2)
    for number in range(12):
        expected = scaled(bilinear(stripes.pixels[number].astype(np.float64), draws.affine[2, number]))
        np.testing.assert_allclose(pixels[number], expected, atol=2e-3)


def test_a_cut_lies_in_the_image_and_has_the_area_that_was_asked_for(stripes):
    a, b, c, d, e, f = drawn(stripes, Augmentation(crop_min_area=0.4)).affine.reshape(-1, 6).T
    corners = [(x, y) for x in (-0.5, 7.5) for y in (-0.5, 7.5)]
    for x, y in corners:
        for at in (a * x + b * y + c, d * x + e * y + f):
            assert at.min() >= -0.5 - 1e-5
            assert at.max() <= 7.5 + 1e-5
    area = a * e
    assert area.max() <= 1
    assert 0.38 < area.min() < 0.5


def test_an_erased_box_is_grey_and_the_rest_untouched(stripes):
    augmentation = Augmentation(erase_max_area=0.4)
    draws = drawn(stripes, augmentation)
    pixels, _ = rendered(stripes, augmentation, range(200), 1)
    erased = 0
    for number in range(200):
        mask = inside(draws.erased[1, number])
        expected = np.where(mask, 0, scaled(stripes.pixels[number].astype(np.float32)))
        np.testing.assert_array_equal(pixels[number], expected)
        erased += mask.any()
    assert 60 < erased < 110


@pytest.mark.parametrize("which", ["mixup", "cutmix", "both"])
def test_mixed_views_are_made_of_both_examples_views_and_labels(stripes, which):
    augmentation = Augmentation(
        translate_pixels=1,
        mixup_alpha=0.4 if which != "cutmix" else 0.0,
        cutmix_alpha=1.0 if which != "mixup" else 0.0,
    )
    draws = drawn(stripes, augmentation)
    pixels, labels = rendered(stripes, augmentation, range(200), 3)
    alone, _ = rendered(stripes, Augmentation(translate_pixels=1), range(200), 3)
    by_box = 0
    for number in range(200):
        partner, blend = draws.partner[3, number], draws.blend[3, number]
        weight = np.where(inside(draws.pasted[3, number]), 1, blend).astype(np.float32)
        by_box += blend == 0
        expected = (1 - weight) * alone[number] + weight * alone[partner]
        np.testing.assert_allclose(pixels[number], expected, atol=1e-6)
        share = weight.mean()
        label = (1 - share) * np.eye(2)[stripes.labels[number]] + share * np.eye(2)[stripes.labels[partner]]
        np.testing.assert_allclose(labels[number], label, atol=1e-6)
    assert {"mixup": by_box == 0, "cutmix": by_box == 200, "both": 60 < by_box < 140}[which]
    np.testing.assert_allclose(labels.sum(axis=1), 1, rtol=1e-6)


def test_only_the_share_asked_for_is_mixed(stripes):
    draws = drawn(stripes, Augmentation(mixup_alpha=1.0, mix_share=0.25), views=8)
    assert 0.2 < np.mean(draws.blend > 0) < 0.3


def test_views_and_seeds_differ(stripes):
    one, _ = rendered(stripes, ALL, range(50), 0)
    assert not np.array_equal(one, rendered(stripes, ALL, range(50), 1)[0])
    assert not np.array_equal(one, rendered(stripes, ALL, range(50), 0, seed=1)[0])


@pytest.mark.parametrize(
    "augmentation",
    [
        Augmentation(translate_pixels=3, flip=True, mirrored_pairs=True),
        Augmentation(rotate_degrees=20, crop_min_area=0.5, mirrored_pairs=True),
        Augmentation(erase_max_area=0.4, mirrored_pairs=True),
        Augmentation(drop_columns=0.4, mirrored_pairs=True),
        Augmentation(translate_pixels=3, flip=True, mixup_alpha=1.0, cutmix_alpha=1.0, mirrored_pairs=True),
    ],
)
def test_the_second_view_of_a_pair_is_the_mirror_image_of_the_first(stripes, augmentation):
    render = renderer(stripes, Views(augmentation=augmentation, count=4, seed=1))
    numbers = tf.range(20)
    views = [render(numbers, tf.fill(numbers.shape, view))[0].numpy() for view in range(4)]
    for first, second in (views[:2], views[2:]):
        np.testing.assert_allclose(second, first[:, :, ::-1], atol=1e-4)
        assert not np.allclose(first, second)
    assert not np.allclose(views[0], views[2])


def test_dropped_columns_are_grey_and_the_others_as_they_were(stripes):
    shown, _ = rendered(stripes, Augmentation(drop_columns=0.3), range(50), 0)
    plain = scaled(stripes.pixels[:50].astype(np.float32))
    grey = np.all(shown == 0, axis=(1, 3))
    assert np.mean(grey) == pytest.approx(0.3, abs=0.08)
    kept = np.broadcast_to(~grey[:, None, :, None], plain.shape)
    np.testing.assert_array_equal(shown[kept], plain[kept])


def test_channels_of_some_columns_are_rolled_and_the_others_as_they_were():
    pixels = np.random.default_rng(0).integers(0, 256, (40, 2, 12, 7), np.uint8)
    shown, _ = rendered(
        Examples(pixels=pixels, labels=np.arange(40) % 2, classes=2), Augmentation(roll_channels=0.3), range(40), 0
    )
    plain = scaled(pixels.astype(np.float32))
    same = np.all(shown == plain, axis=(1, 3))
    assert np.mean(~same) == pytest.approx(0.3, abs=0.05)
    rolls = np.stack([np.roll(plain, -places, axis=3) for places in range(1, 7)])
    by_roll = np.all(rolls == shown, axis=(2, 4))
    assert np.array_equal(by_roll.any(axis=0), ~same)
    # By every number of places.
    assert by_roll.any(axis=(1, 2)).all()


def test_rolled_columns_are_mirrored_in_the_second_view_of_a_pair():
    pixels = np.random.default_rng(0).integers(0, 256, (40, 1, 12, 7), np.uint8)
    examples = Examples(pixels=pixels, labels=np.arange(40) % 2, classes=2)
    render = renderer(
        examples, Views(augmentation=Augmentation(roll_channels=0.4, mirrored_pairs=True), count=2, seed=0)
    )
    first, second = (render(tf.range(40), tf.fill((40,), view))[0].numpy() for view in range(2))
    np.testing.assert_array_equal(second, first[:, :, ::-1])
    assert not np.array_equal(first, scaled(pixels.astype(np.float32)))


def test_a_row_is_shifted_along_itself_alone_and_mixed_over_its_whole_height():
    pixels = np.random.default_rng(0).integers(1, 256, (40, 1, 12, 5), np.uint8)
    signals = Examples(pixels=pixels, labels=np.arange(40) % 2, classes=2)
    shifted, _ = rendered(signals, Augmentation(translate_pixels=2), range(40), 0)
    assert np.all(shifted[:, :, 2:-2].max(axis=(1, 2, 3)) > -1)
    mixed, shares = rendered(signals, Augmentation(cutmix_alpha=1.0), range(40), 0)
    plain = scaled(pixels.astype(np.float32))
    own = np.mean(np.all(mixed == plain, axis=(1, 3)), axis=1)
    np.testing.assert_allclose(shares.max(axis=1), np.where(shares.max(axis=1) == 1, 1, np.maximum(own, 1 - own)))
    assert 0.3 < own.mean() < 0.7


def test_unlabelled_examples_behind_change_nothing_of_the_others_and_have_no_label(stripes):
    few = Examples(pixels=stripes.pixels[:30], labels=stripes.labels[:30], classes=2)
    labels = np.where(np.arange(200) < 30, stripes.labels, -1)
    more = Examples(pixels=stripes.pixels, labels=labels, classes=2)
    for view in range(4):
        for one, other in zip(rendered(few, ALL, range(30), view), rendered(more, ALL, range(200), view)):
            np.testing.assert_array_equal(one, other[:30])
        assert not rendered(more, ALL, range(30, 200), view)[1].any()
        partners = drawn(more, ALL).partner[view]
        assert partners[:30].max() < 30 <= partners[30:].min()
        assert len(set(partners[30:].tolist())) > 80
