"""Robustness: accuracy of a file and its float model on corrupted and attacked test pictures."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
import tf_keras
from scipy import ndimage

from deploy.proof.accuracy import LabelledPixels, accuracy
from deploy.proof.evidence import Robustness
from deploy.surgery.flat import predicted
from deploy.tflite import model_io, runtime

# A step of the attack, of 255; pictures look the same to people.
FGSM_STEP = 4
_BATCH = 500
# Examples are enough to see a difference of a few points, which is what this is about.
MAX_EXAMPLES = 1_000


def _clipped(pixels: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


def _jpeg(pixels: np.ndarray) -> np.ndarray:
    channels = pixels.shape[-1]
    return np.stack([tf.io.decode_jpeg(tf.io.encode_jpeg(image, quality=58), channels).numpy() for image in pixels])


CORRUPTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "noise": lambda pixels: _clipped(pixels + np.random.default_rng(0).normal(0, 0.08 * 255, pixels.shape)),
    "blur": lambda pixels: _clipped(ndimage.gaussian_filter(pixels.astype(np.float32), (0, 0.7, 0.7, 0))),
    "brightness": lambda pixels: _clipped(pixels.astype(np.float32) + 0.15 * 255),
    "contrast": lambda pixels: _clipped(0.4 * pixels + 0.6 * pixels.mean(axis=(1, 2), keepdims=True, dtype=np.float32)),
    "jpeg": _jpeg,
}
"""uint8 pixels to uint8 pixels: of each family of CIFAR-10-C (noise, blur, weather, digital) what needs no further
picture, at the middle of five severities (Hendrycks & Dietterich 2019, section 4)."""


def robustness(
    model_bytes: bytes,
    model: tf_keras.Model,
    examples: LabelledPixels,
    input_range: tuple[float, float],
) -> tuple[Robustness, ...]:
    """Accuracy of file and float model as the pictures are, under each corruption, and under an attack.

    The attack is FGSM (Goodfellow 2015, section 4) against the float model, which the attacker is assumed to have.

    Args:
        model: float, from inputs to logits.
        examples: of more than MAX_EXAMPLES the first are taken. JPEG is left out unless pixels have 1 or 3 channels.
    """
    pixels, labels = examples.pixels[:MAX_EXAMPLES], examples.labels[:MAX_EXAMPLES]
    changed = {"none": pixels}
    for name, corrupt in CORRUPTIONS.items():
        if name != "jpeg" or pixels.shape[-1] in (1, 3):
            changed[name] = corrupt(pixels)
    changed[f"fgsm {FGSM_STEP}/255"] = attacked(model, pixels, labels, input_range)

    def float_accuracy(images: np.ndarray) -> float:
        logits = predicted(model, model_io.ranged(images, input_range), batch_size=_BATCH)
        return accuracy(logits, labels)

    return tuple(
        Robustness(
            change=name,
            file_accuracy=accuracy(runtime.run(model_bytes, images, input_range), labels),
            float_accuracy=float_accuracy(images),
        )
        for name, images in changed.items()
    )


def attacked(
    model: tf_keras.Model, pixels: np.ndarray, labels: np.ndarray, input_range: tuple[float, float]
) -> np.ndarray:
    """Pictures moved by FGSM_STEP, each pixel in the direction in which the model's loss rises."""

    @tf.function
    def gradient(inputs, labels):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, model(inputs, training=False))
        return tape.gradient(loss, inputs)

    moved = []
    for start in range(0, len(pixels), _BATCH):
        images = pixels[start : start + _BATCH]
        inputs = tf.constant(model_io.ranged(images, input_range))
        # Inputs rise with pixels, or fall where the range is turned round.
        sign = np.sign(gradient(inputs, labels[start : start + _BATCH]).numpy()) * np.sign(
            input_range[1] - input_range[0]
        )
        moved.append(_clipped(images + FGSM_STEP * sign))
    return np.concatenate(moved)
