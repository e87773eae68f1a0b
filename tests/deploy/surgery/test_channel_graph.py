import pytest
import tf_keras

from deploy.surgery.channel_graph import ChannelGraph
from deploy.surgery.flat import ModelRefused


def _subclassed():
    class Own(tf_keras.Model):
        def call(self, inputs):
            return inputs

    return Own()


def _nested():
    image = tf_keras.Input((8, 8, 3))
    inner = tf_keras.Sequential([tf_keras.layers.Conv2D(4, 3, input_shape=(8, 8, 3))], name="inner")
    return tf_keras.Model(image, tf_keras.layers.GlobalAveragePooling2D()(inner(image)))


def _shared():
    image, layer = tf_keras.Input((8, 8, 4)), tf_keras.layers.Conv2D(4, 3, name="twice")
    return tf_keras.Model(image, layer(layer(image)))


def _of(layer):
    image = tf_keras.Input((8, 8, 4))
    return tf_keras.Model(image, layer(image))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_subclassed, "is a subclassed model.*functional interface"),
        (_nested, "inner is a model inside a model"),
        (_shared, "the layer twice is called more than once"),
        (lambda: _of(tf_keras.layers.Conv2D(4, 3, groups=2, name="own")), "the channels of own .Conv2D. cannot"),
        (lambda: _of(tf_keras.layers.Conv2DTranspose(4, 3, name="up")), "the channels of up .Conv2DTranspose. cannot"),
        (lambda: _of(tf_keras.layers.LayerNormalization(name="n")), "the channels of n .LayerNormalization. cannot"),
    ],
)
def test_what_cannot_be_followed_is_named(make, message):
    with pytest.raises(ModelRefused, match=message):
        ChannelGraph(make())
