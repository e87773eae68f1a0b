import numpy as np
import tensorflow as tf

from distill.bank.address import BankPlace
from distill.bank.fill import fill_bank
from distill.stream import batches, steps_per_epoch
from distill.views.augmentation import Augmentation, Views
from distill.views.render import renderer

VIEWS = Views(augmentation=Augmentation(translate_pixels=1, rotate_degrees=10, mixup_alpha=0.3), count=2, seed=3)


def stream(stripes, epochs, bank=None, batch_size=30):
    shared = dict(batch_size=batch_size, order_seed=4, bank=bank)
    return list(batches(stripes, VIEWS, epochs=epochs, **shared).as_numpy_iterator())


def test_training_sees_the_pixels_that_the_teacher_saw_with_what_it_said_of_them(tmp_path, stripes):
    seen = {}

    def teacher(pixels, numbers):
        # Logits that name the view, so that a mistaken row would show.
        pixels = pixels.numpy()
        for number, image in zip(numbers, pixels):
            seen.setdefault(image.tobytes(), (int(number), image))
        return {"logits": np.stack([pixels.mean(axis=(1, 2, 3)), pixels.std(axis=(1, 2, 3))], axis=1)}

    bank = fill_bank(BankPlace(banks=tmp_path, address="a"), teacher, stripes, VIEWS, top_k=64)
    compared = 0
    for pixels, targets in stream(stripes, range(3), bank):
        assert targets["labels"].shape == (30, 2)
        for image, logits in zip(pixels, targets["logits"]):
            assert image.tobytes() in seen
            np.testing.assert_allclose(logits, [image.mean(), image.std()], rtol=2e-3, atol=1e-3)
            compared += 1
    assert compared == 3 * 180


def test_an_epoch_shows_each_example_once_and_a_later_start_goes_on_alike(stripes):
    whole, late = stream(stripes, range(4), batch_size=50), stream(stripes, range(2, 4), batch_size=50)
    assert len(whole) == 16
    for (pixels, targets), (late_pixels, late_targets) in zip(whole[8:], late):
        np.testing.assert_array_equal(pixels, late_pixels)
        np.testing.assert_array_equal(targets["labels"], late_targets["labels"])
    render = renderer(stripes, VIEWS)
    for epoch in range(4):
        expected, _ = render(tf.range(200), tf.fill((200,), epoch % 2))
        shown = np.concatenate([pixels for pixels, _ in whole[4 * epoch : 4 * epoch + 4]])
        key = lambda images: sorted(image.tobytes() for image in images)  # noqa: E731
        assert key(shown) == key(expected.numpy())


def test_a_set_smaller_than_a_batch_is_one_batch(stripes):
    assert steps_per_epoch(stripes, 500) == 1
    ((pixels, _),) = stream(stripes, range(1), batch_size=500)
    assert len(pixels) == 200
