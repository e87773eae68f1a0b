"""The command that makes a file of a model from elsewhere."""

import contextlib
import json as json_module
import signal
import sys
from dataclasses import asdict, replace
from pathlib import Path

from deploy.budget import Budget
from deploy.compress.compression import parsed
from deploy.compress.ladder import Goal
from experiments.commands.arguments import File, Flag
from experiments.errors import UserError


def deploy(
    model: File,
    data: str,
    max_drop: float = 0.5,
    max_size_kb: float | None = None,
    max_gzip_kb: float | None = None,
    max_latency_ms: float | None = None,
    compressions: tuple[str, ...] = (),
    epochs: int = 10,
    calibration_examples: int = 256,
    input_range: tuple[float, float] | None = None,
    device: str = "host",
    trust: Flag = False,
    allow_float: Flag = False,
    license: str = "unknown",
    output: Path = Path("deployed"),
    json: Flag = False,
) -> None:
    """Make the cheapest proven file of a trained model of yours that keeps a goal: no search, no other teacher.

    Compressions are tried one after the other, first each without training, then trained under the model itself, until
    one keeps the drop and every limit. Without limits that is int8. Interrupted, the same command goes on.

    Args:
        model: A .keras or .h5 file of a flat tf_keras classifier.
        data: What it was trained on: an experiment (a name or a .py file), or a TensorFlow Datasets builder.
        max_drop: Points of accuracy that the file may lose on validation against the model.
        max_size_kb: Largest file, in kB of 1,000 bytes; None is no limit.
        max_gzip_kb: Largest file after gzip, as it is downloaded; None is no limit.
        max_latency_ms: Slowest file, in milliseconds on the device; None is no limit.
        compressions: What is tried, such as 'int8' 'channels 0.5, clusters 32, int8'; none is what can help.
        epochs: Epochs of training after something was taken out, and as many in int8.
        calibration_examples: Training examples that importances and the ranges of activations are taken from.
        input_range: What the model takes for pixels of 0 and 255, such as 0 1; None finds it on training examples.
        device: Where latency is measured.
        trust: Load a file that would run code of its author's.
        allow_float: Leave layers that quantization refuses in float, instead of refusing the model.
        license: Licence of the file, as the Hugging Face hub names it, such as apache-2.0.
        output: Folder that the bundle is written to.
        json: Print one JSON object.
    """
    from deploy.packing.folder import require_free
    from experiments.run.frameworks import quiet_libraries, require_legacy_keras, terminated

    goal = _goal(max_drop, max_size_kb, max_gzip_kb, max_latency_ms)
    for text in compressions:
        try:
            parsed(text)
        except ValueError as error:
            raise UserError(f"--compressions: {error}") from error
    if epochs < 1:
        raise UserError(f"--epochs is {epochs}: it must be 1 or more")
    if calibration_examples < 1:
        raise UserError(f"--calibration-examples is {calibration_examples}: it must be 1 or more, better 100 or more")
    require_free(output)
    require_legacy_keras()
    signal.signal(signal.SIGTERM, terminated)
    quiet_libraries()

    from experiments.deploying.deploy import deploy as deploy_now
    from experiments.deploying.deployment import Deployment
    from experiments.run.display import Display

    deployment = Deployment(
        model=model,
        experiment=replace(_experiment(data), device=device, license=license),
        goal=goal,
        compressions=compressions,
        epochs=epochs,
        representative_examples=calibration_examples,
        input_range=input_range,
        trust=trust,
        allow_float=allow_float,
    )
    try:
        with Display() as display, contextlib.redirect_stdout(sys.stderr):
            deployed = deploy_now(deployment, output, display)
    except KeyboardInterrupt:
        print("\nstopped. Attempts that were finished are kept: the same command goes on from there.", file=sys.stderr)
        raise
    print(json_module.dumps(_record(deployed, output)) if json else _text(deployed, output))
    if not deployed.proof.passed:
        sys.exit(1)


def _goal(max_drop: float, size_kb: float | None, gzip_kb: float | None, latency_ms: float | None) -> Goal:
    limits = {"--max-size-kb": size_kb, "--max-gzip-kb": gzip_kb, "--max-latency-ms": latency_ms}
    for flag, limit in limits.items():
        if limit is not None and not 0 < limit < float("inf"):
            raise UserError(f"{flag} is {limit}: it must be a number above 0; leave it out for no limit")
    if not -100 <= max_drop <= 100:
        raise UserError(f"--max-drop is {max_drop}: it must be points of accuracy, from -100 to 100, such as 0.5")
    budget = Budget(latency_ms=latency_ms, size_bytes=None if size_kb is None else int(1e3 * size_kb))
    return Goal(max_drop=max_drop, budget=budget, gzip_bytes=None if gzip_kb is None else int(1e3 * gzip_kb))


def _experiment(data: str):
    from experiments.commands.catalogue import find, known
    from experiments.data.settings import Data
    from experiments.experiment import Experiment

    if data in known() or data.endswith(".py"):
        return find(data)
    return Experiment(name=data, data=Data(dataset=data))


def _record(deployed, output: Path) -> dict:
    return {
        "output": str(output) if deployed.proof.passed else None,
        "compression": deployed.chosen.compression,
        "float_validation_accuracy": deployed.float_accuracy,
        "validation_accuracy": deployed.chosen.validation_accuracy,
        "drop": deployed.chosen.drop,
        "attempts": [attempt.to_record() for attempt in deployed.attempts],
        "proof": deployed.proof.to_record(),
        "sensitivity": [asdict(each) for each in deployed.sensitivity],
        "picture": str(deployed.picture),
        "run_id": deployed.run_id,
    }


def _text(deployed, output: Path) -> str:
    from experiments.reports.compression import attempts_table, proof_text

    proof = deployed.proof
    end = (
        f"\n{output}/model.tflite: {deployed.chosen.compression}, {proof.size_bytes:,} bytes"
        if proof.passed
        else "\nnothing was written: the file failed its proof. Raise --max-drop or a limit, train longer with "
        "--epochs, or name other --compressions"
    )
    first = deployed.sensitivity[0]
    sensitive = (
        f"\n  most sensitive layer: {first.layer}, {first.zeros_db:.1f} dB with half of its weights at zero, "
        f"{first.int8_db:.1f} dB in int8\n  all attempts in a picture: {deployed.picture}"
    )
    return attempts_table(deployed.attempts, deployed.chosen) + proof_text(proof) + sensitive + end
