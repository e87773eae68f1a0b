"""The frameworks' settings for a process: tf_keras required, start-up messages silenced, SIGTERM as Ctrl-C."""

import logging
import os
import warnings

from experiments.errors import UserError


def require_legacy_keras() -> None:
    """Raise `UserError` where the user turned tf_keras off: their setting is reported, not overridden."""
    value = os.environ.get("TF_USE_LEGACY_KERAS", "1")
    if value.lower() not in ("1", "true"):
        raise UserError(
            f"TF_USE_LEGACY_KERAS is {value!r}, but pruning and quantization-aware training work with tf_keras only; "
            "unset it or set it to 1"
        )


def quiet_libraries() -> None:
    """Import TensorFlow without its start-up messages, and keep libraries' notices out of the progress display.

    An operation has half of the cores, since trainings compute the halves of a batch beside each other
    (`distill.halves`), unless the user set TF_NUM_INTRAOP_THREADS.
    """
    from deploy.tflite.native_log import silenced

    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(max(1, len(os.sched_getaffinity(0)) // 2)))
    warnings.filterwarnings("ignore")
    with silenced():
        import tensorflow  # noqa: F401
    for name in ("absl", "tensorflow", "mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)


def terminated(_signal, _frame):
    """Handle SIGTERM as Ctrl-C: what is finished is kept, and the MLflow runs are ended as KILLED."""
    raise KeyboardInterrupt("SIGTERM")
