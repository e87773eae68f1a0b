"""Rows of a CSV or TSV, and its column of texts."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from experiments.errors import UserError

TABLES = (".csv", ".tsv")
"""Endings of their files."""
_TEXTS = ("text", "sentence", "question", "utterance", "message", "review", "query", "comment", "title", "content")
_SEPARATORS = ",\t;"
SHOWN, _MOST_NAMES = 60, 10
"""Characters of a user's text in a message, and columns that are named."""
_LONGEST = 1_000_000
"""Characters of a text; what is longer is a quote that never ends."""


def rows_of(path: Path) -> tuple[list[str], list[tuple[dict, int]]]:
    """Names of the columns, from the first line, and each row that is not empty with its line.

    Raises:
        UserError: it is no table in UTF-8, or a row has more columns than there are names.
    """
    csv.field_size_limit(_LONGEST)
    text = text_of(path)
    # Spreadsheets of some languages write semicolons into a .csv.
    separator = max(_SEPARATORS, key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = [name or "" for name in reader.fieldnames or ()]
        rows = [(row, reader.line_num) for row in reader if any(row.values())]
    except csv.Error as error:
        raise _unreadable(path, error) from error
    for row, line in rows:
        if None in row:
            raise another_width(path, line, names)
    return names, rows


def text_of(path: Path) -> str:
    """The text of a file in UTF-8, its ends of lines as they are. Raises `UserError`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error


def text_column(path: Path, names: Sequence[str], others: Sequence[str]) -> str:
    """The column of texts: one that is named as such are, or the only one.

    Args:
        names: of all columns.
        others: those of them that can be it.
    """
    # Spreadsheets and pandas write columns without a name.
    others = [name for name in others if name.strip()]
    by_name = {name.strip().lower(): name for name in reversed(others)}
    text = next((by_name[name] for name in _TEXTS if name in by_name), None)
    if text is None and len(others) == 1:
        text = others[0]
    if text is None:
        raise UserError(
            f"{path} has the columns {listed(names)}, and none is called text: give the one that holds the texts "
            "that name"
        )
    return text


def listed(names: Sequence[str]) -> str:
    """Names of columns for a message; of a file that is no table the first line may be all of it."""
    return ", ".join(name[:SHOWN] for name in names[:_MOST_NAMES]) or "none"


def another_width(path: Path, line: int, names: Sequence[str]) -> UserError:
    """The error for a row with more or fewer columns than there are names."""
    return UserError(
        f"{path}, line {line} has another number of columns than the first line, which has {len(names)}: put texts "
        "that hold the separator in quotes"
    )


def _unreadable(path: Path, error: Exception) -> UserError:
    kind = "a table" if path.suffix.lower() in TABLES else "texts"
    return UserError(f"{path} cannot be read as {kind} in UTF-8 ({type(error).__name__}: {str(error)[:200]})")
