"""Figures that are drawn without a screen, and the colours that all of them share."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GREY, BLUE, RED = "#b8bec8", "#2166ac", "#d6604d"
DOTS_PER_INCH = 120


def new_figure(width: float, height: float) -> "Figure":
    """An empty figure of a size in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save_with_legend(figure: "Figure", path: Path) -> None:
    """Write a figure as a PNG, with a grid, and a legend in its last axes."""
    for axes in figure.axes:
        axes.grid(alpha=0.3)
    figure.axes[-1].legend(loc="lower right", fontsize=9)
    figure.savefig(path, dpi=DOTS_PER_INCH)
