"""Pictures of a run's points: accuracy over cost with the Pareto front, latency over MACs, and the hypervolume."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.budget import Budget
from experiments.reports.figures import BLUE, GREY, RED, new_figure, save_with_legend
from experiments.reports.points import Kind, Point
from search.front import pareto_front
from search.hypervolume import hypervolume

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True)
class Style:
    """The marks of one kind of points."""

    label: str
    area: float
    color: str
    marker: str = "o"
    edge: str | None = None
    """Colour of the outline; None is that of the mark."""


STYLES: dict[Kind, Style] = {
    "trial": Style(label="trial (float, estimated)", area=28, color=GREY),
    "scored": Style(label="last rung (int8 file, measured)", area=36, color=BLUE),
    "finalist": Style(label="finalist (int8 file, measured)", area=170, color=RED, marker="*", edge="white"),
}


def draw_front(path: Path, points: Sequence[Point], front: Sequence[Point], device: str) -> None:
    """Write accuracy over latency beside accuracy over bytes as a PNG, each with the outline of the front."""
    figure = new_figure(11, 4.5)
    sides = figure.subplots(1, 2, sharey=True)
    _draw_side(sides[0], points, front, lambda point: point.latency_us)
    _draw_side(sides[1], points, front, lambda point: point.size_bytes / 1e3)
    sides[0].set(xlabel="latency, µs", ylabel="validation accuracy, %")
    sides[1].set(xlabel="int8 file, kB")
    figure.suptitle(f"The line is the front over the int8 files.\nLatency of {device}", fontsize=9)
    save_with_legend(figure, path)


def _draw_side(
    axes: "Axes", points: Sequence[Point], front: Sequence[Point], cost_of: Callable[[Point], float]
) -> None:
    # Each side has a front of its own, the outline of the one over all three objectives.
    outline = pareto_front(front, lambda point: (1 - point.validation_accuracy, cost_of(point)))
    steps = sorted((cost_of(point), 100 * point.validation_accuracy) for point in outline)
    if steps:
        axes.step(*zip(*steps), where="post", color=BLUE, linewidth=1, alpha=0.6)
    for kind, style in STYLES.items():
        group = [point for point in points if point.kind == kind]
        accuracies = [100 * point.validation_accuracy for point in group]
        _scatter(axes, [cost_of(point) for point in group], accuracies, style, style.label)


def draw_latency(path: Path, points: Sequence[Point], device: str) -> None:
    """Write latency over MACs as a PNG."""
    figure = new_figure(7, 5)
    axes = figure.subplots()
    for kind, style in STYLES.items():
        label = "trial (upper end of the prediction)" if kind == "trial" else style.label
        group = [point for point in points if point.kind == kind]
        _scatter(axes, [point.macs / 1e6 for point in group], [point.latency_us for point in group], style, label)
    axes.set(xlabel="MACs, millions", ylabel="latency, µs")
    axes.set_title(f"Latency against MACs\n{device}", fontsize=9)
    save_with_legend(figure, path)


def draw_hypervolume(path: Path, trials: Sequence[Point], budget: Budget, classes: int) -> None:
    """Write the growth of the trials' front as a PNG; a cost without a limit is scaled by its largest figure."""
    latency_ms = budget.latency_ms or 1.01 * max(point.latency_ms for point in trials)
    size_bytes = budget.size_bytes or 1.01 * max(point.size_bytes for point in trials)
    reference = (1 - 1 / classes, 1.0, 1.0)
    scaled = [
        (error, ms / latency_ms, size / size_bytes) for error, ms, size in (point.objectives() for point in trials)
    ]
    volumes = [hypervolume(scaled[:count], reference) / reference[0] for count in range(1, len(scaled) + 1)]
    figure = new_figure(7, 4)
    axes = figure.subplots()
    axes.step(range(1, len(volumes) + 1), volumes, where="post", color=BLUE, label="trials (float, estimated)")
    axes.set(xlabel="trials", ylabel="hypervolume", ylim=(0, None))
    axes.set_title("Share of (error, latency, bytes) inside the budget that the front dominates", fontsize=9)
    save_with_legend(figure, path)


def _scatter(axes: "Axes", xs: Sequence[float], ys: Sequence[float], style: Style, label: str) -> None:
    axes.scatter(xs, ys, s=style.area, marker=style.marker, color=style.color, edgecolor=style.edge, label=label)
