import subprocess
import sys

import pytest
from ai_edge_litert import schema_py_generated as schema

from deploy.errors import FileRefused
from deploy.latency.skeleton import skeleton
from deploy.tflite.flatbuffer import dtype_name, operator_name, operator_names, read_model, size_bytes, write_model
from search.walk import walk


def test_what_is_written_again_is_the_same(genotypes):
    content = write_model(read_model(skeleton(walk(genotypes(0)))))
    assert write_model(read_model(content)) == content


@pytest.mark.parametrize(
    ("builtin", "deprecated", "custom", "name"),
    [
        (3, 3, None, "CONV_2D"),
        # Of converters before TensorFlow 2.4.
        (0, 4, None, "DEPTHWISE_CONV_2D"),
        (206, 127, None, "STABLEHLO_COMPOSITE"),
        (32, 32, b"Detection", "CUSTOM"),
        (9_999, 127, None, "9999"),
    ],
)
def test_operators_have_the_name_of_the_larger_code(builtin, deprecated, custom, name):
    code = schema.OperatorCodeT()
    code.builtinCode, code.deprecatedBuiltinCode, code.customCode = builtin, deprecated, custom
    assert operator_name(code) == name


def test_operators_are_named_in_their_order(genotypes):
    names = operator_names(read_model(skeleton(walk(genotypes(0)))))
    assert (names[0], names[-1]) == ("CONV_2D", "FULLY_CONNECTED")


@pytest.mark.parametrize(
    ("dtype", "shape", "size"), [("int8", (1, 3), 3), ("float32", (2, 2), 16), ("int4", (3,), 2), ("string", None, 1)]
)
def test_sizes_of_tensors(dtype, shape, size):
    tensor = schema.TensorT()
    tensor.type, tensor.shape = getattr(schema.TensorType, dtype.upper()), shape
    assert dtype_name(tensor) == dtype
    assert size_bytes(tensor) == size


@pytest.mark.parametrize("content", [b"", b"no model", b"\0\0\0\0TFL3", b"\0\0\0\0TFL3" + b"\xff" * 100])
def test_bytes_that_are_no_model_are_refused(content):
    with pytest.raises(FileRefused, match=r"\.tflite"):
        read_model(content)


def test_reading_imports_no_tensorflow():
    code = "import sys, deploy.tflite.flatbuffer; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
