"""Supernets trained on tiny data: what they are trained of, what training does, and what trials take over."""

from dataclasses import replace

import numpy as np
import pytest
import tf_keras

from distill import checkpoint as checkpoint_module
from distill.bank.address import BankPlace
from distill.bank.fill import fill_bank
from distill.distillation import Distillation
from distill.recipe import Recipe
from experiments.errors import UserError
from experiments.run.context import Context
from experiments.run.display import Display
from experiments.searching import supernet as supernet_module
from experiments.searching.sandwich import Supernet
from experiments.searching.supernet import students, train_supernet, untrained_accuracy
from experiments.training.student import Job, StudentTraining, start_of, student_weights, supernet_weights
from search import shared_weights
from search.estimate import estimate
from search.journal import Journal
from search.settings import Search
from search.task import Task
from search.walk import network, walk
from tests.data_sets import data_of
from tests.deploy.profiles import priced
from tests.tiny import EXPERIMENT as TINY

EXPERIMENT = replace(TINY, student=Recipe(learning_rate=1e-2, batch_size=40))
PROFILE = priced(inference=0.001, operators=0.001)


@pytest.fixture
def context(home, tmp_path, stripes, monkeypatch):
    """A run on two easy classes; its supernet has five students."""
    monkeypatch.setattr(supernet_module, "STUDENTS", 5)
    data = data_of(stripes)
    experiment = replace(EXPERIMENT, search=replace(EXPERIMENT.search, supernet_epochs=4))
    journal = Journal(tmp_path / "journal.jsonl")
    return Context(experiment=experiment, data=data, folder=tmp_path, journal=journal, display=Display())


@pytest.fixture
def bank(tmp_path, stripes):
    def teacher(pixels, numbers):
        return {"logits": 4.0 * np.eye(2)[stripes.labels[numbers]]}

    return fill_bank(
        BankPlace(banks=tmp_path / "bank", address="b"), teacher, stripes, EXPERIMENT.seeded_views, top_k=64
    )


def with_search(context, **fields):
    return replace(context, experiment=replace(context.experiment, search=replace(EXPERIMENT.search, **fields)))


@pytest.mark.parametrize("size_bytes", [5_000, 9_000])
def test_every_trained_student_keeps_the_budget_and_no_two_are_the_same(context, size_bytes):
    budget = replace(context.experiment.budget, size_bytes=size_bytes)
    experiment = replace(context.experiment, budget=budget)
    found = students(replace(context, experiment=experiment), PROFILE)
    assert len(found) == 5
    assert len({network(walk(genotype)) for genotype in found}) == 5
    costs = [estimate(genotype, PROFILE) for genotype in found]
    assert not any(budget.broken_by(cost) for cost in costs)
    assert [cost.macs for cost in costs] == sorted(cost.macs for cost in costs)


def test_a_budget_that_nothing_random_keeps_is_told(context, monkeypatch):
    monkeypatch.setattr(supernet_module, "_DRAWS", 50)
    experiment = replace(context.experiment, budget=replace(context.experiment.budget, size_bytes=10))
    with pytest.raises(UserError, match="--search.supernet-epochs 0"):
        students(replace(context, experiment=experiment), PROFILE)


def trained(context, bank, stripes, *, epochs=4, checkpoint=None, on_epoch=lambda epoch, metrics: None):
    shapes = shared_weights.shared_shapes(EXPERIMENT.space, Task(input_shape=(8, 8, 1), classes=2))
    recipe = EXPERIMENT.student
    supernet = Supernet(shapes, students(context, PROFILE), recipe, Distillation(), seed=0)
    stream = dict(views=EXPERIMENT.seeded_views, bank=bank)
    supernet.train(stripes, epochs=epochs, checkpoint=checkpoint, on_epoch=on_epoch, **stream)
    return supernet


def test_training_teaches_the_largest_and_through_it_the_smallest(context, bank, stripes):
    told = []
    supernet = trained(context, bank, stripes, epochs=8, on_epoch=lambda epoch, metrics: told.append(metrics))
    assert set(told[0]) == {"largest_loss", "smallest_loss"}
    assert told[-1]["largest_loss"] < 0.5 * told[0]["largest_loss"]
    assert told[-1]["smallest_loss"] < max(metrics["smallest_loss"] for metrics in told[:4])
    weights = supernet.weights()
    for genotype in supernet.students:
        assert untrained_accuracy(weights, genotype, stripes, stripes) > 0.9


