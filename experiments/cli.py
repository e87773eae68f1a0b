"""The `potstill` command. Nothing here imports TensorFlow before a command needs it."""

import difflib
import sys
from collections.abc import Callable

import tyro

from experiments.commands.arguments import Command
from experiments.commands.data import Data
from experiments.commands.device import device
from experiments.commands.doctor import Doctor
from experiments.commands.exit import reporting_errors
from experiments.commands.files.demo import Demo
from experiments.commands.files.deploy import Deploy
from experiments.commands.files.export import Export
from experiments.commands.files.latency import Bench, Calibrate, Profile
from experiments.commands.files.lint import Lint
from experiments.commands.files.prove import Prove
from experiments.commands.files.teacher import teacher
from experiments.commands.files.view import View
from experiments.commands.list import List
from experiments.commands.new import New
from experiments.commands.pull import Pull
from experiments.commands.run import run
from experiments.commands.space import space
from experiments.commands.status import Status
from experiments.commands.ui import Ui

COMMANDS: dict[str, type[Command] | Callable[[list[str]], None]] = {
    "run": run,
    "data": Data,
    "new": New,
    "space": space,
    "teacher": teacher,
    "list": List,
    "status": Status,
    "pull": Pull,
    "prove": Prove,
    "deploy": Deploy,
    "demo": Demo,
    "view": View,
    "export": Export,
    "lint": Lint,
    "bench": Bench,
    "profile": Profile,
    "calibrate": Calibrate,
    "device": device,
    "ui": Ui,
    "doctor": Doctor,
}
"""A dataclass of the command's arguments; a function of the arguments as text where these depend on the first one."""


def overview() -> str:
    """The text of `potstill --help`."""
    lines = "\n".join(f"  {name:<10}{(command.__doc__ or '').splitlines()[0]}" for name, command in COMMANDS.items())
    return (
        "usage: potstill COMMAND ...\n\n"
        "Distils a big teacher network into the best small student that fits a phone: a proven .tflite.\n\n"
        f"Commands (each has --help):\n{lines}\n\n"
        "Start with: potstill run digits && potstill pull digits\n"
        "Everything is kept in ~/.potstill, or in POTSTILL_HOME; MLFLOW_TRACKING_URI names another MLflow server."
    )


def main() -> None:
    """The entry point."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help"):
        print(overview())
        sys.exit(0 if arguments else 2)
    name, *rest = arguments
    with reporting_errors():
        if name not in COMMANDS:
            close = difflib.get_close_matches(name, COMMANDS, n=1)
            meant = f"did you mean {close[0]}? " if close else ""
            print(f"error: unknown command {name!r}; {meant}known: {', '.join(COMMANDS)}", file=sys.stderr)
            sys.exit(2)
        command = COMMANDS[name]
        if isinstance(command, type):
            tyro.cli(command, args=rest, prog=f"potstill {name}").run()
        else:
            command(rest)


if __name__ == "__main__":
    main()
