import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from distill import checkpoint as checkpoint_module
from distill import train as train_module
from distill.bank.address import BankPlace
from distill.bank.fill import fill_bank
from distill.bank.teacher_bank import TeacherBank
from distill.bank.teaching import Teaching
from distill.checkpoint import Resume
from distill.distillation import FEATURE_LOSSES, LOGIT_LOSSES, Distillation
from distill.divergence import TrainingDiverged
from distill.examples import UNLABELLED, Splits
from distill.features import with_features
from distill.optimizer import OptimizerState
from distill.recipe import Recipe
from distill.teacher import Teacher
from distill.teacher_nets import build_teacher
from distill.train import predict
from distill.views.augmentation import Augmentation, Views
from distill.weights import save_weights, saved_state
from search.build import build
from search.space import Space

# One student, and a small one: most of these tests' time is the tracing of its layers.
SPACE = Space(
    stem_widths=(16,), stages=(1,), blocks=("depthwise",), widths=(16,), depths=(1,), kernels=(3,), expansions=(2,),
    strides=(1,), residuals=(True,),
)  # fmt: skip


def student(genotypes, classes=2):
    return build(replace(genotypes(3, space=SPACE), classes=classes), seed=0)


def train(model, examples, recipe, **settings):
    return train_module.train(model, Splits(train=examples, validation=examples), recipe, views=VIEWS, **settings)


def bank_of(logits):
    return TeacherBank(address="x", classes=2, arrays={"logits": np.stack([logits] * 2).astype(np.float16)})


VIEWS = Views(augmentation=Augmentation(), count=2, seed=0)
RECIPE = Recipe(batch_size=20, learning_rate=1e-2)


def test_training_on_labels_learns_and_reports_each_epoch(stripes, genotypes):
    seen = []
    model = student(genotypes)
    accuracy = train(model, stripes, RECIPE, epochs=5, on_epoch=lambda e, m: seen.append((e, m)))
    assert accuracy > 0.95
    assert [epoch for epoch, _ in seen] == [1, 2, 3, 4, 5]
    assert seen[-1][1]["validation_accuracy"] == accuracy
    assert accuracy == np.mean(predict(model, stripes.pixels).argmax(axis=1) == stripes.labels)


def with_unlabelled(stripes):
    """The first 60 with their labels, and the others without."""
    labelled = replace(stripes, pixels=stripes.pixels[:60], labels=stripes.labels[:60])
    taught = replace(stripes, labels=np.where(np.arange(len(stripes)) < 60, stripes.labels, UNLABELLED))
    return labelled, Splits(train=labelled, validation=stripes, taught=taught)


def test_without_a_teacher_unlabelled_examples_are_not_trained_on(stripes, genotypes):
    labelled, splits = with_unlabelled(stripes)
    weights = []
    for each in (splits, Splits(train=labelled, validation=stripes)):
        model = student(genotypes)
        train_module.train(model, each, RECIPE, epochs=2, views=VIEWS)
        weights.append(model.get_weights())
    for one, other in zip(*weights):
        np.testing.assert_array_equal(one, other)


def test_students_learn_from_a_teacher_of_unlabelled_examples_whatever_their_labels_are(stripes, genotypes):
    _, splits = with_unlabelled(stripes)
    # Of those without a label the teacher says the opposite, and it is learnt, as labels cannot be.
    teacher = np.eye(2)[np.where(np.arange(len(stripes)) < 60, stripes.labels, 1 - stripes.labels)] * 8 - 4
    teaching = Teaching(bank=bank_of(teacher), distillation=Distillation(student_loss_weight=0.1))
    model, seen = student(genotypes), []
    train_module.train(
        model, splits, RECIPE, epochs=8, views=VIEWS, teaching=teaching, on_epoch=lambda e, m: seen.append(m)
    )
    right = predict(model, stripes.pixels).argmax(axis=1) == stripes.labels
    # 140 examples against 60.
    assert right.mean() < 0.3
    # Its accuracy is that on those with a label: of the others none counts.
    assert abs(seen[-1]["accuracy"] - right[:60].mean()) < 0.25


def test_a_long_training_validates_some_epochs_and_the_last(stripes, genotypes):
    seen = {}
    accuracy = train(student(genotypes), stripes, RECIPE, epochs=25, on_epoch=seen.__setitem__)
    validated = [epoch for epoch, metrics in seen.items() if "validation_accuracy" in metrics]
    assert len(seen) == 25
    assert validated == [*range(2, 25, 2), 25]
    assert seen[25]["validation_accuracy"] == accuracy


