"""C++ for LiteRT for Microcontrollers, generated for one bundle."""

from deploy.bundle.bundle import Bundle
from deploy.integration.model_array import model_data
from deploy.integration.rendering import rendered
from deploy.integration.values import require_no_text, values
from deploy.tflite import micro_needs

_FOLDER = "integration/micro/"
_TYPES = {
    "int8": ("std::int8_t", "int8"),
    "uint8": ("std::uint8_t", "uint8"),
    "int16": ("std::int16_t", "i16"),
    "float32": ("float", "f"),
}
"""In C++, and as a member of a tensor's data."""
_CODE = ("README.md", "classifier.h", "classifier.cc", "preprocessing.h", "preprocessing.cc")
_FLOAT_BYTES = 4


def files(bundle: Bundle) -> dict[str, bytes]:
    """Code, the model's bytes and a page about them. Raises `ExportRefused` for a file that the library cannot run."""
    require_no_text(bundle)
    data = model_data(bundle.model_bytes)
    parameters = values(bundle)
    (input_type, input_field), (output_type, output_field) = (
        _TYPES[parameters[f"{end}_dtype"]] for end in ("input", "output")
    )
    parameters |= dict(
        title=bundle.origin["name"],
        size=len(bundle.model_bytes),
        labels=[_quoted(label) for label in bundle.labels],
        levels=[_number(level) for level in parameters["levels"]],
        methods=list(micro_needs.registrations(bundle.model_bytes).values()),
        input_type=input_type,
        input_field=input_field,
        output_type=output_type,
        output_field=output_field,
    )
    if parameters["sound"]:
        # The bands, four tables as long as a window, one as long as its spectrum, and the pixels.
        window, pixels = 2 * parameters["hop"], parameters["height"] * parameters["width"]
        parameters["sound_bytes"] = _FLOAT_BYTES * (pixels + 4 * window + window // 2 + 1) + pixels
        parameters["millions"] = f"{parameters['height'] * parameters['hop'] * 2 * window / 1e6:.1f}"
    code = {file: rendered(f"micro/{file}", **parameters) for file in _CODE}
    return {f"{_FOLDER}{file}": content for file, content in (code | data).items()}


def _number(level: float) -> str:
    return f"{level!r}f" if isinstance(level, float) else str(level)


def _quoted(label: str) -> str:
    """As a literal of C++: bytes outside of ASCII as three octal digits, so that no following digit joins them."""
    printable = {byte: chr(byte) for byte in range(0x20, 0x7F) if chr(byte) not in '"\\?'}
    return '"' + "".join(printable.get(byte, f"\\{byte:03o}") for byte in label.encode()) + '"'
