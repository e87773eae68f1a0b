"""External data of an ONNX file: the other files that hold its weights, which ONNX Runtime does not report."""

from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from distill.errors import TeacherRefused

if TYPE_CHECKING:
    from google.protobuf.message import Message


def onnx_external_files(content: bytes) -> tuple[str, ...]:
    """Names of the other files that hold weights of an ONNX file, relative to its folder; none of them is opened.

    Raises:
        TeacherRefused: the content is damaged, or names a file outside of the folder; or the onnx package is missing.
    """
    try:
        import onnx
    except ImportError as error:
        raise TeacherRefused("a teacher in ONNX needs the onnx package: pip install 'potstill[onnx]'") from error
    from google.protobuf.message import DecodeError

    try:
        model = onnx.ModelProto.FromString(content)
        names = sorted({name for part in (model.graph, *model.functions) for name in _locations(part)})
    except (DecodeError, ValueError, RecursionError) as error:
        raise TeacherRefused("this is no ONNX file, or a damaged one: export or copy it again") from error
    for name in names:
        outside = any(kind(name).is_absolute() or ".." in kind(name).parts for kind in (PurePosixPath, PureWindowsPath))
        if outside or not name:
            raise TeacherRefused(f"its weights are said to lie in {name!r}; allowed are files in its own folder")
    return tuple(names)


def _locations(message: "Message") -> Iterator[str]:
    """Locations of all tensors in a message: initializers and attributes, dense and sparse, also of nested graphs.

    Whatever their `data_location` says: a reader that overlooks it must find no path that was not checked.
    """
    for field, value in message.ListFields():
        if field.name == "external_data":
            yield from (entry.value for entry in value if entry.key == "location")
        elif field.message_type is not None:
            for part in [value] if hasattr(value, "ListFields") else value:
                yield from _locations(part)
