"""The `potstill` command inside the tests' own process, where nothing is tested of a real one: no new TensorFlow."""

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from unittest import mock

from experiments.cli import main


@dataclass(frozen=True)
class Ended:
    """The exit status of a command, and the text that it printed, as of `subprocess.run`."""

    returncode: int
    stdout: str
    stderr: str


def potstill(*arguments, **environment: str) -> Ended:
    """Run the command with these arguments, and these environment variables beside those there are."""
    stdout, stderr = io.StringIO(), io.StringIO()
    status = 0
    with (
        mock.patch.object(sys, "argv", ["potstill", *map(str, arguments)]),
        mock.patch.dict(os.environ, environment),
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
    ):
        try:
            main()
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return Ended(returncode=status, stdout=stdout.getvalue(), stderr=stderr.getvalue())
