"""Teachers with a pretrained backbone, from their settings to the bank."""

from dataclasses import replace

import numpy as np
import pytest
import tf_keras

from distill.distillation import Distillation
from distill.errors import TeacherRefused
from distill.recipe import FineTuning, Recipe
from distill.teacher import Teacher
from distill.train import accuracy
from experiments.data.load import load
from experiments.digits import EXPERIMENT as DIGITS
from experiments.errors import UserError
from experiments.run.context import Context
from experiments.run.records import TeacherEpoch, TeacherReady
from experiments.teachers.fine_tuned import require_backbone
from experiments.teachers.from_source import require_sources
from experiments.teachers.teach import teach
from experiments.teachers.trained import trained_model, trained_teacher
from search.journal import Journal
from tests.distill.backbones import nets

NETS = nets.__name__
SETTINGS = Teacher(
    backbone=f"{NETS}:tiny",
    image_size=16,
    fine_tuning=FineTuning(epochs=2, recipe=Recipe(batch_size=64, learning_rate=3e-3)),
)


class Lines:
    """A display that keeps what is said."""

    def __init__(self):
        self.lines, self.stages = [], []

    def stage(self, title, steps=None, done=0):
        self.stages.append((title, steps, done))

    def step(self, detail="", steps=1):
        pass

    def say(self, line):
        self.lines.append(line)


@pytest.fixture
def weights(tmp_path):
    """A function from a seed to a file of weights of the tiny backbone."""

    def file(seed=5):
        path = tmp_path / f"tiny{seed}.weights.h5"
        tf_keras.utils.set_random_seed(seed)
        nets.tiny(input_shape=(16, 16, 3), include_top=False).save_weights(path)
        return str(path)

    return file


@pytest.fixture
def context(home, tmp_path):
    """A function from changes of the digits experiment to the context of a run of it; nothing is logged to MLflow."""

    def make(**changes) -> Context:
        experiment = replace(DIGITS, **{"views": 2, **changes})
        folder = tmp_path / experiment.key
        folder.mkdir(exist_ok=True)
        journal = Journal(folder / "journal.jsonl")
        if journal.last(TeacherReady) is None:
            journal.append(TeacherReady(validation_accuracy=0.0, bank=""))
        data = load(experiment.data)
        return Context(experiment=experiment, data=data, folder=folder, journal=journal, display=Lines())

    return make


def test_it_is_trained_head_first_and_taken_again_while_its_weights_file_is_the_same(context, weights):
    made = context(teacher=replace(SETTINGS, weights=weights()))
    model, reached = trained_model(made, 0)
    assert [stage[0] for stage in made.display.stages] == ["teacher0 head", "teacher0"]
    assert "pretrained weights, takes pixels as 0 1, 16x16" in made.display.lines[0]
    assert "with the head alone trained" in made.display.lines[1]
    assert len(list(made.journal.records(TeacherEpoch))) == 2
    assert reached == pytest.approx(accuracy(model, made.data.validation))
    assert reached > 0.2
    again = context(teacher=replace(SETTINGS, weights=weights()))
    same, figure = trained_model(again, 0)
    assert again.display.stages == [("teacher0", 2, 2)]
    assert figure == reached
    for array, expected in zip(same.get_weights(), model.get_weights()):
        np.testing.assert_array_equal(array, expected)
    # Others of the same name and place.
    others = context(teacher=replace(SETTINGS, weights=weights(6)))
    trained_model(others, 0)
    assert len(others.display.stages) == 2


def test_an_interrupted_training_goes_on_behind_its_head(context, weights, monkeypatch):
    settings = replace(SETTINGS, weights=weights())
    stopped = context(teacher=settings)
    monkeypatch.setattr("distill.checkpoint.SECONDS_BETWEEN_SAVES", 0)

    def stop(self, detail="", steps=1):
        if "validation" in detail:
            raise KeyboardInterrupt

    monkeypatch.setattr(Lines, "step", stop)
    with pytest.raises(KeyboardInterrupt):
        trained_model(stopped, 0)
    monkeypatch.setattr(Lines, "step", lambda self, detail="", steps=1: None)
    going_on = context(teacher=settings)
    trained_model(going_on, 0)
    assert "teacher0 head" in [stage[0] for stage in stopped.display.stages]
    assert "teacher0 head" not in [stage[0] for stage in going_on.display.stages]


def test_it_fills_the_bank_with_the_features_that_a_loss_asks_for(context, weights):
    losses = Distillation(distillation_losses=("attention_transfer", "relational"))
    made = context(teacher=replace(SETTINGS, weights=weights()), distillation=losses)
    bank, _ = teach(made)
    shapes = {name: array.shape[2:] for name, array in bank.arrays.items()}
    assert shapes == {"logits": (10,), "map.attention": (4, 4), "pooled": (12,)}


def test_it_has_an_assistant_of_the_usual_kind(context, weights):
    recipe = Recipe(batch_size=64)
    settings = replace(SETTINGS, weights=weights(), assistants=(4,), groups=2, epochs=1, recipe=recipe)
    made = context(teacher=settings)
    _, teacher = teach(made)
    assert teacher.description == "assistant4, trained here"


def test_an_int8_copy_says_nearly_the_same(context, weights):
    made = context(teacher=replace(SETTINGS, weights=weights()))
    teacher = trained_teacher(made, 0)
    copy = teacher.int8()
    assert copy is not None


def test_an_unusable_one_is_refused_before_anything_is_trained(context, weights):
    bare = context(teacher=SETTINGS)
    with pytest.raises(TeacherRefused, match="is without weights"):
        require_sources(bare.experiment, bare.data)
    features = Distillation(distillation_losses=("attention_transfer",), teacher_layer_name="gone")
    made = context(teacher=replace(SETTINGS, weights=weights()), distillation=features)
    with pytest.raises(UserError, match="cannot give the features gone.*allowed: pooled, map, or a layer"):
        require_backbone(made.experiment, made.data)
