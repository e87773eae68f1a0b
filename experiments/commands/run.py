"""The command `potstill run`."""

import argparse
import sys


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
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--preset", default="small")
    parser.add_argument("--data.label", dest="label", default="label")
    chosen, options = parser.parse_known_args(options)
    derivation = from_data(name, chosen.preset, chosen.label)
    for reason in derivation.reasons:
        print(reason, file=sys.stderr)
    parse(derivation.experiment, options).run()
