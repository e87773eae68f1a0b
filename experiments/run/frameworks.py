"""The frameworks' settings for a process: tf_keras required, start-up messages silenced, Ctrl-C and SIGTERM."""

import logging
import os
import signal
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
    (`distill.precision`), unless the user set TF_NUM_INTRAOP_THREADS.
    """
    from deploy.tflite.native_log import silenced

    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(max(1, len(os.sched_getaffinity(0)) // 2)))
    warnings.filterwarnings("ignore")
    with silenced():
        import tensorflow  # noqa: F401
    for name in ("absl", "tensorflow", "mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)


_stops: list[str] = []


def handle_stops() -> None:
    """Make Ctrl-C and SIGTERM a `KeyboardInterrupt`: what is finished is kept, and the MLflow runs end as KILLED."""

    # Of an earlier command in this process.
    _stops.clear()

    def stop(number, _frame):
        _stops.append(signal.Signals(number).name)
        raise KeyboardInterrupt(_stops[-1])

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def is_stop(error: BaseException) -> bool:
    """True for the end by Ctrl-C or SIGTERM, also where TensorFlow made another error of it on its way."""
    return isinstance(error, KeyboardInterrupt) or bool(_stops)
