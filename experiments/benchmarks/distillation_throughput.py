"""Images per second of a student's training: on labels alone, from the teacher bank, with the teacher in every step.

All three see the same views in the same batches. Rounds of the three are interleaved; each round traces anew and
times the epochs after the first. The online contender is a `Distiller` as keras.io shows it, given the same
`steps_per_execution` as ours.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import tyro

from distill.bank.teacher_bank import TeacherBank
from experiments.benchmarks.cases.report import Goal, report
from search.genotype import Genotype, Stage
from search.task import Task


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The trainings to time."""

    experiment: str = "cifar10"
    """Experiment whose data, augmentation and student recipe are used; the teacher is a wide residual net."""
    examples: int = 5_000
    """Training examples of it, chosen as the experiment chooses fewer."""
    epochs: int = 5
    """Timed epochs of a round, after the one that traces; the online contender has one."""
    rounds: int = 5
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


def main(settings: Settings) -> None:
    """Measure and print."""
    from experiments.run.frameworks import quiet_libraries

    quiet_libraries()
    import tf_keras

    from distill.bank.address import BankPlace
    from distill.bank.fill import fill_bank
    from distill.bank.teaching import Teaching
    from distill.examples import Splits
    from distill.teacher import Teacher
    from distill.teacher_nets import build_teacher
    from distill.train import OnEpoch, train
    from experiments.benchmarks.cases.online import fit_online
    from experiments.commands.catalogue import find
    from experiments.data.load import load
    from search.build import build

    experiment = find(settings.experiment)
    experiment = replace(experiment, data=replace(experiment.data, train_examples=settings.examples))
    data = load(experiment.data)
    # Few examples to validate on: what happens between epochs is no training.
    validation = replace(data.validation, pixels=data.validation.pixels[:10], labels=data.validation.labels[:10])
    views = replace(experiment.seeded_views, count=2)
    teacher = build_teacher(
        Teacher(width=64, groups=3, depth=2), input_shape=data.train.input_shape, classes=data.train.classes, seed=0
    )
    genotype = student_of(data.task)

    def timed(epochs: int, run: Callable[[int, OnEpoch], None]) -> float:
        times: list[float] = []
        run(epochs + 1, lambda epoch, metrics: times.append(time.monotonic()))
        tf_keras.backend.clear_session()
        steps = len(data.train) // experiment.student.batch_size
        return epochs * steps * experiment.student.batch_size / (times[-1] - times[0])

    def ours(bank: TeacherBank | None) -> Callable[[int, OnEpoch], None]:
        def run(epochs: int, on_epoch: OnEpoch) -> None:
            train(
                build(genotype, seed=0),
                Splits(train=data.train, validation=validation),
                experiment.student,
                epochs=epochs,
                views=views,
                teaching=None if bank is None else Teaching(bank=bank, distillation=experiment.distillation),
                on_epoch=on_epoch,
            )

        return run

    def online(epochs: int, on_epoch: OnEpoch) -> None:
        fit_online(build(genotype, seed=0), teacher, data.train, experiment, views, epochs=epochs, on_epoch=on_epoch)

    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        bank = fill_bank(
            BankPlace(banks=Path(folder), address="throughput"),
            lambda pixels, numbers: {"logits": teacher(pixels, training=False).numpy()},
            data.train,
            views,
            top_k=experiment.top_k,
        )
        bank_speed = 2 * len(data.train) / (time.monotonic() - started)
        seen: dict[str, list[float]] = {"plain": [], "banked": [], "online": []}
        for number in range(settings.rounds):
            # Turned round by round, so that none is always first.
            contenders = [("plain", ours(None)), ("banked", ours(bank)), ("online", online)]
            for name, run in contenders[number % 3 :] + contenders[: number % 3]:
                seen[name].append(timed(1 if name == "online" else settings.epochs, run))
                print(f"round {number + 1}, {name}: {seen[name][-1]:,.0f} images/s", file=sys.stderr, flush=True)
    median = {name: statistics.median(speeds) for name, speeds in seen.items()}
    to_plain = [banked / plain for banked, plain in zip(seen["banked"], seen["plain"])]
    to_online = [banked / online for banked, online in zip(seen["banked"], seen["online"])]
    figures = dict(
        student=str(genotype),
        teacher_params=teacher.count_params(),
        images_per_s=seen,
        median_images_per_s=median,
        bank_images_per_s=bank_speed,
        banked_to_plain=to_plain,
        banked_to_online=to_online,
        seed=experiment.seed,
    )
    lines = [f"student {genotype}, teacher of {teacher.count_params():,} parameters, {settings.experiment}"]
    lines += [
        f"  {name:<8}{median[name]:>9,.0f} images/s  (from {min(speeds):,.0f} to {max(speeds):,.0f})"
        for name, speeds in seen.items()
    ]
    lines.append(f"  filling the bank took {1 / bank_speed * 1e3:.2f} ms an image, once")
    goals = [
        Goal(goal="banked / plain images per second", target=0.97, figure=statistics.median(to_plain)),
        Goal(goal="banked / online images per second", target=3.0, figure=statistics.median(to_online)),
    ]
    report("distillation_throughput", lines=lines, figures=figures, goals=goals, as_json=settings.json)


def student_of(task: Task) -> Genotype:
    """A depthwise student of middling size."""

    def stage(width: int) -> Stage:
        return Stage(block="depthwise", width=width, depth=2, kernel=3, expansion=1, stride=2, residual=True)

    return Genotype(
        input_shape=task.input_shape,
        classes=task.classes,
        stem_width=16,
        stem_kernel=3,
        stem_stride=1,
        stages=(stage(32), stage(64)),
    )


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.distillation_throughput", description=__doc__))
