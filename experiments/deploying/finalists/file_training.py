"""Training of a student while it is compressed, by the experiment's recipe, the teacher still teaching."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace

import tf_keras

from deploy.compress.compression import Compression, parsed
from deploy.compress.steps import Phase, Training
from distill.bank.teacher_bank import TeacherBank
from distill.precision import functions_in
from distill.stream import steps_per_epoch
from distill.train import train
from experiments.hours.phases import Phases
from experiments.run.context import Context
from experiments.training.student_recipe import student_recipe


def training_of(
    context: Context,
    bank: TeacherBank | None,
    phases: Phases | None,
    on_epoch: Callable[[Phase, int, int | None, dict[str, float]], None],
) -> Training:
    """The training of a student's compression.

    Args:
        phases: seconds of the trainings, where time decides instead of epochs.
        on_epoch: called with phase, number of the epoch in all phases, epochs of this one and metrics.
    """
    settings, data = context.experiment.finalists, context.data
    reduced = student_recipe(context).precision == "mixed_bfloat16"
    again = replace(context.experiment.student, precision="float32")
    recipes = {"pruning": again, "quantization": replace(again, learning_rate=settings.learning_rate)}
    epochs_of = {"pruning": settings.prune_epochs, "quantization": settings.qat_epochs}
    done = 0

    def finetune(
        model: tf_keras.Model, phase: Phase, callbacks: Sequence[tf_keras.callbacks.Callback], share: float
    ) -> None:
        nonlocal done
        epochs, before = max(1, round(share * epochs_of[phase])), done
        seconds = None if phases is None else phases.next(share)

        def count(epoch: int, metrics: dict[str, float]) -> None:
            nonlocal done
            done = before + epoch
            on_epoch(phase, done, None if seconds is not None else before + epochs, metrics)

        # Fake quantization computes in float32: with it bfloat16 gained 15 %, without it 40 % (ResNet-8, AVX512_BF16).
        in_bfloat16 = reduced and phase == "pruning"
        with functions_in("bfloat16") if in_bfloat16 else contextlib.nullcontext():
            train(
                model,
                data.splits,
                recipes[phase],
                epochs=epochs,
                views=context.views,
                teaching=context.teaching(bank, phase),
                callbacks=callbacks,
                on_epoch=count,
                seconds=seconds,
            )

    seen = data.splits.seen(taught=context.teaching(bank, "pruning") is not None)
    steps = settings.prune_epochs * steps_per_epoch(seen, context.experiment.student.batch_size)
    # By the clock there may be fewer epochs than were planned.
    return Training(finetune=finetune, pruning_steps=steps if phases is None else max(1, steps // 2))


def weight_of(compression: Compression | str) -> float:
    """The phases of training that a compression has, for `Phases`."""
    compression = parsed(compression) if isinstance(compression, str) else compression
    if not compression.trained:
        return 0.0
    return 1.0 + (compression.reshapes or compression.zeros > 0)
