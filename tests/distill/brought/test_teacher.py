import hashlib
import shutil
import sys
from pathlib import Path

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
import tf_keras

from distill.brought.teacher import TeacherRefused, open_teacher
from distill.brought.teacher_input import ranged, teacher_input

DIGITS = Path(__file__).parents[2] / "data" / "digits_teacher.onnx"
BOTH = pytest.mark.parametrize("home", [tf_keras, keras], ids=["tf_keras", "keras3"])
SUFFIX = pytest.mark.parametrize("suffix", [".keras", ".h5"])
# Views of examples are no whole numbers.
PIXELS = np.random.default_rng(0).uniform(0, 255, (6, 8, 8, 1)).astype(np.float32)
DATA = dict(input_shape=(8, 8, 1), classes=5)


def net(home, *extra, input_shape=(8, 8, 1), **settings):
    image = home.layers.Input(input_shape, **settings)
    x = home.layers.Conv2D(6, 3, activation="relu", name="body")(image)
    x = home.layers.GlobalAveragePooling2D()(x)
    for layer in extra:
        x = layer(x)
    return home.Model(image, home.layers.Dense(5, name="classifier")(x))


def payload(home, witness):
    """A Lambda layer that leaves a file wherever it runs."""
    # The path in the code itself: Keras 3.15 cannot load a lambda that has defaults.
    return home.layers.Lambda(eval(f"lambda x: (open({str(witness)!r}, 'w').close(), x)[1]"), name="evil")


def assert_same(teacher, model, pixels=PIXELS, features=(), **tolerance):
    """The teacher, asked in the range 0..1, says what the model itself says."""
    answers = teacher(pixels)
    assert set(answers) == {"logits", *features}
    np.testing.assert_allclose(answers["logits"], model(pixels / 255, training=False), atol=1e-5)
    assert all(array.dtype == np.float32 and len(array) == len(pixels) for array in answers.values())


@BOTH
@SUFFIX
def test_a_keras_file_says_what_the_model_says(home, suffix, tmp_path):
    model, path = net(home), tmp_path / f"m{suffix}"
    model.save(path)
    features = ("pooled", "map", "body")
    teacher = open_teacher(str(path), **DATA, input_range=(0.0, 1.0), features=features)
    assert_same(teacher, model, features=features)
    answers = teacher(PIXELS)
    np.testing.assert_allclose(answers["pooled"], answers["map"].mean(axis=(1, 2)), atol=1e-5)
    np.testing.assert_array_equal(answers["map"], answers["body"])
    assert teacher.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert teacher.description == (
        f"{suffix} of {home.__name__} {home.__version__}, input 8x8x1 float32 channels last, 5 outputs"
    )


@BOTH
@SUFFIX
def test_a_lambda_does_not_run_unless_it_is_trusted(home, suffix, tmp_path):
    model, path, witness = net(home, payload(home, tmp_path / "witness")), tmp_path / f"m{suffix}", tmp_path / "witness"
    model.save(path)
    witness.unlink()
    with pytest.raises(TeacherRefused, match="Lambda layer 'evil'.*A model file is code.*--teacher.trust.*ONNX"):
        open_teacher(str(path), **DATA)
    assert not witness.exists()
    assert_same(open_teacher(str(path), **DATA, trust=True, input_range=(0, 1)), model)
    assert witness.exists()


@BOTH
@SUFFIX
def test_a_class_of_the_author_needs_trust_and_must_be_found(home, suffix, tmp_path):
    @home.saving.register_keras_serializable(package=f"Brought{suffix}")
    class Doubling(home.layers.Layer):
        def call(self, inputs):
            return 2 * inputs

    model, path = net(home, Doubling()), tmp_path / f"m{suffix}"
    model.save(path)
    with pytest.raises(TeacherRefused, match="class .*Doubling"):
        open_teacher(str(path), **DATA)
    assert_same(open_teacher(str(path), **DATA, trust=True, input_range=(0, 1)), model)
    home.saving.get_custom_objects().pop(f"Brought{suffix}>Doubling")
    with pytest.raises(TeacherRefused, match="cannot be loaded by .*such classes must be importable.*file.py:function"):
        open_teacher(str(path), **DATA, trust=True)


