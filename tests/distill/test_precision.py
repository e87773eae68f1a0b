import tf_keras

from distill.precision import PAYS_FROM, PrecisionSpeeds, computing_in, measure
from distill.teacher import Teacher
from distill.teacher_nets import build_teacher


def build():
    return build_teacher(Teacher(width=4, groups=1, depth=1), input_shape=(8, 8, 1), classes=2, seed=0)


def test_bfloat16_is_taken_where_it_pays():
    speeds = dict(float32_images_per_s=100, mixed_bfloat16_images_per_s=100)
    slow = PrecisionSpeeds(**speeds, speedup=PAYS_FROM - 0.01)
    fast = PrecisionSpeeds(**speeds, speedup=PAYS_FROM)
    assert (slow.precision, fast.precision) == ("float32", "mixed_bfloat16")


def test_models_compute_in_it_and_keep_float32_weights_and_logits():
    with computing_in("mixed_bfloat16"):
        model = build()
    assert tf_keras.mixed_precision.global_policy().name == "float32"
    assert {layer.compute_dtype for layer in model.layers if "conv" in layer.name} == {"bfloat16"}
    assert {weight.dtype.name for weight in model.weights} == {"float32"}
    assert model.output.dtype.name == "float32"


def test_measuring_gives_a_speed_for_each():
    measured = measure(build, 8)
    assert measured.float32_images_per_s > 0
    assert measured.mixed_bfloat16_images_per_s > 0
