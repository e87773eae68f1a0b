"""A whole run whose students learn from unlabelled pictures too, launched as a user launches it."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from experiments.data.load import load
from tests.command import potstill
from tests.tiny import EXPERIMENT

TINY = str(Path(__file__).with_name("tiny.py"))
SMALLER = [
    "--search.trials", "2", "--search.epochs", "1", "--search.survivors", "--refine.students", "0",
    "--finalists.count", "1", "--finalists.compressions", "int8, trained", "--finalists.grow", "1",
]  # fmt: skip
MORE = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Pictures that nobody labelled, and one that the test split has."""
    folder = tmp_path_factory.mktemp("data") / "more"
    (folder / "deep").mkdir(parents=True)
    pictures = [*np.random.default_rng(0).integers(0, 256, (MORE, 8, 8), np.uint8)]
    pictures.append(load(EXPERIMENT.data).load_test().pixels[0][..., 0])
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / ("deep" if number % 2 else "") / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    environment = {**os.environ, "POTSTILL_HOME": str(tmp_path_factory.mktemp("home"))}
    environment.pop("MLFLOW_TRACKING_URI", None)
    return environment


@pytest.fixture(scope="module")
def run(folder, environment):
    ended = potstill("run", TINY, *SMALLER, "--data.unlabelled", folder, "--json", environment=environment)
    assert ended.returncode == 0, ended.stderr[-3000:]
    return ended


def test_the_bank_has_their_rows_and_the_one_of_the_test_split_is_left_out(run, environment):
    assert f"{MORE} unlabelled examples, for the teacher to label; 1 more are left out" in run.stderr
    train = len(load(EXPERIMENT.data).train)
    assert f"{train:,} and {MORE} unlabelled to train" in run.stderr
    (logits,) = Path(environment["POTSTILL_HOME"], "banks").glob("*/logits.npy")
    assert np.load(logits).shape == (EXPERIMENT.views, train + MORE, 10)


def test_the_file_is_proven_on_the_same_test_split_and_says_what_it_learnt_from(run, environment, tmp_path):
    winner = json.loads(run.stdout)["winner"]
    assert winner["proven"]
    pulled = potstill("pull", "tiny", "--output", tmp_path / "bundle", environment=environment)
    assert pulled.returncode == 0, pulled.stderr
    card = (tmp_path / "bundle" / "README.md").read_text()
    assert f"examples to train, and {MORE} unlabelled |" in card
    proof = json.loads((tmp_path / "bundle" / "proof.json").read_text())
    assert proof["test_examples"] == len(load(EXPERIMENT.data).load_test())


def test_without_a_teacher_they_are_refused_before_anything_starts(folder, environment):
    ended = potstill("run", TINY, "--data.unlabelled", folder, "--distillation.stages", environment=environment)
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: data.unlabelled is ")
    assert ended.stderr.count("\n") == 1