@pytest.mark.parametrize("suffix", [".keras", ".h5", ".onnx", "folder"])
@pytest.mark.parametrize("kept", [0, 0.5, 0.9])
def test_a_damaged_teacher_is_refused(suffix, kept, tmp_path):
    path = tmp_path / f"m{suffix}"
    if suffix == "folder":
        module = Named()
        tf.saved_model.save(module, str(path), {"serving_default": module.serve})
    elif suffix == ".onnx":
        shutil.copy(DIGITS, path)
    else:
        net(tf_keras).save(path)
    file = path / "saved_model.pb" if path.is_dir() else path
    content = file.read_bytes()
    file.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(TeacherRefused, match="damaged|cannot be loaded"):
        open_teacher(str(path), **DATA, trust=True)


def test_damaged_weights_inside_a_keras_file_are_refused(tmp_path):
    import zipfile

    net(keras).save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content[:500] if name.endswith(".h5") else content)
    with pytest.raises(TeacherRefused, match="cannot be loaded by keras"):
        open_teacher(str(tmp_path / "m.keras"), **DATA)


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


def test_onnx_without_its_runtime_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(TeacherRefused, match=r"pip install 'potstill\[onnx\]'"):
        open_teacher(str(DIGITS), input_shape=(8, 8, 1), classes=10)


@BOTH
def test_a_saved_model_needs_trust_and_says_what_the_model_says(home, tmp_path):
    model, path = net(home), str(tmp_path / "saved")
    model.export(path)
    with pytest.raises(TeacherRefused, match="is a SavedModel: .*--teacher.trust.*ONNX"):
        open_teacher(path, **DATA)
    teacher = open_teacher(path, **DATA, trust=True, input_range=(0, 1))
    assert_same(teacher, model)
    weights = next((tmp_path / "saved" / "variables").glob("*.data*"))
    weights.write_bytes(weights.read_bytes() + b"\0")
    assert open_teacher(path, **DATA, trust=True).digest != teacher.digest


class Named(tf.Module):
    """A SavedModel with outputs by name, a fixed batch, or a call and no signature."""

    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(tf.random.stateless_normal((64, 5), (0, 1)))

    @tf.function(input_signature=[tf.TensorSpec((4, 8, 8, 1), tf.float32)])
    def serve(self, image):
        flat = tf.reshape(image, (4, 64))
        return {"scores": flat @ self.kernel, "flat": flat, "other": flat[:, :5]}

    @tf.function(input_signature=[tf.TensorSpec((None, 8, 8, 1), tf.float32), tf.TensorSpec((None, 2), tf.float32)])
    def two(self, image, more):
        return {"scores": tf.reshape(image, (-1, 64)) @ self.kernel, "more": more}

    @tf.function(input_signature=[tf.TensorSpec((None, None, None, 1), tf.float32)])
    def __call__(self, image):
        return tf.reshape(image, (-1, 64)) @ self.kernel


def test_a_saved_model_gives_its_named_outputs_four_at_a_time(tmp_path):
    module, path = Named(), str(tmp_path / "saved")
    tf.saved_model.save(module, path, {"serving_default": module.serve, "more": module.two})
    teacher = open_teacher(path, **DATA, trust=True, input_range=(0, 1), features=("flat", "other"))
    assert_same(teacher, lambda images, training: module(images), features=("flat", "other"))
    np.testing.assert_allclose(teacher(PIXELS)["flat"], PIXELS.reshape(6, 64) / 255, atol=1e-6)
    with pytest.raises(TeacherRefused, match="which one tells 5 classes apart is not plain"):
        open_teacher(path, **DATA, trust=True)
    tf.saved_model.save(module, path, {"serving_default": module.two})
    with pytest.raises(TeacherRefused, match="the inputs image, more; allowed is one"):
        open_teacher(path, **DATA, trust=True)
    tf.saved_model.save(module, path, {"a": module.serve, "b": module.two})
    with pytest.raises(TeacherRefused, match="the signatures a, b; allowed: serving_default"):
        open_teacher(path, **DATA, trust=True)
    tf.saved_model.save(module, path, {})
    teacher = open_teacher(path, **DATA, trust=True, input_range=(0, 1))
    assert_same(teacher, lambda images, training: module(images))


def test_a_builder_of_keras_applications_is_given_the_data_and_no_weights():
    teacher = open_teacher("tf_keras.applications:MobileNetV2", input_shape=(32, 32, 3), classes=7)
    assert teacher.description == (
        "tf_keras.applications:MobileNetV2 of tf_keras, input 32x32x3 float32 channels last, 7 outputs"
    )