class Killed(Exception):
    pass


def test_killed_and_resumed_it_is_the_same(context, bank, stripes, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint_module, "SECONDS_BETWEEN_SAVES", 0)
    whole = trained(context, bank, stripes).weights()

    def kill(epoch, metrics):
        if epoch == 3:
            raise Killed

    with pytest.raises(Killed):
        trained(context, bank, stripes, checkpoint=tmp_path / "unfinished", on_epoch=kill)
    epochs = []
    resumed = trained(
        context, bank, stripes, checkpoint=tmp_path / "unfinished", on_epoch=lambda epoch, _: epochs.append(epoch)
    ).weights()
    assert epochs == [3, 4]
    for name in whole:
        np.testing.assert_array_equal(resumed[name], whole[name])


@pytest.mark.parametrize("taught", [True, False])
def test_trials_start_from_the_supernets_weights_and_from_random_ones_without(context, bank, taught, monkeypatch):
    stages = ("search",) if taught else ()
    losses = ("hints",)
    distillation = replace(context.experiment.distillation, distillation_losses=losses, stages=stages)
    context = replace(context, experiment=replace(context.experiment, distillation=distillation))
    train_supernet(context, bank, PROFILE)
    path = supernet_weights(context.folder)
    written = path.read_bytes()
    train_supernet(context, bank, PROFILE)
    assert path.read_bytes() == written
    assert not list(context.folder.glob("*unfinished*"))
    starts = []

    def train(model, *_, **__):
        starts.append({weight.name: weight.numpy() for weight in model.trainable_weights})
        return 0.5

    monkeypatch.setattr("experiments.training.student.train", train)
    genotype = students(context, PROFILE)[2]
    for epochs in (4, 0):
        experiment = with_search(context, supernet_epochs=epochs).experiment
        shared = dict(experiment=experiment, recipe=experiment.student, folder=context.folder, bank=None)
        training = StudentTraining(**shared, splits=context.data.splits)
        training.run(Job(trial="0", rung=0, genotype=genotype), lambda epoch, metrics: None)
    inherited, fresh = starts
    own = shared_weights.slices(shared_weights.load(path), walk(genotype))
    np.testing.assert_array_equal(inherited["stem_/kernel:0"], own["stem_/conv/kernel"])
    np.testing.assert_array_equal(inherited["head_/kernel:0"], own["head_/dense/kernel"])
    np.testing.assert_array_equal(inherited["stem__n/gamma:0"], own["stem_/conv/gamma"])
    assert len(inherited) == len(own)
    assert not np.array_equal(fresh["stem_/kernel:0"], own["stem_/conv/kernel"])
    tf_keras.backend.clear_session()


def test_a_run_without_one_trains_none(context, bank):
    train_supernet(with_search(context, supernet_epochs=0), bank, PROFILE)
    assert not supernet_weights(context.folder).exists()


def test_a_loss_that_is_no_number_ends_it(context, bank, stripes):
    context = replace(context, experiment=replace(context.experiment, student=Recipe(learning_rate=1e30)))
    with pytest.raises(UserError, match="lower --student.learning-rate"):
        train_supernet(context, bank, PROFILE)


def test_fewer_than_no_epochs_are_refused():
    with pytest.raises(ValueError, match="search.supernet_epochs is -1"):
        Search(supernet_epochs=-1)


def test_only_the_searchs_students_inherit_and_only_on_the_first_rung(tmp_path, genotypes):
    first = Job(trial="00", rung=0, genotype=genotypes(0))
    settings = Search(supernet_epochs=1)
    assert start_of(tmp_path, first, settings) == supernet_weights(tmp_path)
    assert start_of(tmp_path, first, Search()) is None
    assert start_of(tmp_path, replace(first, inherits=False), settings) is None
    assert start_of(tmp_path, replace(first, rung=1), settings) == student_weights(tmp_path, "00", 0)
