"""The end of a command: an exit status and one clear line, never a traceback for what the user can mend."""

import contextlib
import errno
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.run.display import Display

_TRAINING = ("tensorflow", "tf_keras", "keras_tuner", "tensorflow_datasets", "mlflow", "filelock")
"""Packages that a machine which only proves and shows bundles goes without."""
_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR)


@contextlib.contextmanager
def reporting_errors() -> Iterator[None]:
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
            print(
                f"error: {error.name} is not installed, and this needs it: pip install 'potstill[train]'",
                file=sys.stderr,
            )
            sys.exit(1)
        if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
            place = f" ({error.filename})" if error.filename else ""
            print(
                f"error: {error.strerror}{place}; make room or make it writable, and give the same command again: what "
                "was finished is kept",
                file=sys.stderr,
            )
            sys.exit(1)
        if not _is_mendable(error):
            traceback.print_exc()
            print("\nThis is a defect of Potstill; what was finished is kept.", file=sys.stderr)
            sys.exit(70)
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


@contextlib.contextmanager
def training(stop_note: str, *, goes_on: bool = True) -> Iterator["Display"]:
    """A command that trains: gives its display; SIGTERM ends it as Ctrl-C does, which prints the note.

    Standard output is the result's alone: what libraries print meanwhile goes to standard error.

    Args:
        goes_on: the same command goes on where it was stopped.
    """
    from experiments.run.display import Display
    from experiments.run.frameworks import handle_stops, is_stop, quiet_libraries, require_legacy_keras

    require_legacy_keras()
    handle_stops()
    quiet_libraries()
    try:
        with Display() as display, contextlib.redirect_stdout(sys.stderr):
            yield display
    except (KeyboardInterrupt, Exception) as error:
        if not is_stop(error):
            raise
        then = ": the same command goes on from there" if goes_on else ""
        print(f"\nstopped. {stop_note}{then}.", file=sys.stderr)
        raise KeyboardInterrupt from error


def wait_for_ctrl_c() -> None:
    """Return on Ctrl-C, as a command that serves is meant to end."""
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()


def _is_mendable(error: Exception) -> bool:
    # Looked up when needed: importing these rooms costs nothing here, since none imports TensorFlow at its top.
    from deploy.errors import DeployError
    from distill.errors import DistillError
    from experiments.errors import UserError
    from search.errors import SearchError

    # MLflow takes seconds to import; where it was not, it has raised nothing.
    mlflow = sys.modules.get("mlflow.exceptions")
    of_mlflow = mlflow is not None and isinstance(error, mlflow.MlflowException)
    return of_mlflow or isinstance(error, UserError | DeployError | DistillError | SearchError)
