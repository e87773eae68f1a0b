"""The MLflow run of an experiment, in a real store."""

from dataclasses import replace

import pytest

from experiments.errors import UserError
from experiments.run import tracking
from experiments.run.parent_run import parent_run
from search.journal import Journal
from tests.data_sets import data_of
from tests.tiny import EXPERIMENT


def test_a_stopped_run_goes_on_with_the_examples_that_it_began_with_alone(home, stripes, tmp_path):
    data, said = data_of(stripes), []
    journal = Journal(tmp_path / "journal.jsonl")
    with pytest.raises(KeyboardInterrupt), parent_run(EXPERIMENT, data, journal, said.append) as begun:
        raise KeyboardInterrupt
    kinds = journal.kinds()
    changed = replace(data, digest="e")
    with pytest.raises(UserError, match="have changed since"), parent_run(EXPERIMENT, changed, journal, said.append):
        pytest.fail("the run went on")
    assert journal.kinds() == kinds
    assert tracking.connect().get_run(begun.id).info.status == "KILLED"
    with parent_run(EXPERIMENT, data, journal, said.append) as resumed:
        assert resumed.id == begun.id
