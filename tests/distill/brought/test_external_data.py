import numpy as np
import pytest

from distill.brought.external_data import onnx_external_files
from distill.errors import TeacherRefused


def message(number: int, content: bytes) -> bytes:
    size = len(content)
    varint = bytes([size]) if size < 128 else bytes([size % 128 + 128, size // 128])
    key = number << 3 | 2
    return (bytes([key]) if key < 128 else bytes([key % 128 + 128, key // 128])) + varint + content


def onnx_file(location: str, first: bool = True) -> bytes:
    """An ONNX file as far as it matters here: one weight outside of it, of a graph or of a node's attribute."""
    entry = message(1, b"location") + message(2, location.encode())
    weight = message(8, b"w") + message(13, message(1, b"offset") + message(2, b"0")) + message(13, entry)
    graph = message(5, weight) if first else message(1, message(3, b"n") + message(5, message(5, weight)))
    return b"\x08\x0a" + message(7, graph + message(11, b""))


@pytest.mark.parametrize("first", [True, False], ids=["initializer", "attribute"])
def test_an_onnx_file_names_where_its_weights_lie(first):
    assert onnx_external_files(onnx_file("m.onnx.data", first)) == ("m.onnx.data",)
    for outside in ("../m.data", "/etc/passwd", "a/../../m.data", "C:\\m.data", "..\\m.data", ""):
        with pytest.raises(TeacherRefused, match="its own folder"):
            onnx_external_files(onnx_file(outside, first))


def test_a_damaged_onnx_file_is_refused():
    content = onnx_file("m.data")
    for damaged in (content[:-3], b"\xff" * 50, b"not a model, but words"):
        with pytest.raises(TeacherRefused, match="damaged"):
            onnx_external_files(damaged)


def test_big_weights_inside_are_passed_over():
    assert onnx_external_files(message(7, message(5, message(9, np.ones(500, np.float32).tobytes())))) == ()


def test_weights_of_nested_graphs_functions_and_sparse_tensors_are_named_too():
    def weight(name: str) -> bytes:
        return message(13, message(1, b"location") + message(2, name.encode()))

    nested = message(1, message(5, message(6, message(5, weight("nested")))))
    sparse = message(15, message(2, weight("indices")) + message(1, weight("values")))
    attribute = message(5, message(11, message(5, weight("of graphs"))) + message(23, message(1, weight("many"))))
    function = message(
        25, message(7, message(5, message(10, weight("function")))) + message(11, message(5, weight("default")))
    )
    content = message(7, nested + sparse + message(1, attribute)) + function
    expected = {"nested", "indices", "values", "of graphs", "many", "function", "default"}
    assert set(onnx_external_files(content)) == expected
