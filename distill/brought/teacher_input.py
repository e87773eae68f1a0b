"""The input of a brought teacher: size, channels, layout, type, and the range of its pixels."""

import math
from dataclasses import dataclass

import numpy as np

InputRange = tuple[float, float] | str
"""Values of the teacher's input for pixels 0 and 255, or a key of `STATISTICS`."""

STATISTICS = {
    "imagenet": "0..1 less the mean of ImageNet over its deviation, by channel, as PyTorch's model zoos train",
    "caffe": "blue, green, red, each 0..255 less the mean of ImageNet, as Keras's ResNet and VGG take it",
}
_MEAN, _DEVIATION = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)
_CAFFE_MEAN = np.array([103.939, 116.779, 123.68], np.float32)

# (-1, 1) is pixels / 127.5 - 1. Potstill's own teachers take (-1, 127 / 128), which is too near to distinguish.
_USUAL = ((-1.0, 1.0), (0.0, 1.0), (0.0, 255.0))


@dataclass(frozen=True, kw_only=True)
class TeacherInput:
    """The one input of a teacher."""

    batch: int | None
    """Fixed batch size; None is any."""
    height: int
    width: int
    channels: int
    channels_first: bool
    """True where channels come before height, as PyTorch has them."""
    dtype: str
    """float16, float32, float64 or uint8."""

    def prepared(self, pixels: np.ndarray, input_range: InputRange) -> np.ndarray:
        """Images in the teacher's format, from float32 pixels 0..255 of shape (batch, height, width, channels)."""
        if pixels.shape[1:3] != (self.height, self.width):
            import tensorflow as tf

            smaller = self.height < pixels.shape[1] or self.width < pixels.shape[2]
            # Shrinking without a filter would skip pixels; enlarging, the filter does nothing but cost.
            pixels = tf.image.resize(pixels, (self.height, self.width), "bilinear", antialias=smaller).numpy()
        if pixels.shape[3] != self.channels:
            pixels = np.repeat(pixels, self.channels, axis=3)
        images = ranged(pixels, input_range)
        if self.dtype == "uint8":
            images = np.clip(np.rint(images), 0, 255)
        if self.channels_first:
            images = images.transpose(0, 3, 1, 2)
        return np.ascontiguousarray(images, self.dtype)

    def usual_ranges(self) -> tuple[InputRange, ...]:
        """The ranges that teachers with such an input are usually trained on."""
        if self.dtype == "uint8":
            return _USUAL[2:]
        return (*_USUAL, *STATISTICS) if self.channels == 3 else _USUAL

    def check_range(self, input_range: InputRange) -> None:
        """Raise `ValueError` unless this input can take the range."""
        if isinstance(input_range, str):
            fits = input_range in STATISTICS and self.channels == 3
        else:
            fits = len(input_range) == 2 and all(map(math.isfinite, input_range)) and input_range[0] != input_range[1]
        if not fits or (self.dtype == "uint8" and tuple(input_range) != (0, 255)):
            allowed = "0 255 alone, for this teacher takes bytes" if self.dtype == "uint8" else (
                "two different numbers, what the teacher takes for pixels of 0 and 255, such as -1 1"
                + "".join(f"; {name} ({meaning})" for name, meaning in STATISTICS.items() if self.channels == 3)
            )  # fmt: skip
            raise ValueError(f"the input range is {range_text(input_range)}; allowed: {allowed}")

    def __str__(self) -> str:
        order = "channels first" if self.channels_first else "channels last"
        batch = "" if self.batch is None else f", {self.batch} at a time"
        return f"{self.height}x{self.width}x{self.channels} {self.dtype} {order}{batch}"


def teacher_input(
    dims: tuple[int | None, ...], dtype: str, input_shape: tuple[int, int, int], *, channels_first: bool
) -> TeacherInput:
    """Read the dimensions (None where free) of a teacher's input, for data of `input_shape` (height, width, channels).

    Args:
        channels_first: the layout to assume where the dimensions fit both.

    Raises:
        ValueError: the input takes no images, or images that the data's cannot be converted to.
    """
    height, width, channels = input_shape
    if dtype not in ("float16", "float32", "float64", "uint8"):
        raise ValueError(f"its input is of {dtype}; allowed: float16, float32, float64 and uint8")
    if len(dims) != 4:
        raise ValueError(
            f"its input has the shape {_shape(dims)}; allowed: images of 4 dimensions, batch first, "
            f"with 1, 3 or {channels} channels last or second"
        )
    # A free channel axis gets the data's channels; but an axis of size 1 or 3 is a better candidate than a free one.
    for wanted in ({1, 3, channels}, {None}):
        last, first = dims[3] in wanted, dims[1] in wanted
        if last and first:
            first = dims[2:] == (height, width) or (channels_first and dims[1:3] != (height, width))
        if last or first:
            break
    else:
        raise ValueError(
            f"its input has the shape {_shape(dims)}: neither its last nor its second axis has 1, 3 or {channels} "
            "channels"
        )
    teacher_height, teacher_width, teacher_channels = (*dims[2:], dims[1]) if first else dims[1:]
    taken = teacher_channels or channels
    if taken != channels and channels != 1:
        raise ValueError(f"it takes images of {taken} channels, the data have {channels}; only grey can be repeated")
    return TeacherInput(
        batch=dims[0],
        height=teacher_height or height,
        width=teacher_width or width,
        channels=taken,
        channels_first=first,
        dtype=dtype,
    )


def ranged(pixels: np.ndarray, input_range: InputRange) -> np.ndarray:
    """Pixels 0..255, channels last, brought to a range."""
    if input_range == "imagenet":
        return (pixels / 255 - _MEAN) / _DEVIATION
    if input_range == "caffe":
        return pixels[..., ::-1] - _CAFFE_MEAN
    assert not isinstance(input_range, str), "`TeacherInput.check_range` knows the names"
    low, high = input_range
    return np.float32(low) + pixels * np.float32((high - low) / 255)


def range_text(input_range: InputRange) -> str:
    """A range as the command line takes it."""
    return input_range if isinstance(input_range, str) else " ".join(f"{end:g}" for end in input_range)


def _shape(dims) -> str:
    return "(" + ", ".join("any" if size is None else str(size) for size in dims) + ")"
