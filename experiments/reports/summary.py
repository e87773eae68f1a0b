"""A run's outcome in words: what was found, what it costs, and what to do next."""

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table


def summary(outcome: dict) -> str:
    """The last lines of a run."""
    name, winner = outcome["experiment"], outcome["winner"]
    head = (
        f"{name} was finished before (run {outcome['run_id']}); change a field such as --seed to run another.\n"
        if outcome["already_finished"]
        else f"{name}: {outcome['trials']} trials in {outcome['seconds'] / 60:.1f} minutes, "
        f"{sum(f['proven'] for f in outcome['finalists'])} of {len(outcome['finalists'])} finalists proven.\n"
    )
    return (
        head
        + files_table(outcome["finalists"])
        + f"Best: {winner['test_accuracy']:.2%} on the test split by the file itself, {winner['size_bytes']:,} bytes, "
        f"{latency_text(winner)} an inference on {winner['device']}.\n\n"
        "Next:\n"
        f"  potstill pull {name} --output bundle    the file with code for apps, labels, card and proof\n"
        "  potstill prove bundle    all of it again, anywhere\n"
        "  potstill demo bundle    try it in a browser\n"
        "  potstill ui    every trial, picture and file in the MLflow UI"
    )


def time_text(milliseconds: float) -> str:
    """A time as people read it, in microseconds below a millisecond."""
    return f"{1e3 * milliseconds:.2f} µs" if milliseconds < 1 else f"{milliseconds:.2f} ms"


def latency_text(file: dict) -> str:
    """A file's latency; one that was not measured is marked."""
    return time_text(file["latency_ms"]) + ("" if file["latency_source"] == "measured" else " (predicted)")


def files_table(files: list[dict]) -> str:
    """A table of finalists."""
    table = Table(box=SIMPLE)
    for title, side in (
        ("finalist", "left"), ("compression", "left"), ("validation", "right"), ("test", "right"), ("bytes", "right"),
        ("latency", "right"), ("proof", "left"),
    ):  # fmt: skip
        table.add_column(title, justify=side)
    for f in files:
        table.add_row(
            f["trial"],
            f["compression"],
            f"{f['validation_accuracy']:.2%}",
            f"{f['test_accuracy']:.2%}",
            f"{f['size_bytes']:,}",
            latency_text(f),
            "passed" if f["proven"] else "failed",
        )
    console = Console(width=100, highlight=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def note(files: list[dict]) -> str:
    """The finalists in Markdown, for the page of the run in MLflow."""
    rows = "".join(
        f"| {f['trial']} | {f['compression']} | {f['validation_accuracy']:.2%} | {f['test_accuracy']:.2%} "
        f"| {f['size_bytes']:,} | {latency_text(f)} on {f['device']} | {'passed' if f['proven'] else 'failed'} |\n"
        for f in files
    )
    return (
        "The int8 files, measured. The first proven one is the winner, chosen on validation.\n\n"
        "| finalist | compression | validation | test | bytes | latency | proof |\n|---|---|---|---|---|---|---|\n"
        f"{rows}"
    )
