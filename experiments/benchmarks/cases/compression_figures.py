"""One student, compressed in every way that is compared."""

import sys
from dataclasses import dataclass, replace
from typing import Any

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
from experiments.benchmarks.cases.compression_arms import ARMS, LONGER_ARMS
from experiments.benchmarks.cases.compression_students import Students
from experiments.deploying.compressing import Compressing
from experiments.deploying.model_inputs import representative_of
from search.estimate import estimate
from search.walk import params, walk

_MAX_DROP = 0.1
# Share of always-PQAT's bytes or latency that counts as smaller or faster.
_SMALLER = 0.9


@dataclass(frozen=True, kw_only=True)
class ArmFigures:
    """One file of a student, measured on the split and beside the others."""

    attempt: Attempt
    accuracy: float
    """Of the file, on the split."""
    agreement: float
    """Share of examples on which the file and its model agree."""
    latency_ms: float
    """Median, measured side by side with the student's other files."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        figures = dict(accuracy=self.accuracy, agreement=self.agreement, latency_ms=self.latency_ms)
        return {**self.attempt.to_record(), **figures}


@dataclass(frozen=True, kw_only=True)
class SearchedFigures:
    """The file of a search that is to beat always-PQAT."""

    figures: ArmFigures
    attempts: int
    smaller_or_faster: bool
    as_accurate: bool
    """On validation."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            **self.figures.to_record(),
            "attempts": self.attempts,
            "smaller_or_faster": self.smaller_or_faster,
            "as_accurate": self.as_accurate,
        }


@dataclass(frozen=True, kw_only=True)
class StudentFigures:
    """All figures of one student."""

    dataset: str
    seed: int
    float_accuracy: float
    arms: dict[str, ArmFigures]
    deployed: ArmFigures
    overhead: float
    """Bytes of the dense file over those of its weights and biases."""
    searched: SearchedFigures

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return dict(
            dataset=self.dataset,
            seed=self.seed,
            float_accuracy=self.float_accuracy,
            arms={name: arm.to_record() for name, arm in self.arms.items()},
            deployed=self.deployed.to_record(),
            overhead=self.overhead,
            searched=self.searched.to_record(),
        )


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
            finetune=lambda model, phase, callbacks: students.train(
                model, epochs[phase], recipes[phase], seed, callbacks
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
