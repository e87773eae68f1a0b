"""Tables as text."""

from collections.abc import Iterable, Sequence

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table


def table_text(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    total: Sequence[str] = (),
    title: str | None = None,
    width: int = 100,
) -> str:
    """A table of cells under headings, for a terminal.

    Args:
        columns: each heading behind the side that its cells keep to, as in Python's formats: "<name", ">bytes".
        total: a last row, set apart.
        title: a line above the table.
        width: characters that the table may take.
    """
    table = Table(box=SIMPLE, title=title, title_justify="left")
    for column in columns:
        table.add_column(column[1:], justify="left" if column[0] == "<" else "right")
    for row in rows:
        table.add_row(*row)
    if total:
        table.add_section()
        table.add_row(*total)
    console = Console(width=width, highlight=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get()
