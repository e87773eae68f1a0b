import numpy as np
import pytest

from deploy.errors import FileRefused
from deploy.latency.skeleton import skeleton
from deploy.tflite import model_io, runtime
from deploy.tflite.float_io import with_float_io
from search.walk import walk


def run(model_bytes, inputs):
    interpreter = runtime.load(model_bytes)
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], inputs)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def test_floats_go_in_and_come_out_and_the_graph_is_the_same(student_bytes):
    sign = model_io.signature(runtime.load(student_bytes))
    wrapped = with_float_io(student_bytes)
    assert {model_io.signature(runtime.load(wrapped)).input_dtype} == {"float32"}
    steps = np.random.default_rng(0).integers(-128, 128, sign.input_shape, np.int8)
    values = ((steps.astype(np.float32) - sign.input_zero_point) * sign.input_scale).astype(np.float32)
    expected = (run(student_bytes, steps).astype(np.float32) - sign.output_zero_point) * sign.output_scale
    np.testing.assert_allclose(run(wrapped, values), expected, rtol=1e-6)


def test_float_files_stay_as_they_are(genotypes):
    float_file = skeleton(walk(genotypes(0)), quantized=False)
    assert with_float_io(float_file) == float_file
    once = with_float_io(skeleton(walk(genotypes(0))))
    assert with_float_io(once) == once


def test_bytes_that_are_no_model_are_refused():
    with pytest.raises(FileRefused, match="TFL3"):
        with_float_io(b"nothing")
