"""Running a .tflite from its bytes with LiteRT. Damaged bytes raise; they never reach a loader that would crash."""

from typing import Any, Protocol

import numpy as np

from deploy.errors import FileRefused
from deploy.tflite.flatbuffer import require_flatbuffer
from deploy.tflite.model_io import Signature, prepared, signature
from deploy.tflite.native_log import silenced

_BATCH = 256


def load(model_bytes: bytes, threads: int = 1):
    """An allocated LiteRT interpreter with XNNPACK. Raises `FileRefused` for bytes that are no model."""
    from ai_edge_litert.interpreter import Interpreter

    require_flatbuffer(model_bytes)
    try:
        with silenced():
            interpreter = Interpreter(model_content=model_bytes, num_threads=threads)
            interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise FileRefused(f"a damaged or unsupported .tflite: {error}; pull or convert it again") from error
    return interpreter


class Pixels(Protocol):
    """Pictures that are read when they are asked for; an array is one too."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(examples, height, width, channels)."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any, /) -> np.ndarray:
        """The uint8 pictures of some rows, as an array takes them."""
        ...


def run(model_bytes: bytes, pixels: Pixels, input_range: tuple[float, float] | None = None) -> np.ndarray:
    """Outputs of the file, in its own steps where it has such.

    Args:
        model_bytes: a `.tflite`.
        pixels: uint8, shape (examples, height, width, channels).
        input_range: as `prepared` takes it.

    Returns:
        int8 (or what else the file gives), shape (examples, classes).
    """
    sign = signature(load(model_bytes))
    if sign.input_shape[1:] != pixels.shape[1:]:
        raise FileRefused(f"the file takes inputs of {sign.input_shape[1:]}, the data set has {pixels.shape[1:]}")
    try:
        return _run(model_bytes, pixels, sign, input_range, _BATCH)
    except RuntimeError:
        # A graph may name the batch of 1 that it was converted for, such as in the shape that it reshapes to.
        return _run(model_bytes, pixels, sign, input_range, 1)


def _run(model_bytes: bytes, pixels: Pixels, sign: Signature, input_range, batch_size: int) -> np.ndarray:
    interpreter = load(model_bytes)
    source, target = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    outputs = []
    for start in range(0, len(pixels), batch_size):
        batch = prepared(pixels[start : start + batch_size], sign, input_range)
        if batch.shape != tuple(interpreter.get_input_details()[0]["shape"]):
            interpreter.resize_tensor_input(source, batch.shape)
            interpreter.allocate_tensors()
        interpreter.set_tensor(source, batch)
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(target))
    return np.concatenate(outputs)
