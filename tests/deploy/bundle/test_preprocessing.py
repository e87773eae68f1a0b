import json
from dataclasses import replace

import numpy as np
import pytest

from deploy.bundle.preprocessing import Preprocessing, Sound
from deploy.errors import FileRefused
from deploy.latency.skeleton import skeleton
from deploy.tflite import model_io, runtime
from search.walk import walk


def test_levels_are_what_the_runtime_gives_the_file(bundle, stripes):
    sign = model_io.signature(runtime.load(bundle.model_bytes))
    found, expected = bundle.preprocessing.inputs(stripes.pixels), model_io.prepared(stripes.pixels, sign)
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == expected.dtype


def test_a_student_takes_pixels_less_128(bundle):
    assert bundle.preprocessing.offset == -128
    assert (bundle.preprocessing.low, bundle.preprocessing.high) == (-1, 127 / 128)


@pytest.mark.parametrize("input_range", [(0.0, 1.0), (-1.0, 1.0), (0.0, 255.0), None])
def test_any_range_and_float_files_have_levels(genotypes, input_range):
    found = Preprocessing.of(skeleton(walk(genotypes(0)), quantized=False), input_range)
    assert found.input_dtype == "float32"
    low, high = input_range or (-1, 127 / 128)
    assert found.levels[0] == pytest.approx(low)
    assert found.levels[255] == pytest.approx(high)


def test_it_goes_through_json(bundle):
    sound = Sound(sample_rate=8000, seconds=1, frames=64, mels=32)
    for value in (bundle.preprocessing, replace(bundle.preprocessing, sound=sound)):
        assert Preprocessing.from_record(json.loads(json.dumps(value.to_record()))) == value


def test_other_inputs_than_pictures_are_refused(genotypes):
    with pytest.raises(FileRefused, match=r"\(1, 4, 4, 5\)"):
        Preprocessing.of(skeleton(walk(genotypes(0, input_shape=(4, 4, 5)))), None)
