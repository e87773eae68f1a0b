"""A report on a data set: counts, sizes, duplicates, damaged files, some texts."""

from dataclasses import asdict, dataclass
from typing import Any

_MOST_CLASSES = 40
"""Classes that are listed."""
_SHOWN = 5
"""Damaged files that are named."""


@dataclass(frozen=True, kw_only=True)
class SplitReport:
    """One split of a data set."""

    examples: int
    by_class: tuple[int, ...]
    damaged: tuple[str, ...]
    """Files that cannot be decoded."""
    duplicates: int
    """Examples that are the same as an earlier one, or nearly."""
    in_train: int
    """Examples that are in train too; 0 for train itself."""


@dataclass(frozen=True, kw_only=True)
class UnlabelledReport:
    """Examples without labels."""

    examples: int
    damaged: tuple[str, ...]
    """Files that cannot be decoded."""
    duplicates: int
    """Examples that are the same as an earlier one, or nearly."""
    labelled: int
    """Examples that are the same as one with a label, or nearly."""


@dataclass(frozen=True, kw_only=True)
class DataReport:
    """All that is known of a data set."""

    name: str
    kind: str
    classes: tuple[str, ...]
    sizes: tuple[tuple[int, int], ...]
    """Smallest, median and largest picture by its area, (height, width); empty for sound and texts."""
    shape: tuple[int, int, int]
    """That all are brought to."""
    splits: dict[str, SplitReport]
    sheet: str | None
    """Path of the sheet of pictures; None for texts."""
    texts: tuple[tuple[str, ...], ...]
    """Some of each class; empty for pictures and sound."""
    notes: tuple[str, ...] = ()
    """Files and folders that are passed over, in words."""
    unlabelled: UnlabelledReport | None = None

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def data_text(report: DataReport) -> str:
    """The report for people."""
    noun = {"image": "pictures", "audio": "clips", "text": "texts"}[report.kind]
    height, width, channels = report.shape
    seen = f"{width} tokens of {channels} features" if report.kind == "text" else f"{height}x{width}x{channels}"
    lines = [f"{report.name}: {len(report.classes):,} classes of {noun}, seen as {seen}"]
    if report.kind == "audio":
        lines.append("  the first second of each is heard; shorter ones are filled up with silence")
    if report.sizes and len(set(report.sizes)) > 1:
        small, median, large = (f"{height}x{width}" for height, width in report.sizes)
        lines.append(f"  sizes from {small} over {median} (median) to {large}")
    for split, found in report.splits.items():
        fewest, most = min(found.by_class), max(found.by_class)
        lines.append(f"  {split}: {found.examples:,} examples, {fewest:,} to {most:,} a class")
        if found.duplicates:
            lines.append(f"    {found.duplicates:,} are the same as another one, or nearly")
        if found.in_train:
            lines.append(f"    {found.in_train:,} are in train too")
        lines += _damaged_lines(found.damaged)
    if report.unlabelled:
        lines.append(f"  unlabelled: {report.unlabelled.examples:,} examples")
        if report.unlabelled.duplicates:
            lines.append(f"    {report.unlabelled.duplicates:,} are the same as another one, or nearly")
        if report.unlabelled.labelled:
            lines.append(
                f"    {report.unlabelled.labelled:,} are the same as a labelled one, or nearly; a run leaves those of "
                "validation and test out"
            )
        lines += _damaged_lines(report.unlabelled.damaged)
    counts = report.splits["train"].by_class
    for number in sorted(range(len(counts)), key=lambda number: -counts[number])[:_MOST_CLASSES]:
        lines.append(f"  {counts[number]:>8,}  {report.classes[number]}")
        for texts in report.texts[number : number + 1]:
            lines += [f"            {text}" for text in texts]
    lines += [f"  {note}" for note in report.notes]
    if report.sheet:
        lines.append(f"a sheet of pictures: {report.sheet}")
    return "\n".join(lines)


def _damaged_lines(damaged: tuple[str, ...]) -> list[str]:
    more = [f"    and {len(damaged) - _SHOWN:,} more"] if len(damaged) > _SHOWN else []
    return [f"    cannot be decoded: {name}" for name in damaged[:_SHOWN]] + more
