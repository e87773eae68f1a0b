"""The teacher of n-grams."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from deploy.bundle.preprocessing import Text
from deploy.bundle.text import text_pixels
from distill.distillation import Distillation
from distill.examples import Examples, scaled
from experiments.digits import EXPERIMENT
from experiments.errors import UserError
from experiments.teachers.ngrams import ngram_teacher, require_texts
from tests.data_sets import data_of

TEXT = Text(tokens=6, word_features=64, trigram_features=0)
# The order of the same words decides.
SENTENCES = (("man bites dog", 0), ("dog bites man", 1), ("man sees dog today", 0), ("dog sees man today", 1))


def pixels_of(*texts):
    return np.stack([text_pixels(text, **vars(TEXT)) for text in texts])


class Quiet:
    def say(self, text):
        pass


@pytest.fixture
def teacher():
    examples = Examples(
        pixels=pixels_of(*[text for text, _ in SENTENCES] * 3),
        labels=np.array([label for _, label in SENTENCES] * 3),
        classes=2,
    )
    context = type("Context", (), dict(data=data_of(examples, rendering=TEXT), experiment=EXPERIMENT, display=Quiet()))
    return ngram_teacher(context)


def test_pairs_of_words_are_told_apart(teacher):
    assert teacher.accuracy == 1
    logits = teacher.logits(pixels_of("man bites", "dog bites"))
    assert logits.shape == (2, 2)
    assert logits.argmax(axis=1).tolist() == [0, 1]


def test_a_dropped_token_is_as_if_it_were_not_there(teacher):
    pixels = pixels_of("man today bites dog", "man bites dog")
    pixels[0, 0, 1] = 128
    logits = teacher.logits(pixels)
    np.testing.assert_allclose(logits[0], logits[1], atol=1e-6)
    nothing = teacher.outputs(tf.constant(scaled(np.full((1, 1, 6, 64), 128, np.float32))), np.arange(1))
    assert np.isfinite(nothing["logits"]).all()


def test_it_is_for_texts_and_losses_on_logits(teacher):
    pictures = data_of(Examples(pixels=np.zeros((2, 4, 4, 1), np.uint8), labels=np.arange(2), classes=2))
    with pytest.raises(UserError, match="is for texts"):
        require_texts(EXPERIMENT, pictures)
    features = replace(EXPERIMENT, distillation=Distillation(distillation_losses=("hints",)))
    with pytest.raises(UserError, match="has no features"):
        require_texts(features, replace(pictures, rendering=TEXT))
