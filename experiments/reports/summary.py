"""A run's outcome as text: the finalists, the winner and its cost, and the commands to go on with."""

from collections.abc import Sequence

from deploy.compress.choice import best_file
from deploy.cost import Source
from experiments.reports.tables import table_text
from experiments.run.outcome import Finalist, Outcome

_COLUMNS = (
    "<",
    "<student",
    "<compression",
    ">validation",
    ">drop",
    ">test",
    ">bytes",
    ">gzip",
    ">zeros",
    ">latency",
    "<proof",
)


def summary(outcome: Outcome) -> str:
    """The last lines of a run."""
    name, winner = outcome.experiment, outcome.winner
    head = (
        f"{name} was finished before (run {outcome.run_id}); change a field such as --seed to run another.\n"
        if outcome.already_finished
        else f"{name}: {outcome.trials} trials in {outcome.seconds / 60:.1f} minutes, "
        f"{sum(finalist.proven for finalist in outcome.finalists)} of {len(outcome.finalists)} files proven.\n"
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


_RULE = "ships: the most accurate on validation; within 0.1 point the smaller download, within 1 % the faster"


def files_table(finalists: Sequence[Finalist]) -> str:
    """A table of the finalists' files; a star marks the one that ships."""
    return table_text(_COLUMNS, _rows(finalists, "*"), width=120) + f"* {_RULE}; drop in points on validation.\n"


def note(finalists: Sequence[Finalist]) -> str:
    """The finalists' files in Markdown, for the page of the run in MLflow."""
    head = [column[1:] for column in _COLUMNS]
    rows = "".join(f"| {' | '.join(row)} |\n" for row in _rows(finalists, "ships"))
    return (
        f"The files, measured; drop in points on validation. Of those that passed their proof one {_RULE}.\n\n"
        f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n{rows}"
    )


def _rows(finalists: Sequence[Finalist], mark: str) -> list[list[str]]:
    """The cells of each file; `mark` is for the one that ships."""
    proven = [finalist for finalist in finalists if finalist.proven]
    ships = best_file(proven) if proven else None
    return [
        [
            mark if finalist is ships else "",
            finalist.trial,
            finalist.compression,
            f"{finalist.validation_accuracy:.2%}",
            f"{finalist.drop:+.2f}",
            f"{finalist.test_accuracy:.2%}",
            f"{finalist.size_bytes:,}",
            f"{finalist.gzip_bytes:,}",
            f"{finalist.sparsity:.0%}",
            latency_text(finalist.latency_ms, finalist.latency_source),
            _verdict(finalist),
        ]
        for finalist in finalists
    ]


def _verdict(finalist: Finalist) -> str:
    return "passed" if finalist.proven else "failed"
