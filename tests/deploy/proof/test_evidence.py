"""What a proof tells beside its checks: layers, classes, confidence, other pictures, another process."""

import numpy as np
import pytest
import tf_keras

from deploy.compress.compression import Compression
from deploy.compress.convert import convert, converted
from deploy.compress.quantize import quantizable, set_input_range
from deploy.compress.steps import Compressed, Representative, compress
from deploy.proof.layer_noise import layer_noise
from deploy.proof.parity import parity
from deploy.proof.repeats import repeats
from deploy.proof.robustness import CORRUPTIONS, FGSM_STEP, attacked, robustness
from deploy.tflite import model_io, runtime
from distill.examples import SCALED_RANGE, Splits, scaled
from distill.recipe import Recipe
from distill.train import predict, train
from distill.views.augmentation import Augmentation, Views
from search.build import build
from search.genotype import Genotype, Stage

GENOTYPE = Genotype(
    input_shape=(8, 8, 1), classes=2, stem_width=16, stem_kernel=3, stem_stride=1,
    stages=(Stage(block="depthwise", width=16, depth=2, kernel=3, expansion=2, stride=1, residual=True),),
)  # fmt: skip


@pytest.fixture(scope="module")
def student(stripes):
    model = build(GENOTYPE, seed=0)
    splits = Splits(train=stripes, validation=stripes)
    views = Views(augmentation=Augmentation(), count=1, seed=0)
    train(model, splits, Recipe(batch_size=20), epochs=3, views=views)
    return model


@pytest.fixture(scope="module")
def inputs(stripes):
    return scaled(stripes.pixels.astype(np.float32))


@pytest.fixture(scope="module")
def quantized(student, inputs):
    model = quantizable(student, keep_zeros=False, inputs=inputs)
    set_input_range(model, *SCALED_RANGE)
    return model


def test_every_operator_is_near_the_layer_that_it_came_from(quantized, inputs):
    found = layer_noise(Compressed.of(quantized, converted(quantized)), inputs[:8])
    assert (found[0].operator, found[-1].operator) == ("CONV_2D", "FULLY_CONNECTED")
    assert found[-1].layer == "quant_head_"
    assert len({each.layer for each in found}) == len(found)
    assert min(each.signal_to_noise_db for each in found) > 25


def test_the_layer_that_differs_is_the_one_that_is_noisy(quantized, inputs):
    compressed = Compressed.of(quantized, converted(quantized))
    kernel = next(v for v in quantized.variables if "s0b1p/" in v.name and "kernel:" in v.name)
    before = kernel.numpy()
    kernel.assign(before[:, :, ::-1])
    noise = {each.layer: each.signal_to_noise_db for each in layer_noise(compressed, inputs[:8])}
    kernel.assign(before)
    first_after = next(number for number, db in enumerate(noise.values()) if db < 15)
    assert first_after > 3
    assert all(db > 25 for db in list(noise.values())[:first_after])


def test_pictures_change_as_their_names_say(stripes):
    pixels = stripes.pixels[:20]
    for name, corrupt in CORRUPTIONS.items():
        changed = corrupt(pixels)
        assert (changed.dtype, changed.shape) == (np.uint8, pixels.shape), name
        assert 0 < np.abs(changed.astype(int) - pixels).mean() < 80, name
        np.testing.assert_array_equal(changed, corrupt(pixels))
    assert CORRUPTIONS["brightness"](pixels).mean() > pixels.mean()
    assert CORRUPTIONS["contrast"](pixels).std() < pixels.std()


def test_the_attack_moves_each_pixel_by_its_step_and_costs_accuracy(student, stripes):
    moved = attacked(student, stripes.pixels, stripes.labels, SCALED_RANGE).astype(int) - stripes.pixels
    assert np.abs(moved).max() <= FGSM_STEP
    assert (np.abs(moved) == FGSM_STEP).mean() > 0.5

    def loss(pixels):
        logits = predict(student, pixels)
        return -np.log(np.exp(logits)[np.arange(len(pixels)), stripes.labels] / np.exp(logits).sum(axis=1)).mean()

    assert loss((stripes.pixels + moved).astype(np.uint8)) > loss(stripes.pixels)


def test_file_and_float_model_see_the_same_pictures(student, quantized, stripes):
    found = robustness(convert(quantized), student, stripes, SCALED_RANGE)
    assert [each.change for each in found] == ["none", *CORRUPTIONS, f"fgsm {FGSM_STEP}/255"]
    assert found[0].float_accuracy == np.mean(predict(student, stripes.pixels).argmax(axis=1) == stripes.labels)
    assert all(abs(each.file_accuracy - each.float_accuracy) <= 0.1 for each in found)


def test_another_process_gives_the_same_bits(student_bytes, stripes):
    assert repeats(student_bytes, stripes.pixels[:20])


@pytest.mark.parametrize("numbers", ["float16", "dynamic_range", "int16x8"])
def test_files_of_other_numbers_follow_their_keras_model(student, stripes, inputs, numbers):
    representative = Representative(inputs=inputs[:64], labels=stripes.labels[:64], input_range=SCALED_RANGE)
    made = compress(student, Compression(numbers=numbers), representative)
    sign = model_io.signature(runtime.load(made.file))
    assert sign.input_dtype == ("int16" if numbers == "int16x8" else "float32")
    found = parity(made.file, stripes.pixels, predict(student, stripes.pixels), SCALED_RANGE)
    assert found.agreement >= 0.99
    logits = model_io.logits(runtime.run(made.file, stripes.pixels, SCALED_RANGE), sign)
    np.testing.assert_allclose(logits, predict(student, stripes.pixels), atol=0.1 * np.abs(logits).max())


def test_the_model_is_left_as_it_is_by_every_step(student, stripes, inputs):
    before = [weights.copy() for weights in student.get_weights()]
    representative = Representative(inputs=inputs[:64], labels=stripes.labels[:64], input_range=SCALED_RANGE)
    for compression in (
        Compression(channels=0.7), Compression(rank=0.5), Compression(blocks=1), Compression(clusters=4),
        Compression(zeros=0.5), Compression(zeros=0.5, pattern="2:4"), Compression(ranges="mse"),
    ):  # fmt: skip
        made = compress(student, compression, representative)
        assert runtime.run(made.file, stripes.pixels[:2]).shape == (2, 2)
        for old, new in zip(before, student.get_weights()):
            np.testing.assert_array_equal(old, new)
    tf_keras.backend.clear_session()
