"""The way a processor computes: in 32 bits or 16, by a short measurement, and on halves of a batch at once.

Small networks leave too little work in one operation for several threads: on two cores a step of MLPerf Tiny's ResNet-8
takes nearly as long as on one. Two chains of operations, each on half of the cores, are 1.2 to 1.4 times as fast.
"""

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import tensorflow as tf
import tf_keras

Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]

PAYS_FROM = 1.2
"""Least speedup for which 16 bits are chosen: a smaller one does not justify their rounding."""
LEAST_BATCH = 128
"""Batches from this size are trained on in halves: batch normalization then has the statistics of 64 examples."""
_STEPS, _ROUNDS = 4, 3
_BFLOAT16_FROM = (8, 0)
_REWRITINGS = {"bfloat16": "auto_mixed_precision_onednn_bfloat16", "float16": "auto_mixed_precision"}
# The signature of tf_keras's `fit` has it as a str.
_SILENT: Any = 0


@dataclass(frozen=True, kw_only=True)
class PrecisionSpeeds:
    """Training speed of one model in float32, and in 16 bits."""

    reduced: Precision
    """The 16 bits: mixed_bfloat16 or mixed_float16."""
    float32_images_per_s: float
    reduced_images_per_s: float
    speedup: float
    """Of the 16 bits, by `work_clock`."""

    @property
    def precision(self) -> Precision:
        """The precision to compute in: float32, or 16 bits where they pay."""
        return self.reduced if self.speedup >= PAYS_FROM else "float32"


def reduced_precision() -> Precision:
    """The 16 bits that this machine computes in: bfloat16, or float16 where a GPU has no bfloat16."""
    gpus = tf.config.list_physical_devices("GPU")
    capabilities = [tf.config.experimental.get_device_details(gpu).get("compute_capability") for gpu in gpus]
    return reduced_on(capabilities)


def reduced_on(capabilities: Sequence[tuple[int, int] | None]) -> Precision:
    """The 16 bits of GPUs with these compute capabilities, none where the machine has none; float16 on a GPU only.

    Tensor cores compute in float16 from 7.0 on, in bfloat16 from 8.0 on (NVIDIA, "CUDA C++ Programming Guide", table of
    features by compute capability). A GPU that does not say is taken for one without bfloat16.
    """
    return "mixed_bfloat16" if all(each and each >= _BFLOAT16_FROM for each in capabilities) else "mixed_float16"


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
def functions_in(bits: Literal["bfloat16", "float16"]) -> Iterator[None]:
    """TensorFlow functions that are called in the block compute convolutions and matrix products in 16 bits.

    It is TensorFlow's own rewriting of graphs, bfloat16 for oneDNN on processors, float16 for GPUs from compute
    capability 7.0 on: variables, inputs and outputs stay float32, whatever made the function. Calls outside of the
    block, and operations elsewhere, are not touched.
    """
    name = _REWRITINGS[bits]
    before = tf.config.optimizer.get_experimental_options().get(name, False)
    tf.config.optimizer.set_experimental_options({name: True})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({name: before})


def measure(build: Callable[[], tf_keras.Model], batch_size: int) -> PrecisionSpeeds:
    """Train throw-away copies of a model in float32 and in 16 bits by turns; the fastest round of each counts."""
    rng, reduced = np.random.default_rng(0), reduced_precision()
    trainings = {}
    for precision in ("float32", reduced):
        with computing_in(precision):
            model = build()
        loss = tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        # In float16 tf_keras scales the loss by itself.
        model.compile(tf_keras.optimizers.SGD(1e-3, jit_compile=False), loss=loss, steps_per_execution=_STEPS)
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
        reduced=reduced,
        float32_images_per_s=images / seconds["float32"],
        reduced_images_per_s=images / seconds[reduced],
        speedup=work_seconds["float32"] / work_seconds[reduced],
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