NETS = """
import dataclasses
import {home} as keras

@dataclasses.dataclass
class Settings:
    units: int = 6

def net(input_shape, classes, name="net"):
    image = keras.layers.Input(input_shape)
    x = keras.layers.Conv2D(Settings().units, 3, activation="relu", name=name)(image)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, keras.layers.Dense(classes, name="classifier")(x))

def published(weights="nowhere", classes=5, input_shape=(16, 16, 3), include_top=False, classifier_activation=""):
    assert include_top and classifier_activation is None
    if weights not in (None, "nowhere", "published"):
        raise ValueError("only published weights")
    return net(input_shape, classes)

number = 3
def nothing(): return number
def broken(): raise RuntimeError("out of nets")
"""


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


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("nowhere.keras", "there is no nowhere.keras; allowed: a file that ends in .onnx, .keras, .h5"),
        ("{folder}/m.pt", "m.pt is not of a kind that can be opened; allowed: .*torch.onnx.export"),
        ("{folder}", "is not of a kind that can be opened; allowed: .*SavedModel folder"),
        ("no_such_module:net", "cannot be imported: ModuleNotFoundError.*path/to/file.py:function"),
        ("{folder}/none.py:net", "cannot be imported: FileNotFoundError"),
        ("{folder}/nets.py:none", "cannot be imported: AttributeError"),
        ("{folder}/nets.py:number", "is of type int; allowed: a function that builds"),
        ("{folder}/nets.py:nothing", "returned int; allowed: a tf_keras or Keras 3 model"),
        ("{folder}/nets.py:broken", "failed, given .*RuntimeError: out of nets"),
    ],
)
def test_what_is_no_teacher_is_refused_with_what_is_allowed(source, says, tmp_path):
    (tmp_path / "m.pt").write_bytes(b"weights")
    (tmp_path / "nets.py").write_text(NETS.format(home="tf_keras"))
    with pytest.raises(TeacherRefused, match=says):
        open_teacher(source.format(folder=tmp_path), **DATA)


def test_weights_that_are_not_there_or_have_no_builder_are_refused(tmp_path):
    (tmp_path / "nets.py").write_text(NETS.format(home="tf_keras"))
    with pytest.raises(TeacherRefused, match="imagenet is no file, and .*nets.py:net has no parameter weights"):
        open_teacher(f"{tmp_path}/nets.py:net", **DATA, weights="imagenet")
    with pytest.raises(TeacherRefused, match="there is no file away.h5"):
        open_teacher(f"{tmp_path}/nets.py:net", **DATA, weights="away.h5")
    with pytest.raises(TeacherRefused, match="--teacher.weights imagenet goes with a function"):
        open_teacher(str(DIGITS), input_shape=(8, 8, 1), classes=10, weights="imagenet")
    net(tf_keras, tf_keras.layers.Dense(9)).save_weights(tmp_path / "other.weights.h5")
    with pytest.raises(TeacherRefused, match="nets.py:net failed"):
        open_teacher(f"{tmp_path}/nets.py:net", **DATA, weights=str(tmp_path / "other.weights.h5"))


@BOTH
def test_grey_images_are_enlarged_and_repeated_for_a_teacher_of_bigger_colour_images(home, tmp_path):
    model = net(home, input_shape=(20, 24, 3), batch_size=4)
    model.save(tmp_path / "m.keras")
    teacher = open_teacher(str(tmp_path / "m.keras"), **DATA, input_range="imagenet")
    images = np.repeat(tf.image.resize(PIXELS, (20, 24)).numpy(), 3, axis=3) / 255
    images = (images - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)
    own = np.concatenate([model(images[:4]), model(images[2:])[2:]])
    np.testing.assert_allclose(teacher(PIXELS)["logits"], own, atol=1e-5)
    assert "20x24x3 float32 channels last, 4 at a time" in teacher.description


def test_two_inputs_or_outputs_are_refused(tmp_path):
    model = net(tf_keras)
    tf_keras.Model(model.input, [model.output, model.layers[1].output]).save(tmp_path / "m.keras")
    with pytest.raises(TeacherRefused, match="1 inputs and 2 outputs; allowed is one of each"):
        open_teacher(str(tmp_path / "m.keras"), **DATA)


def test_a_teacher_of_vectors_or_of_other_channels_is_refused(tmp_path):
    tf_keras.Sequential([tf_keras.layers.Input((64,)), tf_keras.layers.Dense(5)]).save(tmp_path / "m.keras")
    with pytest.raises(TeacherRefused, match=r"shape \(any, 64\); allowed: images of 4 dimensions"):
        open_teacher(str(tmp_path / "m.keras"), **DATA)
    with pytest.raises(TeacherRefused, match="takes images of 1 channels, the data have 3; only grey"):
        open_teacher(str(DIGITS), input_shape=(8, 8, 3), classes=10)


