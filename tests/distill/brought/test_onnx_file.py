import hashlib
import sys

import numpy as np
import onnxruntime
import pytest

from distill.brought.open_teacher import open_teacher
from distill.errors import TeacherRefused
from tests.distill.brought.nets import DATA, DIGITS, PIXELS


def test_onnx_says_what_its_graph_says():
    teacher = open_teacher(
        str(DIGITS), input_shape=(8, 8, 1), classes=10, input_range=(0.0, 1.0), features=("pooled",)
    )  # fmt: skip
    session = onnxruntime.InferenceSession(str(DIGITS), providers=["CPUExecutionProvider"])
    logits, pooled = session.run(None, {"image": (PIXELS / 255).transpose(0, 3, 1, 2)})
    answers = teacher(PIXELS)
    np.testing.assert_allclose(answers["logits"], logits, atol=1e-4)
    np.testing.assert_allclose(answers["pooled"], pooled, atol=1e-4)
    assert teacher.digest == hashlib.sha256(DIGITS.read_bytes()).hexdigest()
    assert "8x8x1 float32 channels first, 10 outputs" in teacher.description
    with pytest.raises(TeacherRefused, match="outputs logits, pooled, and no map"):
        open_teacher(str(DIGITS), input_shape=(8, 8, 1), classes=10, features=("map",))


def field(number: int, value) -> bytes:
    """A field of a protocol buffer message: an integer, text or bytes."""

    def varint(number):
        return bytes([number]) if number < 128 else bytes([number % 128 + 128]) + varint(number // 128)

    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def linear_onnx(kernel: np.ndarray, dims: tuple, element: int = 1, external: str = "") -> bytes:
    """An ONNX file that flattens, casts to float and multiplies; its weights inside or in another file."""

    def value_info(name, element, sizes):
        shape = b"".join(field(1, field(1, size) if isinstance(size, int) else field(2, size)) for size in sizes)
        return field(1, name) + field(2, field(1, field(1, element) + field(2, shape)))

    def node(kind, inputs, output, attributes=b""):
        return field(1, b"".join(field(1, each) for each in inputs) + field(2, output) + field(4, kind) + attributes)

    cast = field(5, field(1, "to") + field(3, 1) + field(20, 2))
    nodes = node("Flatten", ["image"], "flat") + node("Cast", ["flat"], "float", cast)
    place = (
        field(13, field(1, "location") + field(2, external)) + field(14, 1) if external else field(9, kernel.tobytes())
    )
    weight = field(1, kernel.shape[0]) + field(1, kernel.shape[1]) + field(2, 1) + field(8, "kernel") + place
    graph = nodes + node("MatMul", ["float", "kernel"], "scores") + field(2, "graph") + field(5, weight)
    graph += field(11, value_info("image", element, dims)) + field(
        12, value_info("scores", 1, (dims[0], kernel.shape[1]))
    )
    return field(1, 8) + field(8, field(1, "") + field(2, 17)) + field(7, graph)


KERNEL = np.random.default_rng(1).normal(size=(64, 5)).astype(np.float32)


@pytest.mark.parametrize("dims", [("batch", 1, 8, 8), (4, 1, 8, 8), (1, 8, 8, 1)], ids=["any", "four", "one"])
@pytest.mark.parametrize(("element", "dtype"), [(1, np.float32), (10, np.float16), (2, np.uint8)])
def test_onnx_takes_fixed_batches_and_other_types(dims, element, dtype, tmp_path):
    (tmp_path / "m.onnx").write_bytes(linear_onnx(KERNEL, dims, element))
    teacher = open_teacher(str(tmp_path / "m.onnx"), **DATA, input_range=(0, 255))
    images = (np.rint(PIXELS) if dtype is np.uint8 else PIXELS).astype(dtype).astype(np.float32)
    np.testing.assert_allclose(teacher(PIXELS)["logits"], images.reshape(6, 64) @ KERNEL, rtol=1e-4, atol=0.01)


def test_onnx_weights_in_another_file_count_and_must_lie_beside_it(tmp_path):
    (tmp_path / "inner").mkdir()
    path, weights = tmp_path / "inner" / "m.onnx", tmp_path / "inner" / "m.data"
    path.write_bytes(linear_onnx(KERNEL, ("batch", 1, 8, 8), external="m.data"))
    with pytest.raises(TeacherRefused, match="cannot be loaded by ONNX Runtime"):
        open_teacher(str(path), **DATA)
    digests = set()
    for kernel in (KERNEL, 2 * KERNEL):
        weights.write_bytes(kernel.tobytes())
        teacher = open_teacher(str(path), **DATA, input_range=(0, 1))
        np.testing.assert_allclose(teacher(PIXELS)["logits"], PIXELS.reshape(6, 64) / 255 @ kernel, atol=1e-4)
        digests.add(teacher.digest)
    assert len(digests) == 2
    weights.rename(tmp_path / "m.data")
    path.write_bytes(linear_onnx(KERNEL, ("batch", 1, 8, 8), external="../m.data"))
    with pytest.raises(TeacherRefused, match="m.onnx: its weights are said to lie in '../m.data'"):
        open_teacher(str(path), **DATA)


@pytest.mark.parametrize("package", ["onnxruntime", "onnx"])
def test_onnx_without_its_packages_says_what_to_install(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(TeacherRefused, match=r"pip install 'potstill\[onnx\]'"):
        open_teacher(str(DIGITS), input_shape=(8, 8, 1), classes=10)
