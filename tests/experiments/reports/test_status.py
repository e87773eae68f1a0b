"""Progress of a run, from its journal."""

from dataclasses import replace

import pytest

from experiments.digits import EXPERIMENT
from experiments.hours.divide import divide
from experiments.hours.rates import Rates
from experiments.hours.timetable import StageTime
from experiments.reports.status import status_of, status_text
from experiments.run.folder import RunFolder
from experiments.run.records import Refined
from search.estimate import estimate
from search.journal import Journal
from search.starts.references import RESNET8
from search.trial import TrialResult

RATES = Rates(
    student_images_per_s=2_000, quantized_images_per_s=900, teacher_images_per_s=None, bank_rows_per_s=1_500,
    start_s=4, file_s=15,
)  # fmt: skip


@pytest.fixture
def folder(home):
    experiment = replace(EXPERIMENT, hours=3.0)
    folder = RunFolder.of(experiment)
    folder.path.mkdir(parents=True)
    (folder.path / "experiment.json").write_text(experiment.to_json())
    journal = Journal(folder.journal_path)
    journal.append(divide(experiment, hours=3.0, examples=45_000, rates=RATES, elapsed_s=20.0, teachers=0))
    journal.append(StageTime(stage="first", began_s=20.0, seconds=60.0))
    return folder


def test_a_run_in_hours_names_its_stage_and_its_hours(folder):
    status = status_of(folder)
    assert (status.stage, status.hours, status.worked_hours) == ("first", 3.0, 0.0)
    Journal(folder.journal_path).append(StageTime(stage="search", began_s=80.0, seconds=60.0))
    (folder.path / "clock.json").write_text('{"seconds": 1800}')
    text = status_text(status_of(folder))
    assert "interrupted, stage search, 0 of" in text
    assert "0.5 of 3 hours of work" in text


def test_a_refined_student_is_shown_as_it_is_now_by_the_better_start(folder):
    result = TrialResult(
        trial="00", rung=0, genotype=RESNET8, validation_accuracy=0.5, cost=estimate(RESNET8, None), seconds=1.0
    )
    journal = Journal(folder.journal_path)
    journal.append(result)
    for start, accuracy in (("continued", 0.8), ("anew", 0.7)):
        journal.append(Refined(start=start, result=replace(result, rung=1, validation_accuracy=accuracy)))
    (shown,) = status_of(folder).front
    assert (shown.rung, shown.validation_accuracy) == (1, 0.8)
