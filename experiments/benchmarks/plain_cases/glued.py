"""The stock parts glued together: Keras Tuner's random search, an online distiller, then tfmot's pruning and QAT.

Nothing knows of the budget before a student is trained: it is checked on the converted file. The teacher runs in every
step. Half of the time is the search's; the best student inside the budget is trained on, pruned, and quantized with the
parts' defaults, on labels.
"""

import importlib
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import tf_keras

from deploy.budget import Budget
from deploy.compress.convert import convert
from deploy.compress.quantize import quantizable, set_input_range
from deploy.compress.zeros import with_zeros
from deploy.cost import StudentCost
from distill import train as training
from distill.examples import SCALED_RANGE
from distill.precision import computing_in, measure
from distill.stream import steps_per_epoch
from distill.teacher_nets import build_teacher
from distill.views.augmentation import Views
from experiments.benchmarks.cases.online import fit_online
from experiments.benchmarks.plain_cases.plain import ArmFile, stock_int8
from experiments.data.load import DataSet
from experiments.errors import UserError
from experiments.experiment import Experiment
from search.build import build
from search.choices import sample
from search.genotype import Genotype
from search.journal import Journal
from search.problem import Problem
from search.search import search
from search.settings import Search
from search.trial import TrialResult

_VIEWS = 64
_TRIALS = 8
_SEARCH, _PRUNE, _QAT = 0.5, 0.6, 0.8
"""Shares of the time at which search, training on and pruning end; quantization has the rest."""
_SPARSITY = 0.5


def glued_file(experiment: Experiment, data: DataSet, problem: Problem, *, seconds: float, seed: int) -> ArmFile:
    """The file that the glued parts end with, in so many seconds. Raises `UserError` where nothing keeps the budget."""
    began = time.monotonic()
    teacher = _teacher(experiment, data)
    recipe = experiment.student
    typical = sample(problem.space, problem.task, random.Random(seed))
    precision = measure(lambda: build(typical, seed=seed), recipe.batch_size).precision
    views = Views(augmentation=experiment.augmentation, count=_VIEWS, seed=seed)
    inside: list[tuple[TrialResult, tf_keras.Model]] = []
    epochs = 1

    def left(share: float) -> float:
        return share * seconds - (time.monotonic() - began)

    def evaluate(trial: str, rung: int, genotype: Genotype, cost: StudentCost) -> TrialResult:
        nonlocal epochs
        started = time.monotonic()
        with computing_in(precision):
            trained = build(genotype, seed=seed)
        fit_online(trained, teacher, data.train, experiment, views, epochs=epochs, on_epoch=lambda epoch, metrics: None)
        model = build(genotype, seed=seed)
        model.set_weights(trained.get_weights())
        epoch_s = (time.monotonic() - started) / epochs
        epochs = max(1, int(left(_SEARCH) / max(1, _TRIALS - int(trial) - 1) / epoch_s))
        result = TrialResult(
            trial=trial,
            rung=rung,
            genotype=genotype,
            validation_accuracy=training.accuracy(model, data.validation),
            cost=cost,
            seconds=time.monotonic() - started,
        )
        size_bytes = len(stock_int8(model, data.train))
        if size_bytes <= (experiment.budget.size_bytes or float("inf")) and not problem.verdict(genotype).causes:
            inside.append((result, model))
        return result

    with tempfile.TemporaryDirectory() as folder:
        search(
            replace(problem, budget=Budget()),
            Search(oracle="random", trials=_TRIALS, epochs=(1,), survivors=(), start="none"),
            evaluate,
            seed=seed,
            journal=Journal(Path(folder) / "journal.jsonl"),
            folder=Path(folder),
            in_time=lambda rung: left(_SEARCH) > 0 or not inside,
        )
    if not inside:
        raise UserError("none of the random students keeps the budget; give more --hours")
    _, model = max(inside, key=lambda pair: pair[0].validation_accuracy)

    def finetune(model: tf_keras.Model, share: float, callbacks: Sequence = ()) -> None:
        training.train(
            model,
            data.splits,
            replace(recipe, precision="float32"),
            epochs=8,
            views=views,
            callbacks=callbacks,
            seconds=max(1.0, left(share)),
        )

    finetune(model, _PRUNE)
    steps = 4 * steps_per_epoch(data.train, recipe.batch_size)
    pruned = with_zeros(model, _SPARSITY, steps, lambda model, callbacks: finetune(model, _QAT, callbacks))
    quantized = quantizable(pruned, keep_zeros=True)
    finetune(quantized, 0.98)
    set_input_range(quantized, *SCALED_RANGE)
    return ArmFile(
        model_bytes=convert(quantized),
        validation_accuracy=training.accuracy(quantized, data.validation),
        epochs=0,
    )


def _teacher(experiment: Experiment, data: DataSet) -> tf_keras.Model:
    """The experiment's teacher: a function that builds it, or one that is trained here, in the time of the arm."""
    settings = experiment.teacher
    if settings.source:
        module, _, function = settings.source[0].partition(":")
        return getattr(importlib.import_module(module), function)()
    teacher = build_teacher(
        settings, input_shape=data.task.input_shape, classes=data.task.classes, seed=0, examples=data.train
    )
    views = Views(augmentation=experiment.augmentation.unmixed(), count=_VIEWS, seed=0)
    training.train(
        teacher,
        data.splits,
        replace(settings.training.recipe, precision="float32"),
        epochs=settings.training.epochs,
        views=views,
    )
    return teacher
