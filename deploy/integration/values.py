"""Template parameters that every language shares: a bundle's preprocessing, under one set of names."""

from typing import Any

from deploy.bundle import text
from deploy.bundle.bundle import Bundle
from deploy.errors import ExportRefused


def values(bundle: Bundle) -> dict:
    """Shapes and quantization of the file, and for sound the numbers of samples that follow from its settings."""
    preprocessing, sound = bundle.preprocessing, bundle.preprocessing.sound
    numbers: dict[str, Any] = dict(sound=None)
    if sound is not None:
        samples = int(sound.seconds * sound.sample_rate)
        numbers = dict(sound=sound, samples=samples, hop=samples // sound.frames)
    levels = preprocessing.levels
    if preprocessing.input_dtype != "float32":
        levels = tuple(map(int, levels))
    return dict(
        height=preprocessing.height,
        width=preprocessing.width,
        channels=preprocessing.channels,
        classes=len(bundle.labels),
        input_dtype=preprocessing.input_dtype,
        offset=preprocessing.offset,
        levels=levels,
        output_dtype=preprocessing.output_dtype,
        output_scale=preprocessing.output_scale,
        output_zero_point=preprocessing.output_zero_point,
        minus_zero_point=plus(-preprocessing.output_zero_point),
        text=preprocessing.text,
        sigmoid=preprocessing.activation == "sigmoid",
        **numbers,
    )


def require_no_text(bundle: Bundle) -> None:
    """Raise `ExportRefused` for a model of texts, in a language without code for them."""
    if bundle.preprocessing.text is not None:
        raise ExportRefused("this model takes texts; there is code for them in Python, JavaScript and Kotlin")


def text_values() -> dict[str, Any]:
    """The numbers by which texts become features, in every language, ranges as tuples of tuples."""
    return dict(
        ignored=text.IGNORED,
        spaces=text.SPACES,
        symbols=text.SYMBOLS,
        upper=text.UPPER,
        word_seed=text.WORD_SEED,
        trigram_seed=text.TRIGRAM_SEED,
        prime=text.PRIME,
        step=text.STEP,
        start=text.START,
        end=text.END,
    )


def plus(offset: int) -> str:
    """The end of an expression that adds a number, in every language here."""
    return f" {'-' if offset < 0 else '+'} {abs(offset)}" if offset else ""
