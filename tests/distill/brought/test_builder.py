from distill.brought.open_teacher import open_teacher
from tests.distill.brought.nets import BOTH, DATA, NETS, assert_same, net


def test_a_builder_of_keras_applications_is_given_the_data_and_no_weights():
    teacher = open_teacher("tf_keras.applications:MobileNetV2", input_shape=(32, 32, 3), classes=7)
    assert teacher.description == (
        "tf_keras.applications:MobileNetV2 of tf_keras, input 32x32x3 float32 channels last, 7 outputs"
    )


@BOTH
def test_a_function_in_a_file_builds_and_weights_are_loaded(home, tmp_path):
    file = tmp_path / "nets.py"
    file.write_text(NETS.format(home=home.__name__))
    model = net(home)
    for name in ("w.weights.h5", "m.h5", "m.keras"):
        (model.save_weights if "weights" in name else model.save)(tmp_path / name)
        for function in ("net", "published"):
            teacher = open_teacher(
                f"{file}:{function}", **DATA, weights=str(tmp_path / name), input_range=(0, 1), features=("map",)
            )
            assert_same(teacher, model, features=("map",))
    # The same net by other names, as it is where more was built before, has the same digest; other weights have not.
    assert open_teacher(f"{file}:net", **DATA, weights=str(tmp_path / "w.weights.h5")).digest == teacher.digest
    assert open_teacher(f"{file}:net", **DATA).digest != teacher.digest
    # Weights that go by a name keep the builder's own size and classes.
    teacher = open_teacher(f"{file}:published", **DATA, weights="published")
    assert (teacher.takes.height, teacher.takes.channels, teacher.outputs) == (16, 3, 5)