def test_features_that_are_not_there_are_refused(tmp_path):
    net(tf_keras).save(tmp_path / "m.keras")
    with pytest.raises(TeacherRefused, match="no layer 'boddy'.*body"):
        open_teacher(str(tmp_path / "m.keras"), **DATA, features=("boddy",))


def test_classes_are_picked_in_order_and_settings_change_the_settled_digest():
    settings = dict(input_shape=(8, 8, 1), classes=3, input_range=(0, 1))
    teacher = open_teacher(str(DIGITS), **settings, class_order=(7, 0, 3))
    whole = open_teacher(str(DIGITS), **settings)
    np.testing.assert_array_equal(teacher(PIXELS)["logits"], whole(PIXELS)["logits"][:, [7, 0, 3]])
    assert teacher.digest == whole.digest
    assert teacher.settled_digest != whole.settled_digest
    for order in ((7, 0), (7, 0, 10), (7, 0, 7), (7, 0, -1)):
        with pytest.raises(TeacherRefused, match="allowed: 3, one for each class.*from 0 to 9"):
            open_teacher(str(DIGITS), **settings, class_order=order)


def test_an_unsettled_range_is_not_guessed_and_a_wrong_one_is_refused():
    with pytest.raises(TeacherRefused, match="input range is not settled"):
        open_teacher(str(DIGITS), input_shape=(8, 8, 1), classes=10)(PIXELS)
    for wrong in ("imagenet", "tiny", (1, 1), (0, np.inf)):
        with pytest.raises(TeacherRefused, match="allowed: two different numbers"):
            open_teacher(str(DIGITS), input_shape=(8, 8, 1), classes=10, input_range=wrong)


@pytest.mark.parametrize(
    ("dims", "shape", "default_first", "read"),
    [
        ((None, 8, 8, 1), (8, 8, 1), True, (8, 8, 1, False)),
        ((None, 1, 8, 8), (8, 8, 1), False, (8, 8, 1, True)),
        ((1, 3, None, None), (32, 24, 3), False, (32, 24, 3, True)),
        ((None, None, None, 3), (32, 24, 1), True, (32, 24, 3, False)),
        ((None,) * 4, (32, 24, 3), True, (32, 24, 3, True)),
        ((None,) * 4, (32, 24, 3), False, (32, 24, 3, False)),
        ((None, 3, 8, 3), (8, 3, 3), False, (8, 3, 3, True)),
        ((None, 3, 8, 3), (3, 8, 3), True, (3, 8, 3, False)),
    ],
)
def test_the_layout_is_read_from_where_channels_can_stand(dims, shape, default_first, read):
    takes = teacher_input(dims, "float32", shape, channels_first=default_first)
    assert (takes.height, takes.width, takes.channels, takes.channels_first) == read
    images = takes.prepared(np.zeros((2, *shape), np.float32), (0, 1))
    assert images.shape == (2, *((takes.channels, *read[:2]) if read[3] else read[:3]))


def test_ranges_and_bytes():
    pixels = np.array([0, 51, 255], np.float32)[:, None, None, None] * np.ones((1, 2, 2, 3), np.float32)
    np.testing.assert_allclose(ranged(pixels, (-1, 1))[:, 0, 0, 0], (-1, -0.6, 1), atol=1e-6)
    np.testing.assert_allclose(ranged(pixels, "imagenet")[2, 0, 0], (2.2489, 2.4286, 2.64), atol=1e-3)
    np.testing.assert_allclose(ranged(pixels, "caffe")[2, 0, 0], (151.061, 138.221, 131.32), atol=1e-3)
    takes = teacher_input((None, 2, 2, 3), "uint8", (2, 2, 3), channels_first=False)
    assert takes.usual_ranges() == ((0, 255),)
    assert takes.prepared(pixels + 0.4, (0, 255)).dtype == np.uint8
    np.testing.assert_array_equal(takes.prepared(pixels + 0.4, (0, 255))[:, 0, 0, 0], (0, 51, 255))
    with pytest.raises(ValueError, match="allowed: 0 255 alone"):
        takes.check_range((0, 1))
    with pytest.raises(ValueError, match="its input is of int64"):
        teacher_input((None, 2, 2, 3), "int64", (2, 2, 3), channels_first=False)
