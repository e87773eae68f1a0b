import numpy as np
import pytest
import tf_keras

from distill.augmentation import Augmentation
from distill.bank import TeacherBank
from distill.recipe import Distillation, Recipe
from distill.train import TrainingDiverged, predict, train
from search.build import build


def student(genotypes, classes=2):
    from dataclasses import replace

    return build(replace(genotypes(3), classes=classes), seed=0)


def shared(stripes):
    return dict(augmentation=Augmentation(), views=2, seed=0, validation=stripes)


RECIPE = Recipe(batch_size=20, learning_rate=1e-2)


def test_training_on_labels_learns_and_reports_each_epoch(stripes, genotypes):
    seen = []
    model = student(genotypes)
    accuracy = train(model, stripes, RECIPE, epochs=5, on_epoch=lambda e, m: seen.append((e, m)), **shared(stripes))
    assert accuracy > 0.95
    assert [epoch for epoch, _ in seen] == [1, 2, 3, 4, 5]
    assert seen[-1][1]["validation_accuracy"] == accuracy
    assert accuracy == np.mean(predict(model, stripes.pixels).argmax(axis=1) == stripes.labels)


def test_the_student_follows_the_bank_and_not_the_labels_when_told_so(stripes, genotypes):
    # A teacher that says the opposite of every label.
    opposite = np.stack([np.where(np.arange(2) == stripes.labels[:, None], -4, 4)] * 2).astype(np.float16)
    bank = TeacherBank(address="x", logits=opposite)
    listening = Distillation(student_loss_weight=0.0, temperature=2.0)
    accuracy = train(
        student(genotypes), stripes, RECIPE, epochs=5, bank=bank, distillation=listening, **shared(stripes)
    )
    assert accuracy < 0.05


def test_same_seed_same_weights(stripes, genotypes):
    models = [student(genotypes) for _ in range(2)]
    for model in models:
        train(model, stripes, RECIPE, epochs=1, **shared(stripes))
    for one, two in zip(*(model.get_weights() for model in models)):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-5)


def test_divergence_stops_and_names_epoch_and_remedy(stripes):
    image = tf_keras.Input((8, 8, 1))
    broken = tf_keras.layers.Lambda(lambda x: x * float("nan"))(tf_keras.layers.Flatten()(image))
    model = tf_keras.Model(image, tf_keras.layers.Dense(2)(broken))
    with pytest.raises(TrainingDiverged, match=r"epoch 1 of 3.*smaller learning rate than 0.01"):
        train(model, stripes, RECIPE, epochs=3, **shared(stripes))


def test_fewer_examples_than_a_batch_still_train(stripes, genotypes):
    assert train(student(genotypes), stripes, Recipe(batch_size=500), epochs=1, **shared(stripes)) >= 0
