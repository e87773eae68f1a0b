"""A picture of the compressions that were tried: accuracy over the bytes of the file."""

from pathlib import Path

from deploy.compress.ladder import Attempt, Goal
from experiments.reports.figures import BLUE, DOTS_PER_INCH, new_figure

_GREY, _RED = "#8a8a8a", "#c03030"


def draw_attempts(path: Path, attempts: list[Attempt], chosen: Attempt, goal: Goal, float_accuracy: float) -> None:
    """Write a PNG: accuracy over bytes, and over bytes after gzip.

    Args:
        float_accuracy: of the float model, on validation.
    """
    files = [attempt for attempt in attempts if not attempt.refused]
    figure = new_figure(12, 5)
    sides = figure.subplots(1, 2, sharey=True)
    views = (("size_bytes", "kB", goal.budget.size_bytes), ("gzip_bytes", "kB after gzip", goal.gzip_bytes))
    for axes, (name, label, limit) in zip(sides, views):
        for attempt in files:
            trained = attempt.compression.endswith("trained")
            color = BLUE if attempt.meets(goal.max_drop) else _GREY
            place = (getattr(attempt, name) / 1e3, 100 * attempt.validation_accuracy)
            marker, area = ("*", 260) if attempt == chosen else ("o", 45)
            face = color if trained else "white"
            axes.scatter(*place, marker=marker, s=area, facecolor=face, edgecolor=color, zorder=3)
            text = attempt.compression.removesuffix(", trained").removesuffix(", int8")
            axes.annotate(text, place, xytext=(6, 4), textcoords="offset points", fontsize=7)
        axes.axhline(100 * float_accuracy - goal.max_drop, color=_RED, linewidth=1, linestyle="--")
        if limit is not None:
            axes.axvline(limit / 1e3, color=_RED, linewidth=1, linestyle="--")
        axes.set_xlabel(label)
        axes.grid(alpha=0.3)
    sides[0].set_ylabel("validation accuracy of the file, %")
    figure.suptitle(
        "Compressions tried: filled are trained, blue keeps the goal, the star was taken; "
        f"dashed is the goal\nThe float model: {float_accuracy:.2%}",
        fontsize=9,
    )
    figure.savefig(path, dpi=DOTS_PER_INCH)
