"""The student that speeds are measured with."""

from dataclasses import replace

import pytest

from deploy.budget import Budget
from experiments.run.context import Context
from experiments.run.display import Display
from experiments.training.student_recipe import typical_student
from search.estimate import estimate
from search.journal import Journal
from search.space import Space
from tests.data_sets import data_of
from tests.tiny import EXPERIMENT as TINY


@pytest.mark.parametrize("budget", [Budget(), Budget(macs=20_000), Budget(macs=20_000, latency_ms=0.001)])
def test_it_keeps_the_budget_but_for_latency(budget, stripes, tmp_path):
    experiment = replace(TINY, space=Space(), budget=budget)
    journal = Journal(tmp_path / "journal.jsonl")
    context = Context(experiment=experiment, data=data_of(stripes), folder=tmp_path, journal=journal, display=Display())
    student = typical_student(context)
    assert not replace(budget, latency_ms=None).broken_by(estimate(student, None))
    assert student == typical_student(context)


def test_a_budget_that_nothing_keeps_has_the_student_of_least_work(stripes, tmp_path):
    experiment = replace(TINY, space=Space(), budget=Budget(macs=1))
    journal = Journal(tmp_path / "journal.jsonl")
    context = Context(experiment=experiment, data=data_of(stripes), folder=tmp_path, journal=journal, display=Display())
    wide = replace(context, experiment=replace(experiment, budget=Budget()))
    assert estimate(typical_student(context), None).macs < estimate(typical_student(wide), None).macs
