"""Preprocessing of an app as one value: from pixels, a clip or a text to a file's input, from its output to logits."""

from dataclasses import asdict, dataclass
from typing import Literal, get_args

import numpy as np

from deploy.errors import FileRefused
from deploy.tflite import model_io, runtime

_LEVELS = 256
Activation = Literal["softmax", "sigmoid"]


@dataclass(frozen=True, kw_only=True)
class Sound:
    """Settings by which a clip of one channel becomes the pixels of a log-mel spectrogram."""

    sample_rate: int
    """Samples a second."""
    seconds: float
    """Length that clips are cut or padded to."""
    frames: int
    """Height of the picture: spectra of windows twice as long as the way from one to the next."""
    mels: int
    """Width of the picture: bands of the mel scale, from 20 Hz to half of the sample rate."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """Settings by which a text becomes pixels: a row of tokens, each hashed into ternary features (`text`)."""

    tokens: int
    """Width of the picture: further tokens are cut off."""
    word_features: int
    """Features of a token as a whole."""
    trigram_features: int
    """Features of its parts of three characters, behind those; together they are the picture's channels."""


Rendering = Sound | Text
"""Settings by which what is no picture becomes pixels."""


@dataclass(frozen=True, kw_only=True)
class Preprocessing:
    """From pixels (uint8) to the one input of a file, and from its one output to logits."""

    height: int
    width: int
    channels: int
    """1 is grey, 3 red, green and blue; of a text, its features."""
    low: float
    """Value of pixel 0."""
    high: float
    """Value of pixel 255."""
    levels: tuple[float, ...]
    """The file's inputs for pixels 0 to 255, in its dtype: whole numbers unless that is float32."""
    input_dtype: str
    input_scale: float
    """0 where the input is float32."""
    input_zero_point: int
    output_dtype: str
    output_scale: float
    """0 where the output is float32."""
    output_zero_point: int
    sound: Sound | None = None
    """None: the pixels are those of a picture or a text."""
    text: Text | None = None
    """None: the pixels are those of a picture or a clip."""
    activation: Activation = "softmax"
    """From logits to confidences: shares of one, or with `sigmoid` each by itself."""

    @classmethod
    def of(
        cls,
        model_bytes: bytes,
        input_range: tuple[float, float] | None,
        rendering: Rendering | None = None,
        activation: Activation = "softmax",
    ) -> "Preprocessing":
        """The preprocessing of a file whose input has the shape (1, height, width, channels).

        Args:
            input_range: values of pixels 0 and 255; None is the range of the file's input.
            rendering: of clips and texts; None where the pixels are pictures.

        Raises:
            FileRefused: the file takes something else.
        """
        sign = model_io.signature(runtime.load(model_bytes))
        is_text = isinstance(rendering, Text)
        if len(sign.input_shape) != 4 or (sign.input_shape[3] not in (1, 3) and not is_text):
            raise FileRefused(f"the input has the shape {sign.input_shape}; a bundle takes (1, height, width, 1 or 3)")
        low, high = input_range or model_io.pixel_range(sign)
        levels = model_io.prepared(np.arange(_LEVELS, dtype=np.uint8), sign, (low, high))
        return cls(
            height=sign.input_shape[1],
            width=sign.input_shape[2],
            channels=sign.input_shape[3],
            low=float(low),
            high=float(high),
            levels=tuple(levels.tolist()),
            input_dtype=sign.input_dtype,
            input_scale=sign.input_scale,
            input_zero_point=sign.input_zero_point,
            output_dtype=sign.output_dtype,
            output_scale=sign.output_scale,
            output_zero_point=sign.output_zero_point,
            sound=rendering if isinstance(rendering, Sound) else None,
            text=rendering if is_text else None,
            activation=activation,
        )

    @property
    def rendering(self) -> Rendering | None:
        """Settings of clips and texts; None for pictures."""
        return self.sound or self.text

    @property
    def kind(self) -> Literal["picture", "sound", "text"]:
        """The input that an app has."""
        return "sound" if self.sound else "text" if self.text else "picture"

    @property
    def offset(self) -> int | None:
        """The number to add to a pixel where nothing else is needed, as for Potstill's students (-128); else None."""
        first = self.levels[0]
        return int(first) if self.levels == tuple(first + pixel for pixel in range(_LEVELS)) else None

    def inputs(self, pixels: np.ndarray) -> np.ndarray:
        """The file's inputs for uint8 pixels, of the same shape."""
        return np.array(self.levels, self.input_dtype)[pixels]

    def to_record(self) -> dict:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict) -> "Preprocessing":
        """The inverse of `to_record`. Raises `TypeError`, `KeyError` or `ValueError` for another record."""
        sound = record["sound"] and Sound(**record["sound"])
        # Bundles of earlier versions have no texts.
        text = record.get("text") and Text(**record["text"])
        value = cls(**{**record, "levels": tuple(record["levels"]), "sound": sound, "text": text})
        if len(value.levels) != _LEVELS:
            raise ValueError(f"{len(value.levels)} levels; {_LEVELS} are needed")
        if value.activation not in get_args(Activation):
            raise ValueError(f"the activation is {value.activation!r}: it must be {' or '.join(get_args(Activation))}")
        return value
