"""The command `potstill teacher`."""

import argparse
import json
import sys
from pathlib import Path

from experiments.errors import UserError


def teacher(arguments: list[str]) -> None:
    """Train an experiment's teacher alone, or take it from an earlier run, and write it as a Keras file."""
    from experiments.commands.catalogue import find
    from experiments.commands.exit import training
    from experiments.commands.launch import parse

    if not arguments or arguments[0].startswith("-"):
        asks = arguments[:1] in (["--help"], ["-h"])
        usage = (
            "usage: potstill teacher NAME|FILE.py|DATA [--output teacher.keras] [--teacher.epochs 40 ...] [--json]\n\n"
            f"{teacher.__doc__}\nThe file takes pixels from 0 to 255; `potstill deploy` takes it, with the same data."
        )
        print(usage, file=sys.stdout if asks else sys.stderr)
        sys.exit(0 if asks else 2)
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--output", type=Path, default=Path("teacher.keras"))
    chosen, options = parser.parse_known_args(arguments[1:])
    output: Path = chosen.output
    launch = parse(find(arguments[0]), options, command="teacher", description=teacher.__doc__ or "")
    if output.suffix not in (".keras", ".h5"):
        raise UserError(f"--output is {output}: it must end in .keras or .h5")
    if output.exists():
        raise UserError(f"--output is {output}, which is there already: name another file, or remove it")
    with training("Epochs that were finished are kept") as display:
        from experiments.teachers.teacher_file import write_teacher

        accuracy = write_teacher(launch.experiment, output, display)
    if launch.json:
        print(json.dumps({"output": str(output), "validation_accuracy": accuracy}))
    else:
        print(f"{output}: {accuracy:.2%} on validation; takes pixels from 0 to 255")
