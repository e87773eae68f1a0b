import numpy as np
import pytest

from distill.teacher import Teacher, build_teacher, weights_digest
from distill.weights import save_weights


def built(seed=0, **fields):
    return build_teacher(Teacher(width=4, **fields), input_shape=(8, 8, 1), classes=10, seed=seed)


def test_teacher_gives_logits_and_is_the_same_for_the_same_seed():
    one, two, other = built(), built(), built(seed=1)
    assert one.output_shape == (None, 10)
    assert weights_digest(one) == weights_digest(two) != weights_digest(other)


def test_digest_follows_the_weights_through_a_file(tmp_path):
    teacher = built(depth=2)
    save_weights(teacher, tmp_path / "t.weights.h5")
    copy = built(seed=3, depth=2)
    copy.load_weights(tmp_path / "t.weights.h5")
    assert weights_digest(copy) == weights_digest(teacher)
    assert [path.name for path in tmp_path.iterdir()] == ["t.weights.h5"]
    kernel = teacher.get_weights()
    kernel[0] = kernel[0] + np.float32(1e-6)
    teacher.set_weights(kernel)
    assert weights_digest(copy) != weights_digest(teacher)


@pytest.mark.parametrize("field", [dict(width=0), dict(depth=0), dict(epochs=0), dict(min_validation_accuracy=98.0)])
def test_bad_settings_are_refused_by_name(field):
    with pytest.raises(ValueError, match=f"teacher.{next(iter(field))}"):
        Teacher(**field)
