"""Training one student of a pair: alone, distilled from the bank, or with the teacher asked in every step."""

import functools
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import ClassVar

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.digests import sha256_of
from distill.bank.outputs import Outputs
from distill.bank.teacher_bank import TeacherBank
from distill.distillation import Distillation
from distill.examples import Examples
from distill.precision import computing_in
from distill.train import accuracy, train
from distill.views.render import Render, renderer
from experiments.benchmarks.cases.pairs import LOSSES, Pair
from experiments.data.load import load
from experiments.experiment import Experiment
from experiments.run import home
from experiments.run.context import Context
from experiments.run.display import Display
from experiments.run.precision import settled_recipe
from experiments.teachers.ready import ReadyTeacher, accuracy_of
from experiments.teachers.teach import fill, teacher_of
from search.build import build
from search.journal import Journal, PlainRecord


@dataclass(frozen=True, kw_only=True)
class AccuracyMeasured(PlainRecord):
    """The accuracy of a student, or of its teacher, under a key of all that decides it."""

    kind: ClassVar[str] = "accuracy"

    key: str
    accuracy: float
    dataset: str
    what: str
    """The arm."""
    seed: int
    split: str


class Bench:
    """A pair with its data, teacher and banks; what was trained before is read from a journal."""

    def __init__(self, pair: Pair, split: str):
        self.pair = pair
        folder = home.home() / "benchmarks"
        folder.mkdir(parents=True, exist_ok=True)
        self._journal = Journal(folder / "distillation_gain.jsonl")
        self._folder, self._split = folder, split

    def _context(self, experiment: Experiment) -> Context:
        return Context(
            experiment=experiment,
            data=_loaded(experiment.data),
            folder=self._folder,
            journal=self._journal,
            display=Display(),
        )

    @functools.cached_property
    def _examples(self) -> Examples:
        data = _loaded(self.pair.experiment.data)
        return data.load_test() if self._split == "test" else data.validation

    def _teacher(self, distillation: Distillation) -> ReadyTeacher:
        return teacher_of(self._context(replace(self.pair.teacher, distillation=distillation)))

    def teacher_accuracy(self) -> float:
        """The teacher's, on the split."""
        return self._once("teacher", 0, lambda: accuracy_of(self._teacher(Distillation()).outputs, self._examples))

    def accuracy(self, arm: str, seed: int) -> float:
        """The trained student's, on the split; `arm` is one of a pair, or of LOSSES."""
        distillation = LOSSES.get(arm, self.pair.experiment.distillation)
        settings = f" {json.dumps(asdict(distillation), sort_keys=True)}" if arm in LOSSES else ""
        return self._once(arm, seed, lambda: self._trained(arm, seed, distillation), settings)

    def _once(self, what: str, seed: int, measure: Callable[[], float], settings: str = "") -> float:
        key = sha256_of(f"{self.pair.to_json()} {what}{settings} {seed} {self._split}".encode())[:16]
        for earlier in self._journal.records(AccuracyMeasured):
            if earlier.key == key:
                return earlier.accuracy
        accuracy = measure()
        dataset, split = self.pair.experiment.name, self._split
        self._journal.append(
            AccuracyMeasured(key=key, accuracy=accuracy, dataset=dataset, what=what, seed=seed, split=split)
        )
        print(f"{self.pair.experiment.name}, {what}, seed {seed}: {accuracy:.2%}", file=sys.stderr, flush=True)
        return accuracy

    def _trained(self, arm: str, seed: int, distillation: Distillation) -> float:
        experiment = self.pair.experiment
        context = self._context(replace(experiment, distillation=distillation))
        data = context.data
        recipe = settled_recipe(
            context, f"{experiment.key} students", experiment.student, lambda: build(self.pair.student, seed=0)
        )
        with computing_in(recipe.precision):
            model = build(self.pair.student, seed=seed)
        bank = None
        if arm == "online":
            bank = LiveTeacher(
                address="live",
                classes=data.train.classes,
                arrays={},
                outputs=self._teacher(distillation).outputs,
                render=renderer(data.train, context.views),
            )
        elif not arm.startswith("alone"):
            bank = fill(context, self._teacher(distillation))
        train(
            model,
            data.splits,
            recipe,
            epochs=self.pair.epochs,
            # Views are the bank's; only the order of the examples and the initial weights follow the seed.
            views=replace(context.views, augmentation=self.pair.alone) if arm == "alone" else context.views,
            teaching=context.teaching(bank),
            order_seed=seed,
        )
        reached = accuracy(model, self._examples)
        tf_keras.backend.clear_session()
        return reached


_loaded = functools.lru_cache(maxsize=2)(load)


@dataclass(frozen=True, kw_only=True, eq=False)
class LiveTeacher(TeacherBank):
    """Stands for a bank, and runs the teacher at each reading: distillation without a bank."""

    outputs: Outputs
    render: Render

    def read(self, views: np.ndarray, numbers: np.ndarray) -> dict[str, np.ndarray]:
        """As `TeacherBank.read`."""
        numbers = np.asarray(numbers, np.int32)
        pixels, _ = self.render(tf.constant(numbers), tf.constant(np.asarray(views, np.int32)))
        return {"logits": self.outputs(pixels, numbers)["logits"]}
