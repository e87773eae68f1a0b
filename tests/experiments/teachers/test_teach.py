import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from distill.distillation import Distillation
from distill.errors import TeacherRefused
from distill.examples import SCALED_RANGE, scaled
from distill.recipe import Recipe
from distill.teacher import Teacher
from distill.views.augmentation import Augmentation, Views
from distill.views.render import renderer
from experiments.data.load import load
from experiments.digits import EXPERIMENT as DIGITS
from experiments.errors import UserError
from experiments.run.context import Context
from experiments.run.display import Display
from experiments.run.records import TeacherReady
from experiments.teachers.from_source import teacher_from_source
from experiments.teachers.ready import mean_teacher
from experiments.teachers.teach import fill, teach
from experiments.teachers.trained import trained_assistant, trained_model, trained_teacher
from search.journal import Journal

QUICK = Teacher(width=8, groups=2, epochs=2, recipe=Recipe(batch_size=32))


class Recorder(Display):
    """What a person would have been told."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def say(self, line):
        self.lines.append(line)


@pytest.fixture
def context(home, tmp_path):
    """A function from changes of the digits experiment to the context of a run of it; nothing is logged to MLflow."""

    def make(**changes) -> Context:
        experiment = replace(DIGITS, **{"teacher": QUICK, "views": 2, **changes})
        folder = tmp_path / experiment.key
        folder.mkdir(exist_ok=True)
        journal = Journal(folder / "journal.jsonl")
        if journal.last(TeacherReady) is None:
            # Logging is the pipeline test's to look at.
            journal.append(TeacherReady(validation_accuracy=0.0, bank=""))
        return Context(
            experiment=experiment,
            data=load(experiment.data),
            folder=folder,
            journal=journal,
            display=Recorder(),
        )

    return make


def said(context) -> str:
    return "\n".join(context.display.lines)


def test_no_stage_with_a_teacher_needs_no_teacher(context):
    made = context(distillation=Distillation(stages=()))
    assert teach(made) == (None, None)
    assert "without a teacher" in said(made)


def test_a_stage_that_goes_without_the_teacher_gets_no_bank(context):
    made = context(distillation=Distillation(stages=("search",)))
    bank = object()
    assert made.teaching(bank, "search").bank is bank
    assert made.teaching(bank, "quantization") is None
    assert made.teaching(bank).bank is bank
    assert made.teaching(None) is None


def test_the_bank_tells_its_size_and_time_and_is_found_again(context):
    made = context()
    bank, _ = teach(made)
    assert bank.arrays["logits"].shape == (2, len(made.data.train), 10)
    assert f"2 views of {len(made.data.train):,} examples: 43.0 kB, about" in said(made)
    again = context()
    assert teach(again)[0].address == bank.address
    assert "found on disk" in said(again)


def test_a_teacher_never_sees_unlabelled_examples_and_the_bank_has_its_outputs_for_them(context, tmp_path):
    few = replace(DIGITS.data, train_examples=300)
    noise = np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8)
    np.savez(tmp_path / "more.npz", images=noise)
    alone, more = context(data=few), context(data=replace(few, unlabelled=str(tmp_path / "more.npz")))
    (bank, first), (wide_bank, teacher) = teach(alone), teach(more)
    # The second run takes the teacher that the first one trained.
    assert teacher.digest == first.digest
    assert len(list(Path(os.environ["POTSTILL_HOME"], "teachers").glob("*.weights.h5"))) == 1
    assert bank.address != wide_bank.address
    logits = wide_bank.arrays["logits"]
    assert logits.shape == (2, 340, 10)
    np.testing.assert_allclose(logits[:, :300], bank.arrays["logits"], rtol=2e-3, atol=2e-3)
    render = renderer(more.data.taught, more.views)
    for view in range(2):
        pixels, labels = render(tf.range(300, 340), tf.fill((40,), view))
        assert not labels.numpy().any()
        live = teacher.outputs(pixels, np.arange(300, 340))["logits"]
        np.testing.assert_allclose(logits[view, 300:], live, rtol=2e-3, atol=2e-3)


def test_features_are_banked_when_a_loss_asks_for_them(context):
    losses = ("attention_transfer", "relational")
    bank, _ = teach(context(distillation=Distillation(distillation_losses=losses)))
    shapes = {name: array.shape[2:] for name, array in bank.arrays.items()}
    assert shapes == {"logits": (10,), "map.attention": (4, 4), "pooled": (16,)}


def test_several_teachers_are_averaged(context):
    made = context(teacher=replace(QUICK, count=2))
    members = [trained_teacher(made, 0), trained_teacher(made, 1)]
    assert members[0].digest != members[1].digest
    both = mean_teacher(made, members)
    from distill.views.render import renderer

    views = Views(augmentation=Augmentation(), count=1, seed=0)
    pixels, _ = renderer(made.data.train, views)(np.arange(5), np.zeros(5, int))
    logits = [member.outputs(pixels, np.arange(5))["logits"] for member in members]
    log_shares = [each - np.log(np.exp(each).sum(axis=1, keepdims=True)) for each in logits]
    np.testing.assert_allclose(both.outputs(pixels, np.arange(5))["logits"], np.mean(log_shares, axis=0), atol=1e-5)
    bank, _ = teach(made)
    assert bank.address != teach(context())[0].address


def test_an_assistant_is_taught_by_the_teacher_and_teaches_the_students(context):
    made = context(teacher=replace(QUICK, assistants=(4,)))
    bank, _ = teach(made)
    teacher = trained_teacher(made, 0)
    helper = trained_assistant(made, 4, fill(made, teacher))
    assert helper.digest != teacher.digest
    # It was trained in `teach`, and not again.
    assert made.display.lines[-1].startswith("the same was trained before") or "found" in said(made)
    assert bank.address == fill(made, helper).address


def test_a_keras_teacher_trained_or_brought_has_a_copy_in_int8_where_no_features_are_asked_for(context, tmp_path):
    here, file = context(), str(tmp_path / "teacher.keras")
    trained_model(here, 0)[0].save(file)
    brought = context(teacher=Teacher(source=(file,), input_range=SCALED_RANGE))
    pixels, numbers = tf.constant(scaled(here.data.train.pixels[:50].astype(np.float32))), np.arange(50)
    for teacher in (trained_teacher(here, seed=0), teacher_from_source(brought, file)):
        copy = teacher.int8()
        assert copy is not None
        assert copy is teacher.int8()
        exact, rounded = (outputs(pixels, numbers)["logits"] for outputs in (teacher.outputs, copy))
        assert 0 < np.abs(exact - rounded).max() < 0.1 * np.abs(exact).max()
    featured = context(distillation=Distillation(distillation_losses=("attention_transfer",)))
    assert trained_teacher(featured, seed=0).int8() is None


def test_mixed_views_are_for_students_unless_asked_for(context):
    plain = context()
    mixing = dict(augmentation=replace(DIGITS.augmentation, mixup_alpha=0.5))
    assert trained_teacher(plain, 0).digest == trained_teacher(context(**mixing), 0).digest
    assert (
        trained_teacher(plain, 0).digest
        != trained_teacher(context(**mixing, teacher=replace(QUICK, mixed_views=True)), 0).digest
    )
    assert teach(plain)[0].address != teach(context(**mixing))[0].address


ONNX = str(Path(__file__).parents[2] / "data" / "digits_teacher.onnx")


def test_a_teacher_from_pytorch_fills_the_bank(context):
    made = context(teacher=Teacher(source=(ONNX,), min_validation_accuracy=0.98))
    bank, _ = teach(made)
    assert "takes pixels as 0 1 (right on training examples, by range: " in said(made)
    assert "gives logits" in said(made)
    # What it says of the views that students see, by the runtime itself.
    import onnxruntime

    from distill.views.render import renderer

    session = onnxruntime.InferenceSession(ONNX)
    render = renderer(made.data.train, Views(augmentation=DIGITS.augmentation, count=2, seed=0))
    pixels, _ = render(np.arange(9), np.ones(9, int))
    images = np.transpose((np.asarray(pixels) + 1) * 128 / 255, (0, 3, 1, 2)).astype(np.float32)
    expected = session.run(["logits"], {session.get_inputs()[0].name: images})[0]
    np.testing.assert_allclose(bank.arrays["logits"][1, :9], expected, rtol=5e-3, atol=1e-2)


def test_its_features_can_be_learned_from_by_name(context):
    named = Distillation(distillation_losses=("relational",), teacher_layer_name="pooled")
    bank, _ = teach(context(teacher=Teacher(source=(ONNX,)), distillation=named))
    assert bank.arrays["pooled"].ndim == 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (dict(input_range=(0.0, 255.0)), "--teacher.input-range"),
        (dict(class_order=(1, 0, 2, 3, 4, 5, 6, 7, 8, 9)), "--teacher.class-order"),
        (dict(source=("teacher.pt",)), "allowed: .*onnx"),
        (dict(source=("none.onnx",)), "none.onnx"),
    ],
)
def test_a_teacher_that_does_not_fit_is_refused_with_what_mends_it(context, settings, message):
    with pytest.raises(TeacherRefused, match=message):
        teach(context(teacher=Teacher(**{"source": (ONNX,), **settings})))


@pytest.fixture
def logits(context, tmp_path) -> Path:
    """Logits for all rows of TFDS's train split that are right on nine of ten."""
    data = context().data
    rng = np.random.default_rng(0)
    labels = np.full(data.rows_in_all, 0)
    labels[data.train_rows], labels[data.validation_rows] = data.train.labels, data.validation.labels
    array = rng.normal(0, 1, (data.rows_in_all, 10)) + 8 * np.eye(10)[labels]
    path = tmp_path / "logits.npy"
    np.save(path, array.astype(np.float32))
    return path


