"""The `potstill` command inside the tests' own process, where nothing is tested of a real one: no new TensorFlow."""

import contextlib
import io
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from unittest import mock

from experiments.cli import main


@dataclass(frozen=True)
class Ended:
    """The exit status of a command, and the text that it printed, as of `subprocess.run`."""

    returncode: int
    stdout: str
    stderr: str


def potstill(*arguments, environment: Mapping[str, str] | None = None, **changes: str) -> Ended:
    """Run the command with these arguments.

    Args:
        environment: all environment variables; None is those of this process.
        changes: environment variables beside those.
    """
    stdout, stderr = io.StringIO(), io.StringIO()
    status, on_sigterm = 0, signal.getsignal(signal.SIGTERM)
    with (
        mock.patch.object(sys, "argv", ["potstill", *map(str, arguments)]),
        mock.patch.dict(os.environ, {**(os.environ if environment is None else environment), **changes}, clear=True),
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
    ):
        try:
            main()
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        finally:
            signal.signal(signal.SIGTERM, on_sigterm)
    return Ended(returncode=status, stdout=stdout.getvalue(), stderr=stderr.getvalue())
