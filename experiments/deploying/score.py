"""The last rung's students as int8 files: finalists are chosen by the file, not by the float model."""

from dataclasses import replace

import numpy as np
import tf_keras

from deploy.proof.accuracy import file_accuracy
from distill.examples import SCALED_RANGE
from experiments.deploying.bundling import described_for
from experiments.deploying.model_inputs import representative_of
from experiments.deploying.untrained_file import untrained_file
from experiments.devices.inventory import measured
from experiments.run.context import Context
from experiments.run.outcome import FileScore, Scored
from experiments.run.records import TrialRun
from experiments.run.tracking import Run
from experiments.training.student import trained_student
from search.front import ranked
from search.trial import TrialResult


def score(context: Context, results: tuple[TrialResult, ...]) -> tuple[Scored, ...]:
    """Convert, run on validation and measure each student; ranked by the search's aim, first what keeps the budget."""
    done = {record.trial for record in context.journal.records(FileScore)}
    context.display.stage("score", len(results), done=len(done))
    scored = []
    for result in results:
        scored.append(as_file(context, result))
        if result.trial not in done:
            context.display.step(f"trial {result.trial}")
    if scored:
        lost = np.mean([student.result.validation_accuracy - student.file_validation_accuracy for student in scored])
        students = "1 student as an int8 file" if len(scored) == 1 else f"{len(scored)} students as int8 files"
        context.display.say(f"{students}: drop of {100 * lost:+.2f} points on average")
    if context.experiment.search.aim == "best":
        return tuple(sorted(scored, key=Scored.objectives))
    return ranked(scored, Scored.objectives)


def as_file(context: Context, result: TrialResult) -> Scored:
    """Convert, run on validation and measure one student, unless the journal has its score."""
    scores = (record for record in context.journal.records(FileScore) if record.trial == result.trial)
    score = next(scores, None)
    if score is None:
        score = context.journal.append(_score(context, result, int8_file(context, result)))
    return Scored.of(result, score)


def int8_file(context: Context, result: TrialResult) -> bytes:
    """The file of a student as it is, without quantization-aware training."""
    model = trained_student(context.folder, context.experiment, result)
    file = untrained_file(model, result.genotype, representative_of(context.data.train, SCALED_RANGE))
    tf_keras.backend.clear_session()
    return described_for(context.data, file, SCALED_RANGE)


def _score(context: Context, result: TrialResult, file: bytes) -> FileScore:
    latency = measured(context.target, file)
    cost = replace(result.cost, size_bytes=len(file), size_source="measured")
    if latency is not None:
        cost = replace(cost, latency_ms=latency.median_ms, latency_source="measured")
    reached = file_accuracy(file, context.data.validation)
    if context.run is not None:
        run_id = next(record.run_id for record in context.journal.records(TrialRun) if record.trial == result.trial)
        Run(context.run.client, run_id).log(metrics={"file_validation_accuracy": reached}, cost=cost)
    assert cost.latency_ms is not None, "the search trains nothing whose latency the profile cannot predict"
    return FileScore(
        trial=result.trial,
        file_validation_accuracy=reached,
        size_bytes=cost.size_bytes,
        latency_ms=cost.latency_ms,
        keeps_budget=not context.experiment.budget.broken_by(cost),
    )
