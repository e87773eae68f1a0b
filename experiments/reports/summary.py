"""A run's outcome as text: the finalists, the winner and its cost, and the commands to go on with."""

from collections.abc import Sequence

from deploy.cost import Source
from experiments.reports.tables import table_text
from experiments.run.outcome import Finalist, Outcome

_COLUMNS = ("<finalist", "<compression", ">validation", ">test", ">bytes", ">latency", "<proof")


def summary(outcome: Outcome) -> str:
    """The last lines of a run."""
    name, winner = outcome.experiment, outcome.winner
    head = (
        f"{name} was finished before (run {outcome.run_id}); change a field such as --seed to run another.\n"
        if outcome.already_finished
        else f"{name}: {outcome.trials} trials in {outcome.seconds / 60:.1f} minutes, "
        f"{sum(finalist.proven for finalist in outcome.finalists)} of {len(outcome.finalists)} finalists proven.\n"
    )
    return (
        head
        + files_table(outcome.finalists)
        + f"Best: {winner.test_accuracy:.2%} on the test split by the file itself, {winner.size_bytes:,} bytes, "
        f"{latency_text(winner.latency_ms, winner.latency_source)} an inference on {winner.device}.\n\n"
        "Next:\n"
        f"  potstill pull {name} --output bundle    the file with code for apps, labels, card and proof\n"
        "  potstill prove bundle    all of it again, anywhere\n"
        "  potstill demo bundle    try it in a browser\n"
        "  potstill ui    every trial, picture and file in the MLflow UI"
    )


def time_text(milliseconds: float) -> str:
    """A time for people: in microseconds below a millisecond."""
    return f"{1e3 * milliseconds:.2f} µs" if milliseconds < 1 else f"{milliseconds:.2f} ms"


def latency_text(latency_ms: float, source: Source) -> str:
    """A latency; one that was not measured is marked."""
    return time_text(latency_ms) + ("" if source == "measured" else " (predicted)")


def files_table(finalists: Sequence[Finalist]) -> str:
    """A table of finalists."""
    rows = [
        (*_cells(finalist), latency_text(finalist.latency_ms, finalist.latency_source), _verdict(finalist))
        for finalist in finalists
    ]
    return table_text(_COLUMNS, rows)


def note(finalists: Sequence[Finalist]) -> str:
    """The finalists in Markdown, for the page of the run in MLflow."""
    rows = "".join(
        f"| {' | '.join(_cells(finalist))} | {latency_text(finalist.latency_ms, finalist.latency_source)} "
        f"on {finalist.device} | {_verdict(finalist)} |\n"
        for finalist in finalists
    )
    return (
        "The int8 files, measured. The first proven one is the winner, chosen on validation.\n\n"
        "| finalist | compression | validation | test | bytes | latency | proof |\n|---|---|---|---|---|---|---|\n"
        f"{rows}"
    )


def _cells(finalist: Finalist) -> tuple[str, str, str, str, str]:
    """Trial, compression, validation accuracy, test accuracy and bytes."""
    return (
        finalist.trial,
        finalist.compression,
        f"{finalist.validation_accuracy:.2%}",
        f"{finalist.test_accuracy:.2%}",
        f"{finalist.size_bytes:,}",
    )


def _verdict(finalist: Finalist) -> str:
    return "passed" if finalist.proven else "failed"