def test_a_training_goes_on_with_the_moments_of_the_one_before(tmp_path, stripes, genotypes):
    class Seen(tf_keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.variables = [variable.numpy() for variable in self.model.optimizer.variables]

        def on_epoch_end(self, epoch, logs=None):
            self.rates = [*getattr(self, "rates", []), float(self.model.optimizer.learning_rate)]

    model, state, seen = student(genotypes), OptimizerState(), Seen()
    train(model, stripes, RECIPE, epochs=2, resume=Resume(optimizer=state))
    steps = state.steps
    assert steps == 2 * (len(stripes) // RECIPE.batch_size)
    save_weights(model, tmp_path / "s.weights.h5", state)
    again, read = student(genotypes), saved_state(tmp_path / "s.weights.h5")
    again.load_weights(tmp_path / "s.weights.h5")
    kept = [array.copy() for array in read.variables]
    assert any(np.abs(array).max() > 0 for array in kept[1:])
    train(again, stripes, RECIPE, epochs=3, resume=Resume(optimizer=read), callbacks=[seen])
    for carried, began in zip(kept, seen.variables, strict=True):
        np.testing.assert_array_equal(carried, began)
    # The schedule begins anew: high after the first third, near zero at the end.
    assert seen.rates[0] > RECIPE.learning_rate / 2 > 10 * seen.rates[-1] >= 0
    assert read.steps == steps + 3 * (len(stripes) // RECIPE.batch_size)
    save_weights(model, tmp_path / "alone.weights.h5")
    assert saved_state(tmp_path / "alone.weights.h5").variables == ()


def test_the_student_follows_the_bank_and_not_the_labels_when_told_so(stripes, genotypes):
    # A teacher that says the opposite of every label.
    bank = bank_of(np.where(np.arange(2) == stripes.labels[:, None], -4, 4))
    listening = Distillation(student_loss_weight=0.0, temperature=2.0)
    accuracy = train(
        student(genotypes), stripes, RECIPE, epochs=5, teaching=Teaching(bank=bank, distillation=listening)
    )
    assert accuracy < 0.05


def test_every_loss_trains_a_student_from_one_bank(tmp_path, stripes, genotypes):
    teacher = build_teacher(Teacher(width=8, groups=2, depth=1), input_shape=(8, 8, 1), classes=2, seed=0)
    tapped = with_features(teacher, ("pooled", "map"))

    def outputs(pixels, numbers):
        given = {name: tensor.numpy() for name, tensor in tapped(pixels, training=False).items()}
        return {**given, "map.attention": given.pop("map").mean(axis=-1)}

    bank = fill_bank(BankPlace(banks=tmp_path, address="a"), outputs, stripes, VIEWS, top_k=64)
    losses = LOGIT_LOSSES + FEATURE_LOSSES
    # The teacher knows nothing: the labels must have the say.
    weights = (0.01,) * len(losses)
    everything = Distillation(distillation_losses=losses, distillation_loss_weights=weights, student_loss_weight=0.9)
    model = student(genotypes)
    before = len(model.weights)
    accuracy = train(model, stripes, RECIPE, epochs=5, teaching=Teaching(bank=bank, distillation=everything))
    assert accuracy > 0.9
    # The regressor of the hints stays behind.
    assert len(model.weights) == before


def test_same_seed_same_weights(stripes, genotypes):
    models = [student(genotypes) for _ in range(2)]
    for model in models:
        train(model, stripes, RECIPE, epochs=1)
    for one, two in zip(*(model.get_weights() for model in models)):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-5)


class Killed(Exception):
    pass


@pytest.mark.parametrize("recipe", [RECIPE, replace(RECIPE, optimizer="sgd", ema_momentum=0.9)])
def test_a_killed_training_goes_on_at_its_epoch_and_ends_alike(tmp_path, monkeypatch, stripes, genotypes, recipe):
    monkeypatch.setattr(checkpoint_module, "SECONDS_BETWEEN_SAVES", 0)
    whole, resumed = student(genotypes), student(genotypes)
    expected = train(whole, stripes, recipe, epochs=5)

    def kill(epoch, metrics):
        if epoch == 4:
            raise Killed

    with pytest.raises(Killed):
        train(resumed, stripes, recipe, epochs=5, on_epoch=kill, resume=Resume(folder=tmp_path / "c"))
    resumed, seen = student(genotypes), []
    accuracy = train(
        resumed,
        stripes,
        recipe,
        epochs=5,
        on_epoch=lambda epoch, _: seen.append(epoch),
        resume=Resume(folder=tmp_path / "c"),
    )
    assert seen == [4, 5]
    assert accuracy == pytest.approx(expected, abs=0.02)
    for one, two in zip(whole.get_weights(), resumed.get_weights()):
        np.testing.assert_allclose(one, two, rtol=1e-2, atol=1e-3)


def test_averaged_weights_are_what_is_left_and_measured(stripes, genotypes):
    plain, averaged = student(genotypes), student(genotypes)
    train(plain, stripes, RECIPE, epochs=2)
    accuracy = train(averaged, stripes, replace(RECIPE, ema_momentum=0.95), epochs=2)
    kernels = [model.trainable_variables[0].numpy() for model in (plain, averaged)]
    assert not np.allclose(*kernels, rtol=1e-3)
    assert accuracy == np.mean(predict(averaged, stripes.pixels).argmax(axis=1) == stripes.labels)


def test_patience_stops_early_and_keeps_the_best(stripes, genotypes):
    seen = []
    recipe = replace(RECIPE, patience_epochs=2)
    accuracy = train(student(genotypes), stripes, recipe, epochs=40, on_epoch=lambda _, m: seen.append(m))
    assert len(seen) < 40
    assert accuracy == max(metrics["validation_accuracy"] for metrics in seen)


def test_bfloat16_trains_too(stripes, genotypes):
    from distill.precision import computing_in

    with computing_in("mixed_bfloat16"):
        model = student(genotypes)
    assert train(model, stripes, RECIPE, epochs=5) > 0.95


def broken_after(steps):
    """A model whose output is NaN from some step on."""

    class Breaks(tf_keras.layers.Layer):
        def build(self, shape):
            self.calls = self.add_weight(name="calls", shape=(), initializer="zeros", trainable=False)

        def call(self, x, training=False):
            if training:
                self.calls.assign_add(1)
            return tf.where(self.calls > steps, np.nan, 1.0) * x

    image = tf_keras.Input((8, 8, 1))
    return tf_keras.Model(image, tf_keras.layers.Dense(2)(Breaks()(tf_keras.layers.Flatten()(image))))


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (0, r"the loss is NaN at step 1 \(epoch 1\), before anything was learned; look at the model"),
        (17, r"the loss is NaN at step 18 \(epoch 2\); a smaller learning rate than 0.01 is the first thing"),
    ],
)
def test_divergence_stops_at_once_and_names_step_and_cause(stripes, steps, message):
    with pytest.raises(TrainingDiverged, match=message):
        train(broken_after(steps), stripes, RECIPE, epochs=3)


