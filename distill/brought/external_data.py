"""Which other files an ONNX file keeps weights in, read from its bytes: ONNX Runtime does not tell."""

from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath

from distill.brought.trust import TeacherRefused

# Which fields of an ONNX message hold messages that may name a file (onnx.proto of ONNX 1.23).
_ONNX = {
    "model": {7: "graph", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse tensor"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse tensor", 23: "sparse tensor"},
    "sparse tensor": {1: "tensor", 2: "tensor"},
    "tensor": {13: "entry"},
}


def onnx_external_files(content: bytes) -> tuple[str, ...]:
    """Names of the other files that an ONNX file keeps weights in, relative to its folder.

    Raises:
        TeacherRefused: the content is damaged, or names a file outside of the folder.
    """
    try:
        names = sorted(set(_locations(memoryview(content), "model")))
    except (ValueError, IndexError, UnicodeDecodeError, RecursionError) as error:
        raise TeacherRefused("this is no ONNX file, or a damaged one: export or copy it again") from error
    for name in names:
        outside = any(kind(name).is_absolute() or ".." in kind(name).parts for kind in (PurePosixPath, PureWindowsPath))
        if outside or not name:
            raise TeacherRefused(f"its weights are said to lie in {name!r}; allowed are files in its own folder")
    return tuple(names)


def _locations(message: memoryview, kind: str) -> Iterator[str]:
    if kind == "entry":
        entry = dict(_fields(message))
        if bytes(entry.get(1, b"")) == b"location":
            yield bytes(entry.get(2, b"")).decode()
        return
    for number, value in _fields(message):
        if number in _ONNX[kind]:
            yield from _locations(value, _ONNX[kind][number])


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and bytes of each field of a protocol buffer message."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        start, wire = at, key & 7
        if wire == 0:
            _, end = _varint(message, at)
        elif wire == 2:
            size, start = _varint(message, at)
            end = start + size
        elif wire in (1, 5):
            end = at + (8 if wire == 1 else 4)
        else:
            raise ValueError(f"wire type {wire}")
        if end > len(message):
            raise ValueError("cut short")
        yield key >> 3, message[start:end]
        at = end


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
