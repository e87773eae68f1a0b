"""The loss of one training: a weighted sum of losses on the labels and against the teacher."""

import inspect
from collections.abc import Callable
from typing import Any, cast

import tensorflow as tf
import tf_keras

from distill import feature_losses, losses
from distill.distillation import FEATURE_LOSSES, Distillation
from distill.features import with_features

Tensors = dict[str, tf.Tensor]


class Objective:
    """The minimized loss of a training: a loss for each example, from a student's outputs and the stream's targets.

    Without distillation it is the labels' cross-entropy. FitNets' regressor is a layer of this object, trained beside
    the student and no part of it.
    """

    def __init__(
        self, student: tf_keras.Model | None, label_smoothing: float, distillation: Distillation | None, targets: dict
    ):
        """
        Args:
            student: None where the caller computes the outputs; then only losses on logits are possible.
            targets: shapes of one example's outputs in the bank, by name.
        """
        self._smoothing, self._settings = label_smoothing, distillation
        self.model: Any = student
        self.regressors: dict[str, tf_keras.layers.Layer] = {}
        if distillation is None:
            return
        named = [loss for loss in distillation.distillation_losses if loss in FEATURE_LOSSES]
        if named:
            self.model = with_features(student, tuple(sorted({distillation.student_feature(loss) for loss in named})))
        if "hints" in named:
            shape = targets[distillation.teacher_feature("hints")]
            self.regressors["hints"] = tf_keras.layers.Dense(shape[-1], dtype="float32", name="regressor")

    @property
    def regressor_layers(self) -> list[tf_keras.layers.Layer]:
        """Layers that are trained beside the student."""
        return list(self.regressors.values())

    def __call__(self, outputs, targets: Tensors, progress: tf.Tensor) -> tf.Tensor:
        """Losses (batch,) of the model's outputs; `progress` goes from 0 to 1 in the course of the training."""
        outputs = outputs if isinstance(outputs, dict) else {"logits": outputs}
        outputs = {name: tf.cast(tensor, tf.float32) for name, tensor in outputs.items()}
        labels = losses.smoothed(targets["labels"], self._smoothing)
        alone = losses.cross_entropy(labels, outputs["logits"])
        settings = self._settings
        if settings is None:
            return alone
        weights = settings.distillation_loss_weights or (1.0,) * len(settings.losses)
        temperature = tf.constant(settings.temperature)
        if settings.final_temperature is not None:
            temperature += progress * (settings.final_temperature - settings.temperature)
        terms = []
        for loss, weight in zip(settings.losses, weights):
            if isinstance(loss, str) and loss in FEATURE_LOSSES:
                term = self._feature_loss(settings, loss, outputs, targets)
            else:
                term = _logit_loss(settings, loss, outputs, targets, temperature)
            terms.append(weight * term)
        return settings.student_loss_weight * alone + (1 - settings.student_loss_weight) * tf.add_n(terms)

    def _feature_loss(self, settings: Distillation, loss: str, outputs: Tensors, targets: Tensors) -> tf.Tensor:
        teacher, student = targets[settings.teacher_feature(loss)], outputs[settings.student_feature(loss)]
        if len(teacher.shape) > 2:
            student = feature_losses.resized_map(teacher, student)
        if loss == "attention_transfer":
            places = cast(int, teacher.shape[1]) * cast(int, teacher.shape[2])
            flat = tf.reshape(teacher, (-1, places))
            return feature_losses.attention_transfer(flat, feature_losses.attention_map(student))
        if loss == "hints":
            return feature_losses.hints(teacher, self.regressors["hints"](student))
        relation = feature_losses.relational if loss == "relational" else feature_losses.similarity_preserving
        return relation(teacher, student)


def _logit_loss(
    settings: Distillation, loss: str | Callable, outputs: Tensors, targets: Tensors, temperature: tf.Tensor
) -> tf.Tensor:
    teacher, student = targets["logits"], outputs["logits"]
    if settings.standardize_logits:
        teacher, student = losses.standardized(teacher), losses.standardized(student)
    if not isinstance(loss, str):
        return loss(teacher, student, targets["labels"], temperature)
    # By the name in the settings, which TensorFlow is not imported for: a new loss is a function and its name there.
    function = getattr(losses, loss)
    arguments = {"labels": targets["labels"], "temperature": temperature}
    accepted = inspect.signature(function).parameters
    return function(teacher, student, **{name: value for name, value in arguments.items() if name in accepted})
