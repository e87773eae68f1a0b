"""Small bundles of untrained students, for tests of what is generated from a bundle."""

import functools
import random
from dataclasses import replace

import numpy as np
from scipy.special import expit, softmax

from deploy.bundle.bundle import Bundle
from deploy.bundle.known_answers import KnownAnswers
from deploy.bundle.metadata import described
from deploy.bundle.preprocessing import Preprocessing, Rendering, Sound, Text
from deploy.compress.convert import convert
from deploy.compress.quantize import quantizable
from deploy.tflite import model_io, runtime
from search.build import build
from search.choices import sample
from search.space import Space
from search.task import Task

SOUND = Sound(sample_rate=4000, seconds=0.5, frames=20, mels=16)
TEXT = Text(tokens=9, word_features=40, trigram_features=24)


@functools.cache
def small_bundle(height: int, width: int, channels: int, rendering: Rendering | None = None) -> Bundle:
    """Of an untrained student with 10 classes."""
    shape = (height, width, channels)
    genotype = sample(Space(depths=(1, 2)), Task(input_shape=shape, classes=10), random.Random(0))
    inputs = model_io.ranged(_blotches(shape), (-1, 127 / 128))
    return bundle_of(convert(quantizable(build(genotype, seed=0), keep_zeros=False, inputs=inputs)), rendering)


def bundle_of(model_bytes: bytes, rendering: Rendering | None) -> Bundle:
    """Of a file, with its answers to blotches."""
    preprocessing = Preprocessing.of(model_bytes, None, rendering)
    pixels = _blotches((preprocessing.height, preprocessing.width, preprocessing.channels))
    outputs = runtime.run(model_bytes, pixels)
    labels = tuple(f"class {number}" for number in range(outputs.shape[1]))
    return Bundle(
        model_bytes=described(model_bytes, labels, preprocessing),
        labels=labels,
        preprocessing=preprocessing,
        answers=KnownAnswers(pixels=pixels, labels=outputs.argmax(axis=1), outputs=outputs),
        records={"proof": {"passed": True}, "about": {"name": "small", "dataset": "blotches"}},
    )


def of_rare_types() -> Bundle:
    """With int16 in and uint8 out, levels that follow no rule, and confidences each by itself."""
    bundle, rng = small_bundle(8, 8, 1), np.random.default_rng(0)
    levels = tuple(map(float, rng.integers(-(2**15), 2**15, 256)))
    types = dict(input_dtype="int16", output_dtype="uint8", output_zero_point=130)
    answers = replace(bundle.answers, outputs=rng.integers(0, 256, bundle.answers.outputs.shape, np.uint8))
    return replace(
        bundle,
        preprocessing=replace(bundle.preprocessing, levels=levels, activation="sigmoid", **types),
        answers=answers,
    )


def confidences(bundle: Bundle, outputs: np.ndarray) -> np.ndarray:
    """Of a file's outputs, (examples, classes)."""
    about = bundle.preprocessing
    logits = (outputs.astype(np.float64) - about.output_zero_point) * (about.output_scale or 1)
    return expit(logits) if about.activation == "sigmoid" else softmax(logits, axis=-1)


def _blotches(shape: tuple[int, int, int]) -> np.ndarray:
    """40 pictures; noise alone looks the same everywhere to a network."""
    height, width, channels = shape
    blocks = np.random.default_rng(0).integers(0, 256, (40, -(-height // 4), -(-width // 4), channels), np.uint8)
    return np.kron(blocks, np.ones((1, 4, 4, 1), np.uint8))[:, :height, :width]
