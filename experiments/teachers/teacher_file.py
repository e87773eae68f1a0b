"""A teacher that is trained here, as a Keras file for other programs and for `potstill deploy`."""

import tempfile
from pathlib import Path

import tf_keras

from deploy.files import atomic
from experiments.data.load import load
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.run import home
from experiments.run.context import Context
from experiments.run.display import Display
from experiments.teachers.fine_tuned import require_backbone
from experiments.teachers.trained import trained_model
from search.journal import Journal

_SIZE_BYTES = 200_000_000


def write_teacher(experiment: Experiment, path: Path, display: Display) -> float:
    """Train the experiment's teacher, or take the one that is stored, and write it as a model of pixels 0..255.

    Interrupted, the next call goes on. Returns its accuracy on validation.

    Raises:
        UserError: the experiment trains no single teacher.
    """
    settings = experiment.teacher
    if settings.source or settings.count > 1:
        trained = f"{settings.count} teachers" if settings.count > 1 else f"none: it brings {' '.join(settings.source)}"
        raise UserError(
            f"{experiment.name} trains {trained}; a file is of one that is trained here: give --teacher.count 1, or "
            "--teacher.source with nothing after it"
        )
    home.require_room(home.home())
    home.require_room(path.absolute().parent, _SIZE_BYTES)
    display.stage("data", 1)
    data = load(experiment.data)
    for note in data.notes:
        display.say(note)
    display.step()
    if settings.backbone is not None:
        require_backbone(experiment, data)
    with tempfile.TemporaryDirectory(prefix="potstill-") as temporary:
        folder = Path(temporary)
        journal = Journal(folder / "journal.jsonl")
        context = Context(experiment=experiment, data=data, folder=folder, journal=journal, display=display)
        model, reached = trained_model(context, experiment.seed)
    pixels = tf_keras.Input(model.input_shape[1:])
    with atomic(path) as partial:
        tf_keras.Model(pixels, model(tf_keras.layers.Rescaling(1 / 128, -1.0)(pixels)), name="teacher").save(partial)
    return reached
