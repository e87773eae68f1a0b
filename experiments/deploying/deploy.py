"""Deploying a user's trained model: compressed under itself as the teacher until a goal is met, then proven."""

from dataclasses import asdict, replace
from pathlib import Path

from mlflow.tracking import MlflowClient

from deploy.compress.compression import parsed
from deploy.compress.ladder import Attempt, Goal
from deploy.compress.steps import Representative
from deploy.cost import CostReport
from deploy.packing.folder import read_bundle, write_bundle
from deploy.proof.accuracy import accuracy
from deploy.proof.checks import Check
from deploy.surgery.intake import require_plain
from deploy.surgery.sensitivity import sensitivities
from distill.distillation import Distillation
from distill.examples import Examples
from experiments.data.load import load
from experiments.deploying.brought_model import BroughtModel, fitted_model
from experiments.deploying.bundling import described_for
from experiments.deploying.compressing import Compressing
from experiments.deploying.deployment import Deployed, Deployment
from experiments.deploying.model_file import opened_model
from experiments.deploying.model_inputs import logits_of, representative_of
from experiments.deploying.prove_and_bundle import Origin, ProvenBundle, prove_and_bundle
from experiments.deploying.self_teaching import VIEWS, training_under_itself
from experiments.devices import inventory
from experiments.errors import UserError
from experiments.reports.attempts_picture import draw_attempts
from experiments.run import home, tracking
from experiments.run.context import Context
from experiments.run.display import Display
from experiments.run.folder import locked
from search.journal import Journal


def deploy(deployment: Deployment, output: Path, display: Display) -> Deployed:
    """Compress until the goal is met, prove the file, log it to MLflow; write the bundle if it passed every check.

    Killed, the next call goes on with the attempts that were finished. Raises `UserError` and `ModelRefused`.
    """
    home.require_room(home.home())
    inventory.require_device(deployment.experiment.device)
    client = tracking.connect()
    # A file that cannot be taken is refused before the data set is read.
    model = opened_model(deployment.model, trust=deployment.trust)
    require_plain(model)
    deployment = deployment.taking(model.input_shape[1:])
    display.stage("data", 1)
    data = load(deployment.experiment.data)
    display.step()
    for note in data.notes:
        display.say(note)
    brought = fitted_model(
        model,
        str(deployment.model),
        data.train,
        scaling=deployment.scaling(data.task.input_shape[2]),
        expected_accuracy=deployment.expected_accuracy,
    )
    display.say(f"{deployment.model}: {brought.summary}")
    folder = home.home() / "deployed" / f"{deployment.model.stem}-{deployment.key}"
    with (
        locked(folder, f"this very model is being deployed in another process ({folder}); wait for it"),
        inventory.opened(deployment.experiment.device, display.say) as device,
    ):
        experiment = replace(
            deployment.experiment,
            views=VIEWS,
            distillation=Distillation(student_loss_weight=0.1),
            budget=deployment.goal.budget,
        )
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
    data, display, model, input_range = context.data, context.display, brought.model, brought.input_range
    reached = accuracy(logits_of(model, data.validation.pixels, input_range), data.validation.labels)
    display.say(f"{reached:.2%} on validation as it is")
    display.stage("compress")
    representative = _representative(deployment, data.train, input_range)
    compressing = Compressing(
        model=model,
        accuracy=reached,
        cost=CostReport.unknown(deployment.experiment.device),
        described=lambda file: described_for(data, file, input_range, brought.activation),
        representative=representative,
        training=training_under_itself(deployment, context, brought),
        validation=data.validation,
        goal=deployment.goal,
        device=context.target,
        folder=context.folder,
        by_converter=bool(brought.untrainable),
        on_attempt=lambda attempt: display.say(_line(attempt)),
    )
    sensitive = sensitivities(model, representative.inputs)
    chosen, attempts = compressing.climb(deployment.compressions)
    trained = parsed(chosen.compression).trained
    origin = Origin(
        student=f"{deployment.model.name} ({type(model).__name__}, {len(model.layers)} layers)",
        teacher="the model itself" if trained else "",
        trained=trained,
        teacher_logits=lambda pixels: logits_of(model, pixels, input_range),
        records={"sensitivity": [asdict(layer) for layer in sensitive]},
        brought=True,
        activation=brought.activation,
        goal_checks=lambda chosen: _goal_checks(deployment.goal, chosen),
    )

    def load_test() -> Examples:
        display.stage("proof")
        return data.load_test()

    bundle = prove_and_bundle(
        context,
        compressing,
        origin,
        chosen=chosen,
        attempts=attempts,
        load_test=load_test,
        folder=context.folder / "bundle",
    )
    picture = context.folder / "attempts.png"
    draw_attempts(picture, bundle.attempts, bundle.chosen, deployment.goal, reached)
    run_id = _log(deployment, context.experiment.name, bundle, picture, client)
    if bundle.proof.passed:
        write_bundle(output, read_bundle(bundle.folder))
    return Deployed(
        proof=bundle.proof,
        chosen=bundle.chosen,
        attempts=bundle.attempts,
        float_accuracy=reached,
        sensitivity=sensitive,
        picture=picture,
        run_id=run_id,
    )


def _representative(deployment: Deployment, examples: Examples, input_range: tuple[float, float]) -> Representative:
    try:
        return representative_of(examples, input_range, deployment.representative_examples)
    except ValueError as error:
        raise UserError(f"--calibration-examples is {deployment.representative_examples}: {error}") from error


def _goal_checks(goal: Goal, chosen: Attempt) -> tuple[Check, ...]:
    drop = Check(
        name="drop",
        passed=chosen.drop <= goal.max_drop + 1e-9,
        detail=f"{chosen.drop:.2f} points lost on validation, {goal.max_drop:g} allowed",
    )
    if goal.gzip_bytes is None:
        return (drop,)
    small = chosen.gzip_bytes <= goal.gzip_bytes
    detail = f"{chosen.gzip_bytes:,} bytes after gzip of {goal.gzip_bytes:,}"
    return drop, Check(name="download", passed=small, detail=detail)


def _line(attempt: Attempt) -> str:
    if attempt.refused:
        return f"{attempt.compression}: not possible, {attempt.refused}"
    over = f", over {', '.join(attempt.broken)}" if attempt.broken else ""
    return (
        f"{attempt.compression}: {attempt.validation_accuracy:.2%} ({-attempt.drop:+.2f} points), "
        f"{attempt.size_bytes:,} bytes, {attempt.gzip_bytes:,} after gzip{over}"
    )


def _log(deployment: Deployment, experiment: str, bundle: ProvenBundle, picture: Path, client: MlflowClient) -> str:
    """Log to an MLflow run of its own; returns its id."""
    name = f"{deployment.model.stem}, {bundle.chosen.compression}"
    run = tracking.Run.start(client, experiment, "deployed", name)
    limits = {f"budget.{limit}": value for limit, value in deployment.goal.budget.limits().items()}
    settings = {"model": deployment.model.name, "epochs": deployment.epochs, "max_drop": deployment.goal.max_drop}
    run.log(params={**settings, **limits})
    bundle.log(run)
    run.log_file(picture)
    run.end("FINISHED" if bundle.proof.passed else "FAILED")
    return run.id
