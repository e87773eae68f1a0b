"""Running a .tflite from its bytes with LiteRT. Damaged bytes raise; they never reach a loader that would crash."""

from dataclasses import dataclass

import numpy as np

from deploy.errors import DeployError
from deploy.tflite.native_log import silenced

_BATCH = 256
_USUAL = ((-1.0, 127 / 128), (-1.0, 1.0), (0.0, 1.0), (0.0, 255.0))


class FileRefused(DeployError, ValueError):
    """The bytes are not a .tflite that Potstill can run; the message says why."""


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


def require_flatbuffer(model_bytes: bytes) -> None:
    """Raise `FileRefused` for bytes that do not even begin as a .tflite."""
    # The interpreter checks the whole flatbuffer too, but says less of a file that is something else altogether.
    if len(model_bytes) < 8 or model_bytes[4:8] != b"TFL3":
        raise FileRefused(
            f"not a .tflite: {len(model_bytes)} bytes without the identifier TFL3 at byte 4; "
            "give a file that the LiteRT converter or `potstill pull` wrote"
        )


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Shape and quantization of a file's one input and one output."""

    input_shape: tuple[int, ...]
    input_dtype: str
    input_scale: float
    input_zero_point: int
    output_shape: tuple[int, ...]
    output_dtype: str
    output_scale: float
    output_zero_point: int


def signature(interpreter) -> Signature:
    """What goes in and what comes out. Raises `FileRefused` unless there is one of each."""
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
    if len(inputs) != 1 or len(outputs) != 1:
        raise FileRefused(f"the model has {len(inputs)} inputs and {len(outputs)} outputs; a student has one of each")
    fields = {}
    for side, (detail,) in (("input", inputs), ("output", outputs)):
        scale, zero_point = detail["quantization"]
        fields[f"{side}_shape"] = tuple(int(n) for n in detail["shape"])
        fields[f"{side}_dtype"] = np.dtype(detail["dtype"]).name
        fields[f"{side}_scale"] = float(scale)
        fields[f"{side}_zero_point"] = int(zero_point)
    return Signature(**fields)


def prepared(pixels: np.ndarray, sign: Signature, input_range: tuple[float, float] | None = None) -> np.ndarray:
    """uint8 pixels as the file takes them; as `stepped`, it refuses what is no input of images.

    Args:
        input_range: what pixels 0 and 255 stand for; None is what `pixel_range` says.
    """
    return stepped(ranged(pixels, input_range or pixel_range(sign)), sign)


def ranged(pixels: np.ndarray, input_range: tuple[float, float]) -> np.ndarray:
    """uint8 pixels as float32, from 0 and 255 to the two ends of a range."""
    low, high = input_range
    return low + pixels.astype(np.float32) * ((high - low) / 255)


def stepped(values: np.ndarray, sign: Signature) -> np.ndarray:
    """Float32 inputs in the file's own steps: int8, uint8 or int16, or as they are where it takes float32.

    Raises `FileRefused` for a file that takes something else.
    """
    if sign.input_dtype == "float32":
        return values
    if sign.input_dtype not in ("int8", "uint8", "int16") or not sign.input_scale:
        raise FileRefused(
            f"the input is {sign.input_dtype}; allowed are float32, and int8, uint8 or int16 with a scale"
        )
    limits = np.iinfo(sign.input_dtype)
    steps = np.round(values / sign.input_scale) + sign.input_zero_point
    return np.clip(steps, limits.min, limits.max).astype(sign.input_dtype)


def pixel_range(sign: Signature) -> tuple[float, float]:
    """The values that pixels 0 and 255 stand for: of the usual ranges, the one nearest to what the input spans.

    Potstill's students take -1 to 127/128, and so is a float input taken, which does not say; files from elsewhere
    often take -1 to 1, 0 to 1, or plain pixels.
    """
    if not sign.input_scale:
        return _USUAL[0]
    limits = np.iinfo(sign.input_dtype)
    spanned = [sign.input_scale * (step - sign.input_zero_point) for step in (limits.min, limits.max)]

    def distance(usual: tuple[float, float]) -> float:
        return sum(abs(a - b) for a, b in zip(usual, spanned)) / (usual[1] - usual[0])

    return min(_USUAL, key=distance)


def run(model_bytes: bytes, pixels: np.ndarray, input_range: tuple[float, float] | None = None) -> np.ndarray:
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


def _run(model_bytes: bytes, pixels: np.ndarray, sign: Signature, input_range, batch_size: int) -> np.ndarray:
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


def logits(outputs: np.ndarray, sign: Signature) -> np.ndarray:
    """What the steps that `run` gives stand for, in float32."""
    if not sign.output_scale:
        return outputs.astype(np.float32)
    return (outputs.astype(np.float32) - sign.output_zero_point) * sign.output_scale
