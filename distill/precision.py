"""The way a processor computes: in float32 or bfloat16, by a short measurement, and on halves of a batch at once.

Small networks leave too little work in one operation for several threads: on two cores a step of MLPerf Tiny's ResNet-8
takes nearly as long as on one. Two chains of operations, each on half of the cores, are 1.2 to 1.4 times as fast.
"""

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras

PAYS_FROM = 1.2
"""Least speedup for which bfloat16 is chosen: a smaller one does not justify its rounding."""
LEAST_BATCH = 128
"""Batches from this size are trained on in halves: batch normalization then has the statistics of 64 examples."""
_STEPS, _ROUNDS = 4, 3
# The signature of tf_keras's `fit` has it as a str.
_SILENT: Any = 0


@dataclass(frozen=True, kw_only=True)
class PrecisionSpeeds:
    """Training speed of one model in both precisions."""

    float32_images_per_s: float
    mixed_bfloat16_images_per_s: float
    speedup: float
    """Of mixed_bfloat16, by `work_clock`."""

    @property
    def precision(self) -> str:
        """The precision to compute in: float32, or mixed_bfloat16 where it pays."""
        return "mixed_bfloat16" if self.speedup >= PAYS_FROM else "float32"


def work_clock() -> Callable[[], float]:
    """The clock to compare two ways of computing by: seconds of the CPU, which other work on the machine disturbs
    least; on a GPU, whose work it does not count, seconds of the wall."""
    return time.monotonic if tf.config.list_physical_devices("GPU") else time.process_time


@contextlib.contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Models that are built in the block compute in `precision`; their weights are float32 in either."""
    before = tf_keras.mixed_precision.global_policy()
    tf_keras.mixed_precision.set_global_policy(precision)
    try:
        yield
    finally:
        tf_keras.mixed_precision.set_global_policy(before)


@contextlib.contextmanager
def functions_in_bfloat16() -> Iterator[None]:
    """TensorFlow functions that are called in the block compute convolutions and matrix products in bfloat16.

    It is TensorFlow's own rewriting of graphs for oneDNN: variables, inputs and outputs stay float32, whatever made the
    function. Calls outside of the block are not touched.
    """
    name = "auto_mixed_precision_onednn_bfloat16"
    before = tf.config.optimizer.get_experimental_options().get(name, False)
    tf.config.optimizer.set_experimental_options({name: True})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({name: before})


def measure(build: Callable[[], tf_keras.Model], batch_size: int) -> PrecisionSpeeds:
    """Train throw-away copies of a model in both precisions by turns; the fastest round of each counts."""
    rng = np.random.default_rng(0)
    trainings = {}
    for precision in ("float32", "mixed_bfloat16"):
        with computing_in(precision):
            model = build()
        loss = tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(tf_keras.optimizers.SGD(1e-3), loss=loss, steps_per_execution=_STEPS)
        pixels = rng.uniform(-1, 1, (_STEPS * batch_size, *model.input_shape[1:])).astype(np.float32)
        labels = rng.integers(0, model.output_shape[-1], len(pixels))
        model.fit(pixels, labels, batch_size=batch_size, verbose=_SILENT)
        trainings[precision] = (model, pixels, labels)
    clock = work_clock()
    seconds, work_seconds = dict.fromkeys(trainings, math.inf), dict.fromkeys(trainings, math.inf)
    for _ in range(_ROUNDS):
        for precision, (model, pixels, labels) in trainings.items():
            started, work_started = time.monotonic(), clock()
            model.fit(pixels, labels, batch_size=batch_size, verbose=_SILENT)
            seconds[precision] = min(seconds[precision], time.monotonic() - started)
            work_seconds[precision] = min(work_seconds[precision], clock() - work_started)
    images = _STEPS * batch_size
    return PrecisionSpeeds(
        float32_images_per_s=images / seconds["float32"],
        mixed_bfloat16_images_per_s=images / seconds["mixed_bfloat16"],
        speedup=work_seconds["float32"] / work_seconds["mixed_bfloat16"],
    )


def in_halves(model: Any, inputs: tf.Tensor, *, training: bool) -> Any:
    """A model's outputs for a batch, in a graph; batch normalization in training sees each half by itself.

    On a GPU, which has its own ways to be kept busy, the batch stays whole.
    """
    if tf.config.list_physical_devices("GPU"):
        return model(inputs, training=training)
    size: Any = tf.shape(inputs)[0] if inputs.shape[0] is None else inputs.shape[0]
    # Of an odd number the one in the middle is in both: no half is empty, which TensorFlow's kernels do not take.
    half = (size + 1) // 2
    first, second = (model(part, training=training) for part in (inputs[:half], inputs[size - half :]))
    return tf.nest.map_structure(lambda one, other: tf.concat([one, other[2 * half - size :]], axis=0), first, second)