def test_an_array_of_logits_fills_the_bank(context, logits):
    made = context(teacher=Teacher(source=(str(logits),)))
    bank, _ = teach(made)
    expected = np.load(logits)[made.data.train_rows]
    for view in range(2):
        np.testing.assert_allclose(bank.arrays["logits"][view], expected, rtol=1e-3, atol=1e-2)
    assert "used for each view" in said(made)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda array: array[:-1], r"shape \(1797, 10\): a row for each example of TFDS's train split"),
        (lambda array: array[:, :9], r"shape \(1797, 10\)"),
        (lambda array: np.where(array > 5, np.nan, array), "finite logits"),
        (lambda array: array[np.random.default_rng(1).permutation(len(array))], "near chance"),
    ],
)
def test_a_wrong_array_is_refused(context, logits, change, message):
    np.save(logits, change(np.load(logits)))
    with pytest.raises(UserError, match=message):
        teach(context(teacher=Teacher(source=(str(logits),))))


def test_an_array_cannot_answer_for_mixed_views_or_features(context, logits):
    teacher = Teacher(source=(str(logits),))
    for change in (
        dict(augmentation=Augmentation(mixup_alpha=1.0)),
        dict(distillation=Distillation(distillation_losses=("relational",))),
    ):
        with pytest.raises(UserError, match="logits of single examples"):
            teach(context(teacher=teacher, **change))


@pytest.mark.parametrize("name", ["none.npy", "torn.npy"])
def test_a_missing_or_torn_array_is_named(context, tmp_path, name):
    (tmp_path / "torn.npy").write_bytes(b"\x93NUMPY\x01\x00v")
    with pytest.raises(UserError, match=f"cannot read .*{name}"):
        teach(context(teacher=Teacher(source=(str(tmp_path / name),))))


def test_a_weak_teacher_stops_the_run(context):
    with pytest.raises(UserError, match="99.90% is wanted; raise --teacher.epochs"):
        teach(context(teacher=replace(QUICK, min_validation_accuracy=0.999)))