def test_divergence_from_a_bank_of_nan_names_the_bank(stripes, genotypes):
    bank = bank_of(np.full((200, 2), np.nan))
    with pytest.raises(TrainingDiverged, match="step 1.*the teacher bank x holds values that are not finite"):
        train(student(genotypes), stripes, RECIPE, epochs=1, teaching=Teaching(bank=bank, distillation=Distillation()))


def test_fewer_examples_than_a_batch_still_train(stripes, genotypes):
    assert train(student(genotypes), stripes, Recipe(batch_size=500), epochs=1) >= 0


def test_two_replicas_train_like_one():
    script = """
import numpy as np, tensorflow as tf
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
from distill.views.augmentation import Augmentation, Views
from distill.examples import Examples, Splits
from distill.recipe import Recipe
from distill.train import train
import tf_keras
rng = np.random.default_rng(0)
labels = np.arange(200) % 2
pixels = (60 + 120 * labels[:, None, None, None] + rng.normal(0, 30, (200, 8, 8, 1))).clip(0, 255).astype(np.uint8)
examples = Examples(pixels=pixels, labels=labels.astype(np.int64), classes=2)
weights = []
for strategy in (tf.distribute.get_strategy(), tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])):
    assert strategy.num_replicas_in_sync == 1 + len(weights)
    with strategy.scope():
        tf_keras.utils.set_random_seed(0)
        image = tf_keras.Input((8, 8, 1))
        model = tf_keras.Model(image, tf_keras.layers.Dense(2)(tf_keras.layers.Flatten()(image)))
    recipe = Recipe(optimizer="sgd", batch_size=20, learning_rate=1e-2)
    views = Views(augmentation=Augmentation(), count=1, seed=0)
    assert train(model, Splits(train=examples, validation=examples), recipe, epochs=2, views=views) > 0.9
    weights.append(model.get_weights())
for one, two in zip(*weights):
    np.testing.assert_allclose(one, two, rtol=1e-3, atol=1e-4)
"""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert ended.returncode == 0, ended.stderr[-2000:]


def test_a_training_of_some_seconds_takes_as_many_epochs_as_there_is_time_for(stripes, genotypes):
    epochs = []
    reached = train(
        student(genotypes), stripes, RECIPE, epochs=2, on_epoch=lambda epoch, _: epochs.append(epoch), seconds=4.0
    )
    assert reached > 0.9
    assert epochs == list(range(1, len(epochs) + 1))
    assert len(epochs) > 2
