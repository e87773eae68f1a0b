"""The finalists' stage: from students to proven files."""

import functools
from dataclasses import asdict, replace

import numpy as np
import tf_keras

from deploy.bundle import write_bundle
from deploy.convert import convert
from deploy.prove import Proof, accuracy, parity, prove
from deploy.prune import prune
from deploy.quantize import quantizable, set_input_range
from distill.bank import TeacherBank
from distill.distillation import Stage
from distill.divergence import TrainingDiverged
from distill.examples import SCALED_RANGE, scaled
from distill.train import predict, train
from experiments.context import Context
from experiments.devices import measured
from experiments.scoring import RANGE_EXAMPLES
from experiments.student_training import student_weights
from experiments.summary import latency_text
from experiments.tracking import BUNDLE, Run
from search.build import build
from search.trial import TrialResult


def finish(context: Context, ranking: tuple[TrialResult, ...], bank: TeacherBank | None) -> list[dict]:
    """Make files of the best students; returns one record for each, proven or not, best validation accuracy first."""
    settings = context.experiment.finalists
    chosen = ranking[: settings.count]
    done = {record["trial"] for kind in ("finalist", "diverged") for record in context.journal.records(kind)}
    each = settings.prune_epochs + settings.qat_epochs
    context.display.stage("deploy", each * len(chosen), done=each * len(done))
    # Read at the first proof, by the last gate; nothing before it sees the test split.
    load_test = functools.cache(context.data.load_test)
    for result in chosen:
        if result.trial not in done:
            run = context.nested("finalist", f"finalist {result.trial}")
            try:
                record = _finish_one(context, result, bank, load_test, run)
            except TrainingDiverged as error:
                run.log(tags={"potstill.failure": str(error)})
                run.end("FAILED")
                context.journal.append("diverged", trial=result.trial, error=str(error))
                context.display.say(f"finalist {result.trial}: given up, {error}")
                continue
            context.journal.append("finalist", **record)
            verdict = "proven" if record["proven"] else f"not proven ({', '.join(record['failed_checks'])})"
            context.display.say(
                f"finalist {result.trial}: {verdict}, {record['validation_accuracy']:.2%} on validation, "
                f"{record['size_bytes'] / 1e3:.1f} kB, {latency_text(record)} on {record['device']}"
            )
    records = context.journal.records("finalist")
    return sorted(records, key=lambda r: (-r["validation_accuracy"], r["latency_ms"], r["size_bytes"]))


def _finish_one(context: Context, result: TrialResult, bank: TeacherBank | None, load_test, run: Run) -> dict:
    experiment, settings, data = context.experiment, context.experiment.finalists, context.data
    run.log(
        params={"genotype": result.genotype.key, **{k: v for k, v in asdict(settings).items() if k != "count"}},
        tags={"potstill.trial": result.trial},
        metrics={**result.cost.named_figures(), "float_validation_accuracy": result.validation_accuracy},
    )
    model = build(result.genotype, seed=experiment.seed)
    model.load_weights(student_weights(context.folder, result.trial, result.rung))

    def finetune(what: Stage, epochs: int, first_step: int):
        recipe = replace(experiment.student, learning_rate=settings.learning_rate, precision="float32")

        def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
            run.log(metrics=metrics, step=first_step + epoch)
            context.display.step(f"finalist {result.trial}, {what}, epoch {epoch}/{epochs}")

        return lambda model, callbacks=(): train(
            model,
            data.train,
            recipe,
            epochs=epochs,
            callbacks=callbacks,
            on_epoch=on_epoch,
            **context.training(bank, what),
        )

    steps = settings.prune_epochs * max(1, len(data.train) // experiment.student.batch_size)
    pruned = prune(model, settings.sparsity, steps, finetune("pruning", settings.prune_epochs, 0))
    typical = scaled(data.train.pixels[:RANGE_EXAMPLES].astype(np.float32))
    quantized = quantizable(pruned, keep_zeros=True, inputs=typical)
    finetune("quantization", settings.qat_epochs, settings.prune_epochs)(quantized)
    set_input_range(quantized, *SCALED_RANGE)
    model_bytes = convert(quantized)

    validation = data.validation
    cost = replace(result.cost, size_bytes=len(model_bytes), size_source="measured")
    latency = measured(context.device, model_bytes)
    if latency is not None:
        cost = replace(cost, latency_ms=latency.median_ms, latency_source="measured")
    test = load_test()
    proof = prove(
        model_bytes,
        test_pixels=test.pixels,
        test_labels=test.labels,
        budget=experiment.budget,
        cost=cost,
        latency=latency,
        parity=parity(model_bytes, validation.pixels, predict(quantized, validation.pixels)),
    )
    record = dict(
        trial=result.trial,
        run_id=run.id,
        validation_accuracy=accuracy(model_bytes, validation.pixels, validation.labels),
        test_accuracy=proof.test_accuracy,
        size_bytes=proof.size_bytes,
        latency_ms=cost.latency_ms,
        latency_source=cost.latency_source,
        latency=latency and latency.to_record(),
        macs=cost.macs,
        device=context.device.name,
        sparsity=proof.sparsity,
        sha256=proof.sha256,
        proven=proof.passed,
        failed_checks=[check.name for check in proof.checks if check.passed is False],
        genotype=str(result.genotype),
    )
    folder = context.folder / "finalists" / result.trial
    records = dict(proof=proof.to_record(), genotype=result.genotype.to_record(), cost=asdict(cost))
    write_bundle(folder, model_bytes, data.labels, records)
    _log(run, record, cost.named_figures(), proof, folder)
    tf_keras.backend.clear_session()
    return record


def _log(run: Run, record: dict, figures: dict, proof: Proof, folder) -> None:
    run.log_file(folder, BUNDLE)
    run.log(
        metrics={
            **figures,
            "file_validation_accuracy": record["validation_accuracy"],
            "file_test_accuracy": record["test_accuracy"],
            "file_sparsity": record["sparsity"],
            "agreement": proof.parity.agreement,
        },
        tags={
            "potstill.proven": str(proof.passed).lower(),
            "potstill.sha256": proof.sha256,
            "potstill.device": str(proof.latency.provenance) if proof.latency else f"{record['device']}, not measured",
            **{f"potstill.check.{check.name}": check.detail for check in proof.checks},
        },
    )
    run.end()
