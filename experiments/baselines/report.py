"""The comparison with the baselines as a table, a picture and text."""

import csv
import io
import statistics
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from experiments.baselines.figures import points
from experiments.reports.pareto import BLUE, GREY, RED, new_figure
from experiments.reports.summary import time_text


def write_report(folder: Path, found: dict) -> list[Path]:
    """Write `baselines.csv`, a line for each arm and seed, and `baselines.png`; returns their paths.

    Args:
        found: as `baseline_figures.figures` gives it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table, picture = folder / "baselines.csv", folder / "baselines.png"
    text = io.StringIO()
    rows = [row for arm in found["arms"].values() for row in arm["rows"]]
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    table.write_text(text.getvalue())
    _picture(picture, found)
    return [table, picture]


def told(found: dict) -> str:
    """The comparison as a table and sentences."""
    seeds = ", ".join(map(str, found["seeds"]))
    table = Table(box=SIMPLE, title=f"What was the search worth? Test accuracy by seed ({seeds})", title_justify="left")
    for title, side in (
        ("arm", "left"), ("by seed", "right"), ("mean", "right"), ("to the search, points (95 %)", "right"),
        ("bytes", "right"), ("latency", "right"), ("epochs", "right"), ("seconds", "right"),
    ):  # fmt: skip
        table.add_column(title, justify=side)
    for arm in found["arms"].values():
        rows = arm["rows"]

        def mean(name, rows=rows):
            return statistics.mean(row[name] for row in rows)

        table.add_row(
            arm["label"],
            " ".join(f"{100 * row['test_accuracy']:.2f}" for row in rows),
            f"{arm['mean']:.2%}",
            "" if arm["to_search"] is None else _short(arm["to_search"]),
            f"{mean('size_bytes'):,.0f}" + ("" if all(row["keeps_budget"] for row in rows) else " *"),
            time_text(mean("latency_ms")),
            f"{mean('epochs'):,.0f}",
            f"{mean('seconds'):,.0f}",
        )
    console = Console(width=140, highlight=False)
    with console.capture() as captured:
        console.print(table)
    over = not all(row["keeps_budget"] for arm in found["arms"].values() for row in arm["rows"])
    notes = ["* measured, not all of these files keep the budget that their estimates kept."] * over
    return captured.get() + "\n".join([*notes, *found["sentences"]])


def _short(difference: tuple[float, float, float]) -> str:
    return points(difference).replace("points (95 %: ", "(")


def _picture(path: Path, found: dict) -> None:
    """Left the accuracies, right the differences that are paired by seed."""
    arms = list(found["arms"].values())
    places = range(len(arms) - 1, -1, -1)
    figure = new_figure(11, 1.5 + 0.6 * len(arms))
    accuracies, differences = figure.subplots(1, 2, sharey=True)
    mark = dict(fmt="D", ms=6, capsize=4, zorder=3)
    for place, arm in zip(places, arms):
        own = [100 * row["test_accuracy"] for row in arm["rows"]]
        # Seeds one below the other, so that equal accuracies do not hide one another.
        down = [0.44 * found["seeds"].index(row["seed"]) / (len(found["seeds"]) - 1) for row in arm["rows"]]
        dots = accuracies.scatter(own, [place + 0.22 - each for each in down], s=24, color=GREY, zorder=2)
        half = 100 * (arm["half_width"] or 0)
        means = accuracies.errorbar(100 * arm["mean"], place, xerr=half, color=BLUE, **mark)
        if arm["to_search"] is not None:
            mean, low, high = (100 * value for value in arm["to_search"])
            differences.errorbar(mean, place, xerr=[[mean - low], [high - mean]], color=RED, **mark)
    differences.axvline(0, color="black", lw=0.8)
    accuracies.set_yticks(list(places), [arm["label"] for arm in arms])
    left, right = accuracies.get_xlim()
    accuracies.set(xlabel="test accuracy of the int8 file, %", xlim=(max(0, left), min(100.5, right)))
    differences.set(xlabel="difference to the search, points, paired by seed, 95 %")
    figure.legend([dots, means], ["a seed", "mean of the seeds, 95 %"], loc="outside lower left", ncols=2, fontsize=9)
    for axes in (accuracies, differences):
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)
