import pytest

from experiments.run.records import (
    BaselineJudged,
    Failed,
    Finished,
    Interrupted,
    PrecisionMeasured,
    Refusals,
    RunBegun,
    Start,
    TeacherEpoch,
    TeacherReady,
    TrialRun,
)
from search.genotype import Genotype, Stage
from search.journal import Journal, read_journal
from tests.experiments.run.test_outcome import OUTCOME

STAGE = Stage(block="dense", width=8, depth=1, kernel=3, expansion=1, stride=1, residual=False)
RECORDS = {
    "run": RunBegun(run_id="x"),
    "precision": PrecisionMeasured(what="students", precision="float32"),
    "teacher_epoch": TeacherEpoch(teacher="teacher0", epoch=1, metrics={"loss": 0.5}),
    "teacher": TeacherReady(validation_accuracy=0.9, bank="address"),
    "start": Start(
        genotypes=(
            Genotype(input_shape=(8, 8, 1), classes=2, stem_width=8, stem_kernel=3, stem_stride=1, stages=(STAGE,)),
        )
    ),
    "trial_run": TrialRun(trial="00", run_id="y"),
    "refusals": Refusals(causes={"size_bytes": 3}),
    "finished": Finished(outcome=OUTCOME),
    "failed": Failed(error="boom"),
    "interrupted": Interrupted(error="KeyboardInterrupt: "),
    "baseline judged": BaselineJudged(trial="random-0-1", test_accuracy=0.5),
}


@pytest.mark.parametrize("kind", RECORDS)
def test_records_come_back_from_a_journal_under_the_kind_that_it_always_had(tmp_path, kind):
    path, record = tmp_path / "journal.jsonl", RECORDS[kind]
    Journal(path).append(record)
    assert Journal(path).records(type(record)) == [record]
    assert read_journal(path)[0]["kind"] == kind
