"""Input and output of a .tflite: shape and quantization, pixels as inputs, and outputs as logits."""

from dataclasses import dataclass

import numpy as np

from deploy.errors import FileRefused

STUDENT_RANGE = (-1.0, 127 / 128)
"""Values of pixels 0 and 255 for Potstill's own students: a step is 1/128."""
UNIT_RANGE, BYTE_RANGE = (0.0, 1.0), (0.0, 255.0)
USUAL_RANGES = (STUDENT_RANGE, (-1.0, 1.0), UNIT_RANGE, BYTE_RANGE)
"""Values of pixels 0 and 255 that image models are usually trained on."""


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
    """The input and the output of a loaded file. Raises `FileRefused` unless there is one of each."""
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
        input_range: values that pixels 0 and 255 stand for; None takes those of `pixel_range`.
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
        return STUDENT_RANGE
    limits = np.iinfo(sign.input_dtype)
    spanned = [sign.input_scale * (step - sign.input_zero_point) for step in (limits.min, limits.max)]

    def distance(usual: tuple[float, float]) -> float:
        return sum(abs(a - b) for a, b in zip(usual, spanned)) / (usual[1] - usual[0])

    return min(USUAL_RANGES, key=distance)


def logits(outputs: np.ndarray, sign: Signature) -> np.ndarray:
    """Dequantized outputs of `runtime.run`, in float32."""
    if not sign.output_scale:
        return outputs.astype(np.float32)
    return (outputs.astype(np.float32) - sign.output_zero_point) * sign.output_scale
