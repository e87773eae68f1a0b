"""Kotlin for Android, generated for one bundle."""

from deploy.bundle.bundle import Bundle
from deploy.integration.rendering import rendered
from deploy.integration.values import plus, text_values, values

_FOLDER = "integration/kotlin/"
_LITERT = "2.3.0"
_BYTES = {"int8": 1, "uint8": 1, "int16": 2, "float32": 4}
_ARRAYS = {"int8": "ByteArray", "uint8": "ByteArray", "int16": "ShortArray", "float32": "FloatArray"}
_VIEWS = {"int16": ".asShortBuffer()", "float32": ".asFloatBuffer()"}
"""Of a buffer of bytes, where it holds something else."""
_CALLS = {"int8": "Int8", "float32": "Float"}
"""Names of the methods by which a TensorBuffer of CompiledModel reads and writes."""
_SIMPLE_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\", "$": "\\$"}


def files(bundle: Bundle) -> dict[str, bytes]:
    """Code for both of LiteRT's interfaces, or the one that can take the file's types."""
    parameters = values(bundle) | text_values()
    source, target = parameters["input_dtype"], parameters["output_dtype"]
    classifiers = ["CompiledModelClassifier"] * (source in _CALLS and target in _CALLS) + ["InterpreterClassifier"]
    parameters |= dict(
        title=bundle.origin["name"],
        litert=_LITERT,
        classifiers=classifiers,
        labels=[_quoted(label) for label in bundle.labels],
        array_of="floatArrayOf" if source == "float32" else "intArrayOf",
        levels=[f"{level!r}f" if source == "float32" else str(level) for level in parameters["levels"]],
        input_value=_input_value(parameters["offset"], source),
        logit=_logit(target, parameters["output_scale"], parameters["output_zero_point"]),
    )
    for end, dtype in (("input", source), ("output", target)):
        parameters |= {
            f"{end}_array": _ARRAYS[dtype],
            f"{end}_bytes": _BYTES[dtype],
            f"{end}_view": _VIEWS.get(dtype, ""),
            f"{end}_call": _CALLS.get(dtype),
        }
    names = ["README.md", "build.gradle.kts", "Preprocessing.kt", *(f"{name}.kt" for name in classifiers)]
    return {f"{_FOLDER}{name}": rendered(f"kotlin/{name}", **parameters) for name in names}


def _input_value(offset: int | None, dtype: str) -> str:
    """The expression of the input for pixel `it`."""
    value = "LEVELS[pixels[it]]"
    if offset is not None:
        value = f"(pixels[it]{plus(offset)})"
    elif dtype == "float32":
        return value
    return f"{value}.to{_ARRAYS[dtype].removesuffix('Array')}()"


def _logit(dtype: str, scale: float, zero_point: int) -> str:
    """The expression of the logit of output `it`."""
    if not scale:
        return "output[it].toDouble()"
    step = "(output[it].toInt() and 0xFF)" if dtype == "uint8" else "output[it]"
    return f"({step}{plus(-zero_point)}) * {scale!r}"


def _quoted(label: str) -> str:
    """As a literal of Kotlin; invisible characters are escaped, in UTF-16."""
    letters = []
    for letter in label:
        if letter in _SIMPLE_ESCAPES or letter.isprintable():
            letters.append(_SIMPLE_ESCAPES.get(letter, letter))
        else:
            units = letter.encode("utf-16-be", "surrogatepass")
            letters += [f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2)]
    return f'"{"".join(letters)}"'
