"""The parts of a teacher's training that a pretrained backbone adds: it is opened, and its head is trained first."""

from pathlib import Path

import tf_keras

from distill.backbones.head import head_examples, train_head
from distill.backbones.network import BackboneNet, backbone_net
from distill.brought.opened_model import digest_of_model
from distill.features import with_features
from distill.teacher import Teacher
from distill.weights import load_weights, save_weights
from experiments.data.load import DataSet
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.run.context import Context
from experiments.teachers.ready import layers_of


def require_backbone(experiment: Experiment, data: DataSet) -> None:
    """Open the backbone once, so that an unusable one is refused before anything is measured or trained."""
    model, layers = _opened(data, experiment.teacher, experiment.seed).model, layers_of(experiment)
    if layers:
        try:
            with_features(model, layers)
        except ValueError as error:
            raise UserError(f"the backbone cannot give the features {', '.join(layers)}: {error}") from error


def opened_digest(context: Context, name: str, settings: Teacher, seed: int) -> str:
    """Digest of the network before it is fine-tuned: its layers and weights, whatever files they are from."""
    net = _opened(context.data, settings, seed)
    context.display.say(f"{name}: {settings.backbone}, {net}")
    return digest_of_model(net.model)


def head_first(context: Context, name: str, training: tf_keras.Model, weights: Path, seed: int) -> None:
    """Train the head alone; from its file of weights where an earlier launch did."""
    if weights.exists():
        load_weights(training, weights, "delete it, and the same command trains it again")
        return
    splits = context.data.splits
    parts = (splits.train, splits.validation)
    context.display.stage(f"{name} head", sum(len(head_examples(part, seed)) for part in parts))
    reached = train_head(training, splits, seed=seed, on_examples=lambda count: context.display.step(steps=count))
    context.display.say(f"{reached:.2%} on validation with the head alone trained, the backbone as it came")
    save_weights(training, weights)


def _opened(data: DataSet, settings: Teacher, seed: int) -> BackboneNet:
    return backbone_net(settings, input_shape=data.train.input_shape, classes=data.train.classes, seed=seed)
