"""Potstill against what a user would do instead, each for the same hours on the same cores, one after the other.

Plain is MLPerf Tiny's ResNet-8 trained on labels as long as there is time. Glued is Keras Tuner's random search with
the budget checked after training, an online distiller, and tfmot's pruning and quantization. Potstill is `potstill run
--hours` in an empty home, held inside 98,496 bytes and the latency of ResNet-8's file on this machine. Accuracies are
the files' on the whole test split; nothing is chosen by them. An arm that is finished is kept: started again, the
benchmark goes on with the next. Run it on a quiet machine.
"""

import json as json_module
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import tyro

from experiments.benchmarks.plain_cases.figures import SIZE_BYTES, ArmFigures, report_arms

Arm = Literal["plain", "potstill", "glued"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Extent of the measurement."""

    hours: float = 3.0
    """Of each arm."""
    data: Literal["cifar10", "digits"] = "cifar10"
    """Experiment whose data, teacher and augmentation are used."""
    seed: int = 0
    """Of all arms."""
    arms: tuple[Arm, ...] = get_args(Arm)
    """Arms to run."""
    folder: Path | None = None
    """Where finished arms are kept; None is a folder in Potstill's home, named by these settings."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


def main(settings: Settings) -> None:
    """Run the arms and print."""
    from experiments.run.frameworks import quiet_libraries

    quiet_libraries()
    from deploy.devices.host import Host
    from deploy.latency.skeleton import skeleton
    from deploy.proof.accuracy import file_accuracy
    from distill.examples import SCALED_RANGE
    from experiments.commands.catalogue import find
    from experiments.data.load import load
    from experiments.run import home
    from search.starts.references import RESNET8
    from search.walk import walk

    experiment = find(settings.data)
    data = load(experiment.data)
    reference = replace(RESNET8, input_shape=data.task.input_shape, classes=data.task.classes)
    name = f"against_plain-{settings.data}-{settings.hours:g}-{settings.seed}"
    folder = settings.folder or home.home() / "benchmarks" / name
    folder.mkdir(parents=True, exist_ok=True)
    limit = folder / "latency_ms.json"
    if not limit.exists():
        # Once: another limit would be another run.
        (latency,) = Host().measure([skeleton(walk(reference))])
        limit.write_text(json_module.dumps(round(latency.median_ms, 5)))
    latency_ms = json_module.loads(limit.read_text())
    experiment = replace(
        experiment,
        seed=settings.seed,
        hours=settings.hours,
        budget=replace(experiment.budget, size_bytes=SIZE_BYTES, latency_ms=latency_ms),
    )
    for arm in settings.arms:
        if not (folder / f"{arm}.json").exists():
            _run(arm, experiment, data, reference, folder)
    files = {arm: (folder / f"{arm}.tflite").read_bytes() for arm in settings.arms}
    test = data.load_test()
    figures = []
    for arm, measured in zip(files, Host().measure(list(files.values()))):
        record = json_module.loads((folder / f"{arm}.json").read_text())
        figures.append(
            ArmFigures(
                arm=arm,
                test_accuracy=file_accuracy(files[arm], test, SCALED_RANGE),
                validation_accuracy=record["validation_accuracy"],
                size_bytes=len(files[arm]),
                latency_ms=measured.median_ms,
                seconds=record["seconds"],
            )
        )
    report_arms(figures, hours=settings.hours, data=settings.data, seed=settings.seed, as_json=settings.json)


def _run(arm: Arm, experiment, data, reference, folder: Path) -> None:
    """Run one arm and keep its file and figures."""
    from experiments.benchmarks.plain_cases.plain import plain_file
    from experiments.benchmarks.plain_cases.potstill import potstill_file
    from experiments.hours.clock import Clock

    seconds = 3600 * experiment.hours
    print(f"{arm}: {experiment.hours:g} hours", file=sys.stderr, flush=True)
    with Clock(folder / f"{arm}-clock.json").running() as clock:
        if arm == "potstill":
            record, model_bytes = potstill_file(experiment, folder / "home")
        else:
            if arm == "plain":
                file = plain_file(
                    data,
                    reference,
                    _unpaired(experiment),
                    seconds=seconds,
                    seed=experiment.seed,
                    clock=clock,
                    folder=folder / "plain-checkpoints",
                )
            else:
                file = _glued(experiment, data, seconds)
            record = dict(validation_accuracy=file.validation_accuracy, epochs=file.epochs)
            model_bytes = file.model_bytes
        (folder / f"{arm}.tflite").write_bytes(model_bytes)
        (folder / f"{arm}.json").write_text(json_module.dumps({**record, "seconds": clock.seconds()}))


def _unpaired(experiment):
    return replace(experiment.augmentation, mirrored_pairs=False)


def _glued(experiment, data, seconds: float):
    from experiments.benchmarks.plain_cases.glued import glued_file
    from experiments.devices.inventory import opened
    from experiments.devices.profiles import experiment_profile
    from search.problem import Problem

    with opened("host", lambda line: None) as device:
        profile = experiment_profile(experiment, data.task, device, lambda done, steps: None)
    problem = Problem(space=experiment.space, task=data.task, budget=experiment.budget, profile=profile)
    return glued_file(experiment, data, problem, seconds=seconds, seed=experiment.seed)


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.against_plain", description=__doc__))
