"""How a command ends: an exit status and one clear line, never a traceback for what the user can mend."""

import contextlib
import errno
import os
import sys
import traceback

_TRAINING = ("tensorflow", "tf_keras", "keras_tuner", "tensorflow_datasets", "mlflow", "filelock")
"""Packages that a machine which only proves and shows bundles goes without."""


@contextlib.contextmanager
def reporting_errors():
    """Turn the errors that a user can mend into a line on standard error and exit status 1; Ctrl-C exits with 130."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe, such as `head`, left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] in _TRAINING:
            told = f"error: {error.name} is not installed, and this needs it: pip install 'potstill[train]'"
            print(told, file=sys.stderr)
            sys.exit(1)
        if not _is_mendable(error):
            traceback.print_exc()
            print("\nThis is a defect of Potstill; what was finished is kept.", file=sys.stderr)
            sys.exit(70)
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


def _is_mendable(error: Exception) -> bool:
    # Looked up when needed: importing these rooms costs nothing here, since none imports TensorFlow at its top.
    from deploy.bundle.bundle import BundleDamaged, BundleRefused
    from deploy.devices.device import DeviceFailed
    from deploy.devices.latency import Implausible
    from deploy.errors import FileRefused
    from experiments.errors import UserError
    from search.journal import JournalDamaged

    no_room = isinstance(error, OSError) and error.errno == errno.ENOSPC
    # Named, not imported: MLflow and TensorFlow take seconds.
    named = type(error).__name__ in ("MlflowException", "ModelRefused")
    told = (UserError, FileRefused, BundleDamaged, BundleRefused, JournalDamaged, DeviceFailed, Implausible)
    return no_room or named or isinstance(error, told)
