"""The command `potstill run`."""

import sys


def run(arguments: list[str]) -> None:
    """Run an experiment, or go on with one that stopped: potstill run NAME|FILE.py [--field value ...]"""
    from experiments.commands.catalogue import descriptions, find
    from experiments.commands.launch import parse

    if not arguments or arguments[0].startswith("-"):
        asks = arguments[:1] in (["--help"], ["-h"])
        names = "\n".join(f"  {name:<16}{line}" for name, line in descriptions().items())
        text = (
            "usage: potstill run NAME|FILE.py [--field value ...]\n\nExperiments:\n"
            f"{names}\n\nAll fields, with their units: potstill run NAME --help"
        )
        print(text, file=sys.stdout if asks else sys.stderr)
        sys.exit(0 if asks else 2)
    parse(find(arguments[0]), arguments[1:]).run()
