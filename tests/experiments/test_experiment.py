import json
from dataclasses import replace

import pytest

from distill.distillation import Distillation
from distill.teacher import Teacher
from experiments.digits import EXPERIMENT
from experiments.experiment import Finalists, Refine


def test_equal_values_have_equal_keys_and_any_change_another():
    assert replace(EXPERIMENT).key == EXPERIMENT.key
    changed = [
        replace(EXPERIMENT, seed=1),
        replace(EXPERIMENT, budget=replace(EXPERIMENT.budget, size_bytes=23_999)),
        replace(EXPERIMENT, student=replace(EXPERIMENT.student, learning_rate=1e-4)),
    ]
    assert len({EXPERIMENT.key, *(e.key for e in changed)}) == 4


def test_json_names_every_field():
    values = json.loads(EXPERIMENT.to_json())
    assert set(values) == set(EXPERIMENT.__dataclass_fields__)
    assert values["budget"]["size_bytes"] == 24_000


@pytest.mark.parametrize("fields", [dict(name="a/b"), dict(name=""), dict(views=0), dict(seed=-1)])
def test_bad_experiments_are_refused(fields):
    with pytest.raises(ValueError, match="name|views"):
        replace(EXPERIMENT, **fields)


@pytest.mark.parametrize(
    "fields",
    [dict(count=0), dict(grow=3), dict(compressions=()), dict(compressions=("int9",)), dict(qat_epochs=0)],
)
def test_bad_finalists_are_refused(fields):
    with pytest.raises(ValueError, match=r"finalists\."):
        Finalists(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        dict(students=-1),
        dict(epochs=0),
        dict(hours=0),
        dict(hours=float("nan")),
        dict(views=0),
        dict(starts=()),
        dict(starts=("anew",) * 2),
    ],
)
def test_bad_refinements_are_refused(fields):
    with pytest.raises(ValueError, match=r"refine\."):
        Refine(**fields)


@pytest.mark.parametrize("hours", [0, -1, float("nan"), float("inf"), 1e308])
def test_hours_are_above_zero_and_longer_than_refinement(hours):
    with pytest.raises(ValueError, match="hours"):
        replace(EXPERIMENT, hours=hours)
    with pytest.raises(ValueError, match="refinement is a part of the run"):
        replace(EXPERIMENT, hours=1, refine=Refine(hours=2))


@pytest.mark.parametrize("change", [dict(learning_rate=-1.0), dict(learning_rate=float("nan"))])
def test_the_learning_rate_of_finalists_is_above_zero(change):
    with pytest.raises(ValueError, match=r"finalists\.learning_rate"):
        Finalists(**change)


def test_a_compression_is_given_once_however_it_is_spelled():
    with pytest.raises(ValueError, match="once"):
        Finalists(compressions=("int8, trained", "trained, int8"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (dict(distillation=Distillation(stages=())), "distillation.stages is empty: only a teacher can label them"),
        (dict(distillation=Distillation(student_loss_weight=1)), "nothing of the teacher is learnt"),
        (dict(teacher=Teacher(source=("a.onnx", "b.npy"))), "b.npy has logits of the labelled examples alone: bring"),
    ],
)
def test_unlabelled_examples_that_no_teacher_labels_are_refused(fields, message):
    experiment = replace(EXPERIMENT, data=replace(EXPERIMENT.data, unlabelled="more/"))
    with pytest.raises(ValueError, match=message):
        replace(experiment, **fields)
