import numpy as np

from deploy import runtime
from deploy.slim import with_short_names


def test_names_are_short_and_outputs_bit_equal(student_bytes, stripes):
    names = [tensor["name"] for tensor in runtime.load(student_bytes).get_tensor_details()]
    assert {"pixels", "logits"} <= set(names)
    assert max(map(len, names)) == 6
    again = with_short_names(student_bytes)
    assert len(again) == len(student_bytes)
    np.testing.assert_array_equal(runtime.run(again, stripes.pixels), runtime.run(student_bytes, stripes.pixels))
