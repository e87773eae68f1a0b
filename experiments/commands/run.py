"""The command `potstill run`."""

import sys
from dataclasses import dataclass

import tyro

from experiments.data.settings import Data
from experiments.errors import UserError


@dataclass(frozen=True, kw_only=True)
class _Derivation:
    """Options that an experiment is derived by."""

    data: Data
    preset: str = "small"


def run(arguments: list[str]) -> None:
    """Run an experiment, or go on with one that stopped: potstill run NAME|FILE.py|DATA [--field value ...]"""
    from experiments.commands.catalogue import descriptions, find, from_data
    from experiments.commands.launch import parse

    if not arguments or arguments[0].startswith("-"):
        asks = arguments[:1] in (["--help"], ["-h"])
        names = "\n".join(f"  {name:<16}{line}" for name, line in descriptions().items())
        text = (
            "usage: potstill run NAME|FILE.py|DATA [--field value ...]\n\nExperiments:\n"
            f"{names}\n\nDATA is a folder with a folder for each class, a .npz of pictures and labels, a .csv or .tsv\n"
            "of texts and labels, FILE.py:CLASS of a TFDS builder, or the name of one: an experiment is made for it,\n"
            "with the budget of --preset tiny, small or phone.\n\n"
            "All fields, with their units: potstill run NAME --help"
        )
        print(text, file=sys.stdout if asks else sys.stderr)
        sys.exit(0 if asks else 2)
    name, *options = arguments
    if name in descriptions() or name.endswith(".py"):
        parse(find(name), options).run()
        return
    chosen, options = _chosen(name, options)
    derivation = from_data(chosen.data, chosen.preset)
    for reason in derivation.reasons:
        print(reason, file=sys.stderr)
    parse(derivation.experiment, options).run()


def _chosen(name: str, options: list[str]) -> tuple[_Derivation, list[str]]:
    """The options that an experiment is derived by, and all others."""
    default = _Derivation(data=Data(dataset=name))
    try:
        return tyro.cli(_Derivation, default=default, args=options, return_unknown_args=True, add_help=False)
    except ValueError as error:
        raise UserError(str(error)) from error
