"""The loss of one training: labels and teacher, weighed as the settings say."""

from collections.abc import Callable

import tensorflow as tf
import tf_keras

from distill import feature_losses, losses
from distill.distillation import FEATURE_LOSSES, Distillation
from distill.features import taps

_LOGIT_LOSSES: dict[str, Callable] = {
    "soft_targets": lambda teacher, student, labels, temperature: losses.soft_targets(teacher, student, temperature),
    "decoupled": losses.decoupled,
    "dist": lambda teacher, student, labels, temperature: losses.dist(teacher, student, temperature),
    "multi_level": lambda teacher, student, labels, temperature: losses.multi_level(teacher, student, temperature),
}


class Objective:
    """What a training minimizes: a loss for each example, from a student's outputs and the stream's targets.

    Without distillation it is the labels' cross-entropy. FitNets' regressor is a layer of this object, trained beside
    the student and left behind with it.
    """

    def __init__(
        self, student: tf_keras.Model, label_smoothing: float, distillation: Distillation | None, targets: dict
    ):
        """`targets` maps the names of what the stream gives to their shapes, batch first."""
        self._smoothing, self._settings = label_smoothing, distillation
        self.model = student
        self.regressors: dict[str, tf_keras.layers.Layer] = {}
        if distillation is None:
            return
        named = [loss for loss in distillation.distillation_losses if loss in FEATURE_LOSSES]
        if named:
            self.model = taps(student, tuple(sorted({distillation.student_feature(loss) for loss in named})))
        if "hints" in named:
            shape = targets[distillation.teacher_feature("hints")]
            self.regressors["hints"] = tf_keras.layers.Dense(shape[-1], dtype="float32", name="regressor")

    @property
    def regressor_layers(self) -> list[tf_keras.layers.Layer]:
        """Layers that are trained beside the student."""
        return list(self.regressors.values())

    def __call__(self, outputs, targets: dict[str, tf.Tensor], progress: tf.Tensor) -> tf.Tensor:
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
        taught = tf.add_n(
            [
                weight * self._taught(loss, outputs, targets, temperature)
                for loss, weight in zip(settings.losses, weights)
            ]
        )
        return settings.student_loss_weight * alone + (1 - settings.student_loss_weight) * taught

    def _taught(self, loss, outputs, targets, temperature) -> tf.Tensor:
        settings = self._settings
        if loss not in FEATURE_LOSSES:
            teacher, student = targets["logits"], outputs["logits"]
            if settings.standardize_logits:
                teacher, student = losses.standardized(teacher), losses.standardized(student)
            function = loss if callable(loss) else _LOGIT_LOSSES[loss]
            return function(teacher, student, targets["labels"], temperature)
        teacher, student = targets[settings.teacher_feature(loss)], outputs[settings.student_feature(loss)]
        if len(teacher.shape) > 2:
            student = feature_losses.resized_map(teacher, student)
        if loss == "attention_transfer":
            flat = tf.reshape(teacher, (-1, teacher.shape[1] * teacher.shape[2]))
            return feature_losses.attention_transfer(flat, feature_losses.attention_map(student))
        if loss == "hints":
            return feature_losses.hints(teacher, self.regressors["hints"](student))
        relation = feature_losses.relational if loss == "relational" else feature_losses.similarity_preserving
        return relation(teacher, student)
