"""The finalists' stage: the best students compressed, proven and bundled."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

import tf_keras

from deploy.compress.ladder import Attempt, Goal
from deploy.compress.steps import Phase, Training
from distill.bank.teacher_bank import TeacherBank
from distill.examples import SCALED_RANGE, Examples
from distill.train import train
from experiments.deploying.bundling import described_for
from experiments.deploying.compressing import Compressing
from experiments.deploying.model_inputs import representative_of
from experiments.deploying.prove_and_bundle import Origin, ProvenBundle, prove_and_bundle
from experiments.reports.summary import latency_text
from experiments.run.context import Context
from experiments.run.outcome import Finalist, Scored
from experiments.run.tracking import Run
from experiments.teachers.ready import ReadyTeacher
from experiments.training.student import student_weights
from search.build import build
from search.trial import TrialResult


def finish(
    context: Context, ranking: Sequence[Scored], bank: TeacherBank | None, teacher: ReadyTeacher | None
) -> tuple[Finalist, ...]:
    """Make files of the best students; returns all, proven or not, the best validation accuracy first."""
    settings = context.experiment.finalists
    chosen = [student.result for student in ranking[: settings.count]]
    finalists = context.journal.records(Finalist)
    done = {finalist.trial for finalist in finalists}
    context.display.stage("deploy", len(chosen), done=len(done))
    # Read at the first proof, by the last gate; nothing before it sees the test split.
    load_test = functools.cache(context.data.load_test)
    for result in chosen:
        if result.trial not in done:
            finalist = finish_one(context, result, bank, load_test, teacher, name=result.trial)
            finalists.append(context.journal.append(finalist))
            context.display.step(f"finalist {result.trial}")
            context.display.say(_line(finalist))
    return tuple(sorted(finalists, key=lambda f: (-f.validation_accuracy, f.latency_ms, f.size_bytes)))


def _line(finalist: Finalist) -> str:
    verdict = "proven" if finalist.proven else f"not proven ({', '.join(finalist.failed_checks)})"
    return (
        f"finalist {finalist.trial}: {verdict} as {finalist.compression}, "
        f"{finalist.validation_accuracy:.2%} on validation, {finalist.size_bytes / 1e3:.1f} kB, "
        f"{latency_text(finalist.latency_ms, finalist.latency_source)} on {finalist.device}"
    )


def finish_one(
    context: Context,
    result: TrialResult,
    bank: TeacherBank | None,
    load_test: Callable[[], Examples],
    teacher: ReadyTeacher | None,
    *,
    name: str,
) -> Finalist:
    """Compress one student, prove and bundle its file, and log it to an MLflow run of its own.

    Args:
        name: of the finalist, which is that of its folder.
    """
    run = context.nested("finalist", f"finalist {name}")
    experiment, settings, data = context.experiment, context.experiment.finalists, context.data
    run.log(
        params={"genotype": result.genotype.key, **{k: v for k, v in asdict(settings).items() if k != "count"}},
        tags={"potstill.trial": name},
        metrics={"float_validation_accuracy": result.validation_accuracy},
        cost=result.cost,
    )
    model = build(result.genotype, seed=experiment.seed)
    model.load_weights(student_weights(context.folder, result.trial, result.rung))

    def on_attempt(attempt: Attempt) -> None:
        context.display.step(f"finalist {name}, {attempt.compression}", steps=0)

    compressing = Compressing(
        model=model,
        accuracy=result.validation_accuracy,
        cost=result.cost,
        described=lambda file: described_for(data, file, SCALED_RANGE),
        representative=representative_of(data.train, SCALED_RANGE),
        training=lambda compression: _training(context, bank, run, f"finalist {name}, {compression}"),
        validation=data.validation,
        goal=Goal(max_drop=settings.max_drop, budget=experiment.budget),
        device=context.target,
        folder=context.folder / "finalists" / f"{name}-attempts",
        on_attempt=on_attempt,
    )
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
        compressions=settings.compressions,
        load_test=load_test,
        folder=context.folder / "finalists" / name,
    )
    bundle.log(run)
    run.end()
    tf_keras.backend.clear_session()
    return _finalist(name, result, run.id, bundle)


def _finalist(name: str, result: TrialResult, run_id: str, bundle: ProvenBundle) -> Finalist:
    chosen, cost, proof = bundle.chosen, bundle.cost, bundle.proof
    assert cost.latency_ms is not None, "the search trains nothing whose latency the profile cannot predict"
    return Finalist(
        trial=name,
        run_id=run_id,
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


def _training(context: Context, bank: TeacherBank | None, run: Run, what: str) -> Training:
    """Training of a compressed student by the experiment's recipe, the teacher still teaching."""
    settings, data = context.experiment.finalists, context.data
    again = replace(context.experiment.student, precision="float32")
    recipes = {"pruning": again, "quantization": replace(again, learning_rate=settings.learning_rate)}

    def finetune(model: tf_keras.Model, phase: Phase, callbacks: Sequence[tf_keras.callbacks.Callback]) -> None:
        epochs = settings.prune_epochs if phase == "pruning" else settings.qat_epochs
        first_step = 0 if phase == "pruning" else settings.prune_epochs

        def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
            run.log(metrics=metrics, step=first_step + epoch)
            context.display.step(f"{what}, {phase}, epoch {epoch}/{epochs}", steps=0)

        train(
            model,
            data.splits,
            recipes[phase],
            epochs=epochs,
            views=context.views,
            teaching=context.teaching(bank, phase),
            callbacks=callbacks,
            on_epoch=on_epoch,
        )

    return Training(
        finetune=finetune,
        pruning_steps=settings.prune_epochs * max(1, len(data.train) // context.experiment.student.batch_size),
    )
