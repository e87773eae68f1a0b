"""A trained model from elsewhere, made into a file that keeps a goal, and proven: no search, no teacher but itself."""

from dataclasses import asdict, replace
from pathlib import Path

import filelock
import numpy as np
from mlflow.tracking import MlflowClient

from deploy.compress.compression import parsed
from deploy.compress.ladder import Attempt, Goal
from deploy.compress.steps import Representative
from deploy.cost import CostReport
from deploy.packing.folder import read_bundle, write_bundle
from deploy.proof.prove import Check, Proof, prove
from deploy.proof.robustness import robustness
from deploy.surgery.sensitivity import sensitivities
from distill.distillation import Distillation
from distill.examples import Examples
from experiments.data.load import load
from experiments.deploying.attempts import Compressing, representative_of, logits_of
from experiments.deploying.brought_model import BroughtModel, open_model
from experiments.deploying.bundling import about, described_for, known_answers, write
from experiments.deploying.deployment import Deployed, Deployment
from experiments.deploying.self_teaching import VIEWS, training_under_itself
from experiments.devices import inventory
from experiments.errors import UserError
from experiments.reports.attempts_picture import draw_attempts
from experiments.reports.compression import attempts_note
from experiments.run import home, tracking
from experiments.run.context import Context
from experiments.run.display import Display
from search.journal import Journal


def deploy(deployment: Deployment, output: Path, display: Display) -> Deployed:
    """Compress until the goal is kept, prove the file, log it to MLflow; write the bundle if it passed every check.

    Killed, the next call goes on with the attempts that were finished. Raises `UserError` and `ModelRefused`.
    """
    home.require_room(home.home())
    inventory.require_known(deployment.experiment.device)
    display.stage("data", 1)
    data = load(deployment.experiment.data)
    display.step()
    brought = open_model(
        deployment.model,
        data.train,
        trust=deployment.trust,
        input_range=deployment.input_range,
        allow_float=deployment.allow_float,
    )
    display.say(f"{deployment.model}: {brought.told}")
    folder = home.home() / "deployed" / f"{deployment.model.stem}-{deployment.key}"
    folder.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise UserError(f"this very model is being deployed in another process ({folder}); wait for it") from error
    client = tracking.connect()
    with lock, inventory.opened(deployment.experiment.device, display.say) as device:
        experiment = replace(deployment.experiment, views=VIEWS, distillation=Distillation(student_loss_weight=0.1))
        context = Context(
            experiment=experiment,
            data=data,
            folder=folder,
            journal=Journal(folder / "journal.jsonl"),
            display=display,
            device=device,
        )
        return _deployed(deployment, context, brought, client, output)


def _deployed(
    deployment: Deployment, context: Context, brought: BroughtModel, client: MlflowClient, output: Path
) -> Deployed:
    data, display, low_high = context.data, context.display, brought.input_range
    logits = logits_of(brought.model, data.validation.pixels, low_high)
    reached = float(np.mean(logits.argmax(axis=1) == data.validation.labels))
    display.say(f"{reached:.2%} on validation as it is")
    display.stage("compress")
    compressing = Compressing(
        model=brought.model,
        accuracy=reached,
        cost=CostReport.unknown(deployment.experiment.device),
        described=lambda file: described_for(data, file, low_high),
        representative=_representative(deployment, data.train, low_high),
        training=training_under_itself(deployment, context, brought),
        validation=data.validation,
        goal=deployment.goal,
        device=context.target,
        folder=context.folder,
        float_layers=tuple(brought.in_float),
        on_attempt=lambda attempt: display.say(_told(attempt)),
    )
    chosen, attempts = compressing.climb(deployment.compressions)
    model_bytes = compressing.file(chosen)
    display.stage("proof")
    test = data.load_test()
    proof = prove(
        model_bytes,
        test_pixels=test.pixels,
        test_labels=test.labels,
        budget=deployment.goal.budget,
        cost=compressing.cost_of(chosen),
        robustness=robustness(model_bytes, brought.model, test.pixels, test.labels, low_high),
        input_range=low_high,
        numbers=parsed(chosen.compression).numbers,
        brought=True,
        in_float=brought.in_float,
        further=_goal_checks(deployment.goal, chosen),
        **compressing.evidence(chosen),
    )
    sensitive = sensitivities(brought.model, compressing.representative.inputs)
    student = f"{deployment.model.name} ({type(brought.model).__name__}, {len(brought.model.layers)} layers)"
    records = dict(
        about=about(context.experiment, data, "the model itself", student, chosen.compression),
        proof=proof.to_record(),
        attempts=[attempt.to_record() for attempt in attempts],
        sensitivity=[asdict(each) for each in sensitive],
    )
    bundle = context.folder / "bundle"
    answers = known_answers(model_bytes, test, low_high, lambda pixels: logits_of(brought.model, pixels, low_high))
    write(bundle, model_bytes, data, low_high, answers, records)
    picture = context.folder / "attempts.png"
    draw_attempts(picture, attempts, chosen, deployment.goal, reached)
    run = tracking.Run.start(
        client, context.experiment.name, "deployed", f"{deployment.model.stem}, {chosen.compression}"
    )
    _log(run, deployment, context, proof, chosen, attempts, bundle)
    run.log_file(picture)
    run.end("FINISHED" if proof.passed else "FAILED")
    if proof.passed:
        write_bundle(output, read_bundle(bundle))
    return Deployed(
        proof=proof,
        chosen=chosen,
        attempts=attempts,
        float_accuracy=reached,
        sensitivity=sensitive,
        picture=picture,
        run_id=run.id,
    )


