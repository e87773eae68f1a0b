import json
import zipfile

import h5py
import keras
import pytest
import tensorflow as tf
import tf_keras

from distill.brought.trust import inspect_keras_file
from distill.errors import TeacherRefused

BOTH = pytest.mark.parametrize("home", [tf_keras, keras], ids=["tf_keras", "keras3"])
SUFFIX = pytest.mark.parametrize("suffix", [".keras", ".h5"])


def net(home, *extra):
    """A net with an operation, a compiled model inside, and what else is given."""
    image = home.layers.Input((8, 8, 1))
    x = home.layers.Conv2D(3, 3, kernel_regularizer="l2", activation=home.activations.gelu)(image)
    inner = home.Model(image, home.layers.BatchNormalization()(x))
    inner.compile(home.optimizers.Adam(1e-2), home.losses.SparseCategoricalCrossentropy())
    x = home.layers.GlobalAveragePooling2D()(inner(image))
    for layer in extra:
        x = layer(x)
    return home.Model(image, home.layers.Dense(5)(x))


def with_config(path, change):
    """The .keras file at a path, its config.json changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(parts["config.json"])
    change(config)
    parts["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@BOTH
@SUFFIX
def test_what_keras_ships_is_not_suspected(home, suffix, tmp_path):
    model = net(home, home.layers.Dropout(0.1))
    model.save(tmp_path / f"m{suffix}")
    found = inspect_keras_file(tmp_path / f"m{suffix}")
    assert found.suspects == ()
    assert found.keras_3 == (home is keras)
    assert found.keras_version == home.__version__


@pytest.mark.parametrize("name", ["MobileNetV3Small", "EfficientNetV2B0"])
@BOTH
def test_published_nets_are_not_suspected(home, name, tmp_path):
    builder = getattr(home.applications, name)
    model = builder(input_shape=(32, 32, 3), weights=None, classes=5, include_preprocessing=True)
    # Their many weights are of no interest here.
    config = json.loads(model.to_json())
    net(home).save(tmp_path / "m.keras")
    assert (
        inspect_keras_file(with_config(tmp_path / "m.keras", lambda old: (old.clear(), old.update(config)))).suspects
        == ()
    )


def test_tensorflow_functions_of_arithmetic_are_not_suspected(tmp_path):
    image = tf_keras.layers.Input((8, 8, 1))
    x = tf.nn.relu6(tf.image.resize(image * 2.0 + 1.0, (4, 4)))
    x = tf.reshape(tf.concat([x, x[:, ::-1]], axis=-1), (-1, 32))
    tf_keras.Model(image, tf.clip_by_value(tf.transpose(tf.transpose(x)), -1, 1)).save(tmp_path / "m.keras")
    assert inspect_keras_file(tmp_path / "m.keras").suspects == ()


@BOTH
@SUFFIX
def test_lambda_layers_are_suspected_by_name(home, suffix, tmp_path):
    model = net(home, home.layers.Lambda(lambda x: 2 * x, name="twice", **({"output_shape": (3,)})))
    model.save(tmp_path / f"m{suffix}")
    assert any("Lambda layer 'twice'" in suspect for suspect in inspect_keras_file(tmp_path / f"m{suffix}").suspects)


@BOTH
@SUFFIX
def test_classes_of_the_author_are_suspected_by_name(home, suffix, tmp_path):
    @home.saving.register_keras_serializable(package=f"Trust{home.__name__}")
    class Mystery(home.layers.Layer):
        def call(self, inputs):
            return inputs

    net(home, Mystery(name="what")).save(tmp_path / f"m{suffix}")
    (suspect,) = inspect_keras_file(tmp_path / f"m{suffix}").suspects
    assert "Mystery" in suspect
    assert "'what'" in suspect


# What the files of an attacker hold, and safe_mode has let through at one time or another.
ATTACKS = {
    "module": dict(module="subprocess", class_name="Popen", config={"args": "id"}, registered_name=None),
    "function": dict(module="os", class_name="function", config="system", registered_name="function"),
    "builtin": dict(module="builtins", class_name="function", config="exec", registered_name="function"),
    "fetches": dict(module="keras.utils", class_name="function", config="get_file", registered_name="get_file"),
    "loads": dict(module="keras.src.utils.python_utils", class_name="function", config="func_load"),
    "op": dict(module="keras", class_name="TFOpLambda", config={"name": "x", "function": "io.gfile.rmtree"}),
    "old op": dict(module="keras", class_name="TFOpLambda", config={"name": "x", "function": "compat.v1.py_func"}),
    "no op": dict(module="keras", class_name="TFOpLambda", config={}),
    "graph": dict(class_name="TensorFlowOpLayer", config={"name": "x", "node_def": "WriteFile"}),
    "method": dict(class_name="ClassMethod", config={"cls_symbol": "io.TFRecordWriter", "method_name": "__init__"}),
    "SavedModel": dict(module="keras.layers", class_name="TFSMLayer", config={"filepath": "/tmp/x"}),
    "pickle": dict(module="keras.layers", class_name="TorchModuleWrapper", config={"module": "x"}),
    "reads": dict(module="keras.layers", class_name="StringLookup", config={"vocabulary": "/etc/passwd"}),
    "registered": dict(module="keras.layers", class_name="Dense", config={}, registered_name="Custom>Evil"),
    "root": dict(module="kerasevil", class_name="Dense", config={}),
    "bytecode": dict(class_name="__lambda__", config={"value": "4wAAAA=="}),
    "typespec": dict(class_name="__typespec__", spec_name="x", module="os", registered_name=None, config=[]),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("place", ["layer", "activation", "deep"])
def test_what_is_not_known_to_be_harmless_is_suspected(attack, place, tmp_path):
    net(tf_keras).save(tmp_path / "m.keras")

    def change(config):
        layers = config["config"]["layers"]
        if place == "layer":
            layers[0] |= attack
        elif place == "activation":
            layers[-1]["config"]["activation"] = attack
        else:
            layers[-1]["inbound_nodes"] = [[["x", 0, 0, {"y": [{"z": attack}]}]]]

    assert inspect_keras_file(with_config(tmp_path / "m.keras", change)).suspects


def test_how_the_whole_model_was_compiled_is_of_no_concern(tmp_path):
    model = net(tf_keras)
    model.compile("sgd", loss=lambda labels, logits: tf.reduce_sum(logits))
    model.save(tmp_path / "m.keras")
    with_config(tmp_path / "m.keras", lambda config: config.update(compile_config={"loss": ATTACKS["function"]}))
    assert inspect_keras_file(tmp_path / "m.keras").suspects == ()


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("damage", ["cut", "empty", "text", "json", "no version"])
def test_damaged_files_are_refused(suffix, damage, tmp_path):
    path = tmp_path / f"m{suffix}"
    net(tf_keras).save(path)
    content = path.read_bytes()
    if damage in ("json", "no version") and suffix == ".keras":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("metadata.json", "{}" if damage == "no version" else '{"keras_version": "3.0"}')
            archive.writestr("config.json", "{" if damage == "json" else "{}")
    elif damage in ("json", "no version"):
        with h5py.File(path, "a") as file:
            file.attrs["model_config"] = "[" * 100_000 if damage == "json" else "{}"
            file.attrs["keras_version"] = "newest"
    else:
        path.write_bytes({"cut": content[: len(content) // 2], "empty": b"", "text": b"not a model"}[damage])
    with pytest.raises(TeacherRefused, match="damaged or cut short"):
        inspect_keras_file(path)


def test_weights_alone_are_no_model(tmp_path):
    net(tf_keras).save_weights(tmp_path / "w.weights.h5")
    with pytest.raises(TeacherRefused, match="holds weights alone.*--teacher.weights"):
        inspect_keras_file(tmp_path / "w.weights.h5")
