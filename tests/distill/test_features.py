import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_model_optimization as tfmot
import tf_keras

from distill.features import feature_tensor, framework, with_features

BOTH = pytest.mark.parametrize("home", [tf_keras, keras], ids=["tf_keras", "keras3"])
IMAGES = np.random.default_rng(0).uniform(-1, 1, (3, 8, 8, 1)).astype(np.float32)


def trunk(home, image):
    x = home.layers.Conv2D(4, 3, padding="same", activation="relu", name="first")(image)
    return home.layers.Conv2D(6, 3, strides=2, padding="same", name="last")(x)


def plain(home, pool=None):
    image = home.layers.Input((8, 8, 1))
    x = (pool or home.layers.GlobalAveragePooling2D(name="pool"))(trunk(home, image))
    x = home.layers.Dropout(0.5)(x)
    return home.Model(image, home.layers.Dense(5, name="classifier")(x))


def shapes(model):
    return tuple(feature_tensor(model, "pooled").shape), tuple(feature_tensor(model, "map").shape)


@BOTH
def test_pooled_map_and_logits_belong_together(home):
    model = plain(home)
    tapped = with_features(model, ("pooled", "map", "first"))
    assert framework(tapped) is home
    assert isinstance(tapped, home.Model)
    answers = {name: np.asarray(array) for name, array in tapped(IMAGES, training=False).items()}
    assert {name: array.shape[1:] for name, array in answers.items()} == {
        "logits": (5,),
        "pooled": (6,),
        "map": (4, 4, 6),
        "first": (8, 8, 4),
    }
    np.testing.assert_array_equal(answers["logits"], model(IMAGES, training=False))
    np.testing.assert_allclose(answers["pooled"], answers["map"].mean(axis=(1, 2)), atol=1e-6)
    kernel, bias = model.get_layer("classifier").get_weights()
    np.testing.assert_allclose(answers["pooled"] @ kernel + bias, answers["logits"], atol=1e-5)


@BOTH
def test_a_map_may_be_flattened(home):
    assert shapes(plain(home, home.layers.Flatten())) == ((None, 96), (None, 4, 4, 6))


@BOTH
def test_a_convolution_may_classify_what_was_pooled_to_one_pixel(home):
    image = home.layers.Input((8, 8, 1))
    pooled = home.layers.GlobalAveragePooling2D(keepdims=True)(trunk(home, image))
    x = home.layers.Conv2D(7, 1, activation="relu")(pooled)
    model = home.Model(image, home.layers.Flatten()(home.layers.Conv2D(5, 1)(x)))
    assert shapes(model) == ((None, 6), (None, 4, 4, 6))
    answers = with_features(model, ("pooled", "map"))(IMAGES)
    np.testing.assert_allclose(answers["pooled"], np.mean(answers["map"], axis=(1, 2)), atol=1e-6)


@BOTH
def test_where_the_classifier_is_pooled_its_map_is_the_last(home):
    image = home.layers.Input((8, 8, 1))
    scores = home.layers.Conv2D(5, 1)(trunk(home, image))
    assert shapes(home.Model(image, home.layers.GlobalAveragePooling2D()(scores))) == ((None, 5), (None, 4, 4, 5))


@BOTH
@pytest.mark.parametrize("where", ["trunk", "trunk and pool", "all", "head"])
def test_models_inside_the_model_are_looked_into(home, where):
    layers = home.layers
    image, around = layers.Input((8, 8, 1)), layers.Input((8, 8, 1))
    if where == "trunk":
        x = layers.GlobalAveragePooling2D()(home.Model(image, trunk(home, image))(around))
        model = home.Model(around, layers.Dense(5)(x))
    elif where == "trunk and pool":
        inner = home.Model(image, layers.GlobalAveragePooling2D()(trunk(home, image)))
        model = home.Model(around, layers.Dense(5)(inner(around)))
    elif where == "all":
        model = home.Sequential([layers.Input((8, 8, 1)), layers.Rescaling(2.0), plain(home)])
    else:
        entry = layers.Input((4, 4, 6))
        head = home.Model(entry, layers.Dense(5)(layers.GlobalAveragePooling2D()(entry)))
        model = home.Model(image, head(trunk(home, image)))
    answers = with_features(model, ("pooled", "map", "first"))(IMAGES, training=False)
    assert np.shape(answers["map"]) == (3, 4, 4, 6)
    assert np.shape(answers["first"]) == (3, 8, 8, 4)
    np.testing.assert_allclose(answers["pooled"], np.mean(answers["map"], axis=(1, 2)), atol=1e-6)
    np.testing.assert_allclose(answers["logits"], model(IMAGES, training=False), atol=1e-6)


@BOTH
def test_what_is_added_takes_no_name_of_a_loaded_model(home, tmp_path):
    def clear():
        (tf_keras.backend if home is tf_keras else keras.utils).clear_session()

    clear()
    image, around = home.layers.Input((8, 8, 1)), home.layers.Input((8, 8, 1))
    pooled = home.layers.GlobalAveragePooling2D(keepdims=True)(trunk(home, image))
    inner = home.Model(image, home.layers.Flatten()(home.layers.Conv2D(5, 1)(pooled)))
    home.Model(around, home.layers.Softmax()(inner(around))).save(tmp_path / "m.keras")
    clear()
    model = home.models.load_model(tmp_path / "m.keras")
    answers = with_features(model, ("pooled", "map", "first"))(IMAGES, training=False)
    np.testing.assert_allclose(answers["pooled"], np.mean(answers["map"], axis=(1, 2)), atol=1e-6)


@BOTH
@pytest.mark.parametrize("shape", [(12,), (8, 8, 1)])
def test_without_a_map_pooled_is_what_the_last_kernel_takes(home, shape):
    entry = home.layers.Input(shape)
    hidden = home.layers.Dense(9, name="hidden")(home.layers.Flatten()(entry))
    model = home.Model(entry, home.layers.Softmax()(home.layers.Dense(5)(hidden)))
    assert tuple(feature_tensor(model, "pooled").shape) == (None, 9)
    with pytest.raises(ValueError, match="pools or flattens no feature map"):
        feature_tensor(model, "map")


@BOTH
def test_unknown_layers_are_refused_with_those_that_are_there(home):
    with pytest.raises(ValueError, match="no layer 'frist'; allowed: pooled, map, .*last, first"):
        feature_tensor(plain(home), "frist")


@BOTH
def test_a_model_of_its_own_class_cannot_be_read(home):
    class Own(home.Model):
        def call(self, inputs):
            return inputs

    with pytest.raises(ValueError, match="no(t a)? graph"):
        with_features(Own(), ("pooled",))


def test_models_that_are_quantized_or_pruned_are_read_as_well():
    model = plain(tf_keras)
    quantized = tfmot.quantization.keras.quantize_model(model)
    pruned = tfmot.sparsity.keras.prune_low_magnitude(model)
    # Training a pruned model takes the callback that counts its steps.
    for wrapped, training in ((quantized, True), (pruned, False)):
        tapped = with_features(wrapped, ("pooled", "map"))
        with tf.GradientTape() as tape:
            answers = tapped(IMAGES, training=training)
            loss = tf.reduce_sum(answers["map"] ** 2)
        assert (answers["pooled"].shape, answers["map"].shape) == ((3, 6), (3, 4, 4, 6))
        gradients = tape.gradient(loss, wrapped.trainable_variables, unconnected_gradients="zero")
        assert max(float(tf.reduce_max(tf.abs(each))) for each in gradients) > 0