def _representative(deployment: Deployment, examples: Examples, input_range: tuple[float, float]) -> Representative:
    try:
        return representative_of(examples, input_range, deployment.representative_examples)
    except ValueError as error:
        raise UserError(f"--calibration-examples is {deployment.representative_examples}: {error}") from error


def _goal_checks(goal: Goal, chosen: Attempt) -> tuple[Check, ...]:
    kept = Check(
        name="drop",
        passed=chosen.drop <= goal.max_drop + 1e-9,
        detail=f"{chosen.drop:.2f} points lost on validation, {goal.max_drop:g} allowed",
    )
    if goal.gzip_bytes is None:
        return (kept,)
    small = chosen.gzip_bytes <= goal.gzip_bytes
    detail = f"{chosen.gzip_bytes:,} bytes after gzip of {goal.gzip_bytes:,}"
    return kept, Check(name="download", passed=small, detail=detail)


def _told(attempt: Attempt) -> str:
    if attempt.refused:
        return f"{attempt.compression}: not possible, {attempt.refused}"
    over = f", over {', '.join(attempt.broken)}" if attempt.broken else ""
    return (
        f"{attempt.compression}: {attempt.validation_accuracy:.2%} ({-attempt.drop:+.2f} points), "
        f"{attempt.size_bytes:,} bytes, {attempt.gzip_bytes:,} after gzip{over}"
    )


def _log(run: tracking.Run, deployment: Deployment, context: Context, proof: Proof, chosen: Attempt, attempts, bundle):
    run.log(
        params={
            "model": deployment.model.name,
            "epochs": deployment.epochs,
            "max_drop": deployment.goal.max_drop,
            **{f"budget.{name}": limit for name, limit in deployment.goal.budget.limits().items()},
        },
        metrics={
            "file_validation_accuracy": chosen.validation_accuracy,
            "file_test_accuracy": proof.test_accuracy,
            "drop": chosen.drop,
            "measured_size_bytes": proof.size_bytes,
            "gzip_bytes": proof.gzip_bytes,
            **({} if chosen.latency_ms is None else {f"measured_{context.target.name}_latency_ms": chosen.latency_ms}),
            "calibration_error": proof.calibration_error,
            **{f"test_accuracy {each.change}": each.file_accuracy for each in proof.robustness},
        },
        tags={
            "potstill.compression": chosen.compression,
            tracking.DEVICE: context.target.name,
            "potstill.proven": str(proof.passed).lower(),
            "potstill.sha256": proof.sha256,
            "mlflow.note.content": attempts_note(attempts),
            **{f"potstill.check.{check.name}": check.detail for check in proof.checks},
        },
    )
    run.log_file(bundle, tracking.BUNDLE)
