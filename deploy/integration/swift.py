"""Swift for iOS, generated for one bundle."""

from deploy.bundle.bundle import Bundle
from deploy.integration.rendering import rendered
from deploy.integration.values import plus, require_no_text, values

_FOLDER = "integration/swift/"
_LITERT = "2.3.0"
_TYPES = {"int8": "Int8", "uint8": "UInt8", "int16": "Int16", "float32": "Float"}
_SIMPLE_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def files(bundle: Bundle) -> dict[str, bytes]:
    """Code for LiteRT's Swift package."""
    require_no_text(bundle)
    parameters = values(bundle)
    source, offset = _TYPES[parameters["input_dtype"]], parameters["offset"]
    parameters |= dict(
        title=bundle.origin["name"],
        litert=_LITERT,
        labels=[_quoted(label) for label in bundle.labels],
        input_type=source,
        input_value="levels[Int($0)]" if offset is None else f"{source}(Int($0){plus(offset)})",
        output_type=_TYPES[parameters["output_dtype"]],
    )
    names = ("README.md", "Preprocessing.swift", "Classifier.swift")
    return {f"{_FOLDER}{name}": rendered(f"swift/{name}", **parameters) for name in names}


def _quoted(label: str) -> str:
    """As a literal of Swift; invisible characters are escaped."""
    return '"' + "".join(_SIMPLE_ESCAPES.get(c, c if c.isprintable() else f"\\u{{{ord(c):x}}}") for c in label) + '"'
