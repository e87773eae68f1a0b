"""The time of the refinement stage."""

from dataclasses import replace

import pytest

from experiments.experiment import Refine
from experiments.refining.refine import stage_end
from experiments.run.context import Context
from experiments.run.display import Display
from search.journal import Journal
from tests.data_sets import data_of
from tests.tiny import EXPERIMENT


@pytest.fixture
def launched(tmp_path, stripes):
    """A launch of a run whose refinement has half an hour, so many seconds of work after its beginning."""

    def launch(seconds: float, hours: float | None = 0.5) -> Context:
        return Context(
            experiment=replace(EXPERIMENT, refine=Refine(hours=hours)),
            data=data_of(stripes),
            folder=tmp_path,
            journal=Journal(tmp_path / "journal.jsonl"),
            display=Display(),
            clock=lambda: seconds,
        )

    return launch


def test_a_killed_refinement_goes_on_with_what_was_left_of_its_hours(launched):
    assert stage_end(launched(100.0)) == 1900.0
    assert stage_end(launched(1000.0)) == 1900.0


def test_without_hours_epochs_decide(launched):
    assert stage_end(launched(100.0, hours=None)) is None
