"""Experiments for data that a user brings, and their scripts."""

import numpy as np
import pytest
from PIL import Image

from experiments.commands.catalogue import find, run_name
from experiments.data.load import load
from experiments.data.settings import Data
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.planning.derived import derived, name_of
from experiments.planning.script import script_of
from experiments.planning.spaces import BUDGETS
from search.choices import genotype_of, values_of
from search.feasibility import feasibility
from search.starts.references import EFFICIENTNET_LITE0, MOBILENET_V2


@pytest.fixture
def photos(tmp_path):
    for name in ("cat", "dog"):
        for number in range(20):
            path = tmp_path / "my photos!" / name / f"{number}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            blocks = np.random.default_rng(number).integers(0, 256, (5, 5, 3), np.uint8)
            Image.fromarray(blocks).resize((120 + number, 100), Image.Resampling.NEAREST).save(path)
    return tmp_path / "my photos!"


@pytest.fixture
def arrays(tmp_path):
    path = tmp_path / "arrays.npz"
    np.savez(path, x=np.random.default_rng(0).integers(0, 256, (50, 12, 12), np.uint8), y=np.arange(50) % 4)
    return path


def test_photographs_get_views_that_photographs_bear_and_a_size(photos):
    made = derived(Data(dataset=str(photos)))
    experiment = made.experiment
    assert (experiment.name, experiment.data.image_size) == ("my_photos", (96, 96))
    assert experiment.augmentation.flip
    assert experiment.augmentation.crop_min_area < 1
    assert made.reasons[0] == "40 photographs of 2 classes, as 96x96x3"
    assert load(experiment.data).task.input_shape == (96, 96, 3)


def test_a_size_that_the_user_chose_has_its_space_and_budget(photos):
    made = derived(Data(dataset=str(photos), image_size=192)).experiment
    small = derived(Data(dataset=str(photos))).experiment
    assert made.data.image_size == (192, 192)
    assert made.budget.macs == 4 * small.budget.macs
    assert made.budget.size_bytes == small.budget.size_bytes


def test_small_grey_pictures_are_never_mirrored(arrays):
    made = derived(Data(dataset=str(arrays)))
    assert not made.experiment.augmentation.flip
    assert "never mirrored" in made.reasons[2]
    assert load(made.experiment.data).task.input_shape == (12, 12, 1)


def test_texts_have_a_teacher_of_words_and_students_of_every_budget(tmp_path):
    table = tmp_path / "my questions.csv"
    rows = [f'"{word} of number {number}",{word}' for number in range(30) for word in ("name", "place")]
    table.write_text("\n".join(["question,kind", *rows]))
    for preset, budget in BUDGETS.items():
        made = derived(Data(dataset=str(table), label="kind"), preset)
        experiment = made.experiment
        assert made.reasons[0] == "60 texts of 2 classes, as 4 tokens of 384 features"
        assert experiment.name == "my_questions"
        assert experiment.teacher.source == ("ngrams",)
        assert feasibility(experiment.space, load(experiment.data).task, budget, None).share > 0.1
    with pytest.raises(UserError, match="none is called label"):
        derived(Data(dataset=str(table)))
    with pytest.raises(UserError, match="--preset is large: it must be tiny, small, phone"):
        derived(Data(dataset=str(table), label="kind"), "large")


@pytest.mark.parametrize("preset", BUDGETS)
def test_every_budget_has_students(photos, preset):
    experiment = derived(Data(dataset=str(photos)), preset).experiment
    assert experiment.budget == BUDGETS[preset]
    share = feasibility(experiment.space, load(experiment.data).task, experiment.budget, None).share
    assert share > 0.02


def test_the_references_are_points_of_the_space_for_photographs(photos):
    space = derived(Data(dataset=str(photos)), "phone").experiment.space
    for genotype in (MOBILENET_V2, EFFICIENTNET_LITE0):
        assert genotype_of(space, genotype.task, values_of(space, genotype)) == genotype


def test_its_script_is_the_experiment_with_another_name(photos, tmp_path, monkeypatch):
    made = derived(Data(dataset=str(photos)))
    path = tmp_path / "hands.py"
    path.write_text(script_of(made, name="hands", file="hands.py"))
    again = find(str(path))
    assert isinstance(again, Experiment)
    assert again.name == "hands"
    assert again.to_json().replace('"hands"', '"my_photos"') == made.experiment.to_json()
    assert run_name(str(photos)) == "my_photos"
    monkeypatch.chdir(tmp_path)
    assert derived(Data(dataset="my photos!")).experiment == made.experiment


@pytest.mark.parametrize(("name", "expected"), [("no_such_set", "no_such_set"), ("a b/ü!", "a_b")])
def test_names_are_letters_and_digits(name, expected):
    assert name_of(name) == expected


def test_what_is_neither_experiment_nor_data_is_named_with_what_would_be():
    with pytest.raises(UserError, match=r"unknown experiment 'digit'; did you mean digits\?.*a folder for each class"):
        find("digit")
