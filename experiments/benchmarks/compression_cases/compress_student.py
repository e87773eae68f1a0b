"""One student, compressed in every way that is compared."""

import sys
from dataclasses import replace

import tf_keras

from deploy.budget import Budget
from deploy.compress.compression import Compression, parsed
from deploy.compress.ladder import Attempt, Goal
from deploy.compress.steps import Training
from deploy.devices.host import Host
from deploy.devices.latency import Latency
from deploy.proof.accuracy import file_accuracy
from distill import train
from distill.examples import SCALED_RANGE
from experiments.benchmarks.compression_cases.figures import (
    ARMS,
    LONGER_ARMS,
    ArmFigures,
    SearchedFigures,
    StudentFigures,
)
from experiments.benchmarks.compression_cases.students import Students
from experiments.deploying.compressing import Compressing
from experiments.deploying.model_inputs import representative_of
from search.estimate import estimate
from search.walk import params, walk

_MAX_DROP = 0.1
# Share of always-PQAT's bytes or latency that counts as smaller or faster.
_SMALLER = 0.9


def figures_of(name: str, seed: int, split: str) -> StudentFigures:
    """Compress one student in every way and measure the files."""
    students = Students(name)
    case = students.case
    compressing = _compressing(students, seed, (case.pruning_epochs, case.qat_epochs))
    longer = _compressing(students, seed, case.channel_epochs)
    data = students.context.data
    examples = data.load_test() if split == "test" else data.validation
    arms = {arm: compressing.attempt(parsed(text)) for arm, text in ARMS.items()}
    longer_arms = {arm: longer.attempt(parsed(text)) for arm, text in LONGER_ARMS.items()}
    deployed, _ = compressing.climb()
    searched, attempts = _search(compressing, arms["zeros"])
    shorter_arms = {**arms, "searched": searched, "deployed": deployed}
    files = {
        arm: (by, attempt, by.file(attempt))
        for by, attempts_by_arm in ((compressing, shorter_arms), (longer, longer_arms))
        for arm, attempt in attempts_by_arm.items()
    }
    latencies = Host().measure([file for _, _, file in files.values()])

    def measured(by: Compressing, attempt: Attempt, file: bytes, latency: Latency) -> ArmFigures:
        parity = by.evidence(attempt).parity
        assert parity is not None, "evidence of a model that is at hand has its parity"
        return ArmFigures(
            attempt=attempt,
            accuracy=file_accuracy(file, examples, SCALED_RANGE),
            agreement=parity.agreement,
            latency_ms=latency.median_ms,
        )

    figures = {arm: measured(*file, latency) for (arm, file), latency in zip(files.items(), latencies)}
    pqat, ours = figures["zeros"], figures["searched"]
    weights = params(walk(case.student))
    size_ratio = ours.attempt.size_bytes / pqat.attempt.size_bytes
    student = StudentFigures(
        dataset=name,
        seed=seed,
        float_accuracy=train.accuracy(compressing.model, examples),
        arms={arm: figures[arm] for arm in (*arms, *longer_arms)},
        deployed=figures["deployed"],
        overhead=figures["dense"].attempt.size_bytes / sum(kernel + 4 * bias for kernel, bias in weights),
        searched=SearchedFigures(
            figures=ours,
            attempts=attempts,
            smaller_or_faster=min(size_ratio, ours.latency_ms / pqat.latency_ms) <= _SMALLER,
            as_accurate=searched.validation_accuracy >= arms["zeros"].validation_accuracy - 1e-9,
        ),
    )
    tf_keras.backend.clear_session()
    return student


def _search(compressing: Compressing, pqat: Attempt) -> tuple[Attempt, int]:
    """The attempt as accurate as always-PQAT on validation and smaller by a tenth; and the number of attempts."""
    budget = Budget(size_bytes=int(_SMALLER * pqat.size_bytes))
    chosen, tried = replace(compressing, goal=Goal(max_drop=pqat.drop, budget=budget)).climb()
    return chosen, len(tried)


def _compressing(students: Students, seed: int, epochs: tuple[int, int]) -> Compressing:
    case, data = students.case, students.context.data
    pruning_epochs, qat_epochs = epochs
    model = students.student(seed)
    again = case.experiment.student
    recipes = {"pruning": again, "quantization": replace(again, learning_rate=1e-3)}

    def training(compression: Compression) -> Training:
        removes = compression.zeros > 0 or compression.reshapes
        epochs = {"pruning": pruning_epochs, "quantization": qat_epochs + (0 if removes else pruning_epochs)}
        return Training(
            finetune=lambda model, phase, callbacks, share: students.train(
                model, max(1, round(share * epochs[phase])), recipes[phase], seed, callbacks
            ),
            pruning_steps=pruning_epochs * (len(data.train) // again.batch_size),
        )

    def on_attempt(attempt: Attempt) -> None:
        figures = f"{attempt.validation_accuracy:.2%}, {attempt.size_bytes:,} bytes, {attempt.seconds:.0f} s"
        print(f"{students.folder.name}, seed {seed}, {attempt.compression}: {figures}", file=sys.stderr, flush=True)

    return Compressing(
        model=model,
        accuracy=train.accuracy(model, data.validation),
        cost=estimate(case.student, None),
        # Bytes of the graph alone.
        described=lambda file: file,
        representative=representative_of(data.train, SCALED_RANGE),
        training=training,
        validation=data.validation,
        goal=Goal(max_drop=_MAX_DROP, budget=Budget()),
        device=Host(),
        folder=students.folder / f"seed{seed}-{pruning_epochs}-{qat_epochs}",
        on_attempt=on_attempt,
    )
