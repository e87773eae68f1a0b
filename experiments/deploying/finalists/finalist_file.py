"""One file of a finalist: compressed, proven, bundled and logged to an MLflow run of its own."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import tf_keras

from deploy.compress.compression import parsed
from deploy.compress.ladder import Attempt, Goal
from deploy.compress.steps import Phase
from distill.bank.teacher_bank import TeacherBank
from distill.examples import SCALED_RANGE, Examples
from experiments.deploying.bundling import described_for
from experiments.deploying.compressing import Compressing
from experiments.deploying.finalists.file_training import training_of
from experiments.deploying.model_inputs import representative_of
from experiments.deploying.prove_and_bundle import Origin, ProvenBundle, prove_and_bundle
from experiments.hours.phases import Phases
from experiments.run.context import Context
from experiments.run.outcome import Finalist, bundle_folder
from experiments.run.tracking import Run
from experiments.teachers.ready import ReadyTeacher
from experiments.training.student import trained_student
from search.trial import TrialResult


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """Values that the files of all finalists share."""

    context: Context
    bank: TeacherBank | None
    teacher: ReadyTeacher | None
    load_test: Callable[[], Examples]
    """Read at the first proof, by the last gate; nothing before it sees the test split."""
    phases: Phases | None = None
    """Seconds of the trainings; None goes by epochs."""


def compressing_of(source: Source, result: TrialResult, name: str, run: Run) -> Compressing:
    """A finalist's float student, ready to be compressed.

    Args:
        name: of its folder of attempts.
        run: MLflow run that the trainings of its compression are logged to.
    """
    context, data = source.context, source.context.data

    def on_epoch(phase: Phase, epoch: int, epochs: int | None, metrics: dict[str, float]) -> None:
        run.log_epoch(epoch, metrics)
        of = "" if epochs is None else f"/{epochs}"
        context.display.step(f"finalist {name}, {phase}, epoch {epoch}{of}", steps=0)

    return Compressing(
        model=trained_student(context.folder, context.experiment, result),
        accuracy=result.validation_accuracy,
        cost=result.cost,
        described=lambda file: described_for(data, file, SCALED_RANGE),
        representative=representative_of(data.train, SCALED_RANGE),
        training=lambda compression: training_of(context, source.bank, source.phases, on_epoch),
        validation=data.validation,
        goal=Goal(max_drop=100, budget=context.experiment.budget),
        device=context.target,
        folder=context.folder / "finalists" / f"{name}-attempts",
    )


def begun_run(context: Context, result: TrialResult, name: str, title: str = "finalist") -> Run:
    """The MLflow run of one file, begun before its training.

    Args:
        title: of the run in MLflow, before the name.
    """
    settings = asdict(context.experiment.finalists)
    run = context.nested("finalist", f"{title} {name}")
    run.log(
        params={"genotype": result.genotype.key, **{key: value for key, value in settings.items() if key != "count"}},
        tags={"potstill.trial": result.trial},
        metrics={"float_validation_accuracy": result.validation_accuracy},
        cost=result.cost,
    )
    return run


def finalist_file(
    source: Source, result: TrialResult, compressing: Compressing, attempts: Sequence[Attempt], run: Run, *, name: str
) -> Finalist:
    """Prove and bundle the file of the last attempt.

    Args:
        attempts: of this student up to now.
        run: the file's own, which is ended.
        name: of the file.
    """
    context, chosen, teacher = source.context, attempts[-1], source.teacher
    origin = Origin(
        student=str(result.genotype),
        teacher=f"{teacher.description}, {teacher.accuracy:.2%} on validation" if teacher else "",
        teacher_logits=teacher and teacher.logits,
        records={"genotype": result.genotype.to_record()},
    )
    bundle = prove_and_bundle(
        context,
        compressing,
        origin,
        chosen=chosen,
        attempts=list(attempts),
        load_test=source.load_test,
        folder=bundle_folder(context.folder, name),
    )
    bundle.log(run)
    run.end()
    tf_keras.backend.clear_session()
    return _finalist(name, result, run, bundle)


def file_name(trial: str, compression: str) -> str:
    """The name of a finalist's file, which is that of its folder: such as `21-zeros0.5-int8-trained`."""
    return f"{trial}-{str(parsed(compression)).replace(', ', '-').replace(' ', '')}"


def _finalist(name: str, result: TrialResult, run: Run, bundle: ProvenBundle) -> Finalist:
    chosen, cost, proof = bundle.chosen, bundle.cost, bundle.proof
    assert cost.latency_ms is not None, "the search trains nothing whose latency the profile cannot predict"
    return Finalist(
        name=name,
        trial=result.trial,
        run_id=run.id,
        compression=chosen.compression,
        validation_accuracy=chosen.validation_accuracy,
        drop=chosen.drop,
        test_accuracy=proof.test_accuracy,
        size_bytes=proof.size_bytes,
        gzip_bytes=proof.gzip_bytes,
        latency_ms=cost.latency_ms,
        latency_source=cost.latency_source,
        latency=proof.latency,
        macs=chosen.macs,
        device=cost.device,
        sparsity=proof.sparsity,
        sha256=proof.sha256,
        proven=proof.passed,
        failed_checks=tuple(check.name for check in proof.checks if check.passed is False),
        genotype=str(result.genotype),
    )
