"""The comparison with the baselines as a table, a picture and text."""

import csv
import io
import statistics
from dataclasses import asdict
from pathlib import Path

from experiments.baselines.comparison import ArmFigures, Comparison, Difference
from experiments.reports.figures import BLUE, GREY, RED, new_figure
from experiments.reports.summary import time_text
from experiments.reports.tables import table_text

_COLUMNS = ("<arm", ">by seed", ">mean", ">to the search, points (95 %)", ">bytes", ">latency", ">epochs", ">seconds")


def write_report(folder: Path, comparison: Comparison) -> list[Path]:
    """Write `baselines.csv`, a line for each arm and seed, and `baselines.png`; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    table, picture = folder / "baselines.csv", folder / "baselines.png"
    text = io.StringIO()
    rows = [asdict(row) for arm in comparison.arms.values() for row in arm.rows]
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    table.write_text(text.getvalue())
    _picture(picture, comparison)
    return [table, picture]


def comparison_text(comparison: Comparison) -> str:
    """The comparison as a table and sentences."""
    seeds = ", ".join(map(str, comparison.seeds))
    table = table_text(
        _COLUMNS,
        map(_row, comparison.arms.values()),
        title=f"What was the search worth? Test accuracy by seed ({seeds})",
        width=140,
    )
    over = not all(row.keeps_budget for arm in comparison.arms.values() for row in arm.rows)
    notes = ["* measured, not all of these files keep the budget that their estimates kept."] * over
    return table + "\n".join([*notes, *comparison.sentences])


def _row(arm: ArmFigures) -> tuple[str, ...]:
    return (
        arm.label,
        " ".join(f"{100 * row.test_accuracy:.2f}" for row in arm.rows),
        f"{arm.mean:.2%}",
        "" if arm.to_search is None else _short(arm.to_search),
        f"{statistics.mean(row.size_bytes for row in arm.rows):,.0f}"
        + ("" if all(row.keeps_budget for row in arm.rows) else " *"),
        time_text(statistics.mean(row.latency_ms for row in arm.rows)),
        f"{statistics.mean(row.epochs for row in arm.rows):,.0f}",
        f"{statistics.mean(row.seconds for row in arm.rows):,.0f}",
    )


def _short(difference: Difference) -> str:
    return difference.points().replace("points (95 %: ", "(")


def _picture(path: Path, comparison: Comparison) -> None:
    """Left the accuracies, right the differences that are paired by seed."""
    arms, seeds = list(comparison.arms.values()), comparison.seeds
    places = range(len(arms) - 1, -1, -1)
    figure = new_figure(11, 1.5 + 0.6 * len(arms))
    accuracies, differences = figure.subplots(1, 2, sharey=True)
    mark = dict(fmt="D", ms=6, capsize=4, zorder=3)
    dots = means = None
    for place, arm in zip(places, arms):
        by_seed = [100 * row.test_accuracy for row in arm.rows]
        # Seeds one below the other, so that equal accuracies do not hide one another.
        heights = [place + 0.22 - 0.44 * seeds.index(row.seed) / (len(seeds) - 1) for row in arm.rows]
        dots = accuracies.scatter(by_seed, heights, s=24, color=GREY, zorder=2)
        means = accuracies.errorbar(100 * arm.mean, place, xerr=100 * (arm.half_width or 0), color=BLUE, **mark)
        if arm.to_search is not None:
            mean, low, high = (100 * value for value in arm.to_search)
            differences.errorbar(mean, place, xerr=[[mean - low], [high - mean]], color=RED, **mark)
    differences.axvline(0, color="black", lw=0.8)
    accuracies.set_yticks(list(places), [arm.label for arm in arms])
    left, right = accuracies.get_xlim()
    accuracies.set(xlabel="test accuracy of the int8 file, %", xlim=(max(0, left), min(100.5, right)))
    differences.set(xlabel="difference to the search, points, paired by seed, 95 %")
    handles = [handle for handle in (dots, means) if handle is not None]
    figure.legend(handles, ["a seed", "mean of the seeds, 95 %"], loc="outside lower left", ncols=2, fontsize=9)
    for axes in (accuracies, differences):
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)
