"""A run as pictures and a table: the trials, the files of the last rung and of the finalists, and their front."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.budget import Budget
from experiments.run.outcome import Finalist, Scored
from search.front import pareto_front
from search.hypervolume import hypervolume
from search.trial import TrialResult

GREY, BLUE, RED = "#b8bec8", "#2166ac", "#d6604d"
STYLES = {
    "trial": dict(s=28, color=GREY, label="trial (float, estimated)"),
    "scored": dict(s=36, color=BLUE, label="last rung (int8 file, measured)"),
    "finalist": dict(marker="*", s=170, color=RED, edgecolor="white", label="finalist (int8 file, measured)"),
}
SYMBOLS = {"finalist": {"size": 15, "symbol": "star"}}


@dataclass(frozen=True, kw_only=True)
class Point:
    """One student as it stood at one time."""

    kind: str
    """trial: float, cost estimated; scored and finalist: the int8 file, measured."""
    trial: str
    rung: int
    validation_accuracy: float
    latency_ms: float
    size_bytes: int
    macs: int
    genotype: str

    def objectives(self) -> tuple[float, float, float]:
        """Error, latency and bytes, each to be small."""
        return (1 - self.validation_accuracy, self.latency_ms, self.size_bytes)


def front_of(results: Sequence[TrialResult]) -> tuple[TrialResult, ...]:
    """The Pareto front of trials over accuracy, latency and bytes: what there is to show before there are files."""
    return pareto_front(results, TrialResult.objectives)


def write_report(
    folder: Path,
    results: Sequence[TrialResult],
    scored: Sequence[Scored],
    finalists: Sequence[Finalist],
    *,
    device: str,
    budget: Budget,
    classes: int,
) -> list[Path]:
    """Write `front.csv`, `pareto.png`, `pareto.html`, `latency_macs.png` and `hypervolume.png`; returns their paths.

    Args:
        results: each trial's last rung, in the order they came.
        device: where latency was measured, in the words of its provenance.
    """
    folder.mkdir(parents=True, exist_ok=True)
    points = _points(results, scored, finalists)
    front = pareto_front([point for point in points if point.kind != "trial"], Point.objectives)
    names = ("front.csv", "pareto.png", "pareto.html", "latency_macs.png", "hypervolume.png")
    table, picture, page, latencies, volumes = (folder / name for name in names)
    table.write_text(_table(points, front))
    _picture(picture, points, front, device)
    page.write_text(_page(points, front, device))
    _latency_picture(latencies, points, device)
    _volume_picture(volumes, [point for point in points if point.kind == "trial"], budget, classes)
    return [table, picture, page, latencies, volumes]


def _points(results: Sequence[TrialResult], scored: Sequence[Scored], finalists: Sequence[Finalist]) -> list[Point]:
    genotypes = {result.trial: str(result.genotype) for result in results}
    rungs = {student.trial: student.result.rung for student in scored}
    return [
        *(
            Point(
                kind="trial",
                trial=result.trial,
                rung=result.rung,
                validation_accuracy=result.validation_accuracy,
                latency_ms=result.cost.latency_ms,
                size_bytes=result.cost.size_bytes,
                macs=result.cost.macs,
                genotype=genotypes[result.trial],
            )
            for result in results
            if result.cost.latency_ms is not None
        ),
        *(
            Point(
                kind="scored",
                trial=student.trial,
                rung=student.result.rung,
                validation_accuracy=student.file_validation_accuracy,
                latency_ms=student.latency_ms,
                size_bytes=student.size_bytes,
                macs=student.result.cost.macs,
                genotype=genotypes[student.trial],
            )
            for student in scored
        ),
        *(
            Point(
                kind="finalist",
                trial=finalist.trial,
                rung=rungs[finalist.trial],
                validation_accuracy=finalist.validation_accuracy,
                latency_ms=finalist.latency_ms,
                size_bytes=finalist.size_bytes,
                macs=finalist.macs,
                genotype=genotypes[finalist.trial],
            )
            for finalist in finalists
        ),
    ]


def _table(points: list[Point], front: Sequence[Point]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    names = ("kind", "trial", "rung", "validation_accuracy", "latency_ms", "size_bytes", "macs", "genotype")
    writer.writerow([*names, "on_front"])
    for point in points:
        writer.writerow([*(getattr(point, name) for name in names), point in front])
    return text.getvalue()


def _picture(path: Path, points: list[Point], front: Sequence[Point], device: str) -> None:
    figure = new_figure(11, 4.5)
    sides = figure.subplots(1, 2, sharey=True)
    views = (("latency, µs", _microseconds), ("int8 file, kB", lambda point: point.size_bytes / 1e3))
    for axes, (label, cost_of) in zip(sides, views):
        # The picture's two sides each have a front of their own, the outline of the one over all three.
        outline = pareto_front(front, lambda point, cost_of=cost_of: (1 - point.validation_accuracy, cost_of(point)))
        steps = sorted((cost_of(point), 100 * point.validation_accuracy) for point in outline)
        axes.step(*zip(*steps), where="post", color=BLUE, linewidth=1, alpha=0.6) if steps else None
        for kind, style in STYLES.items():
            group = [point for point in points if point.kind == kind]
            axes.scatter([cost_of(p) for p in group], [100 * p.validation_accuracy for p in group], **style)
        axes.set_xlabel(label)
    sides[0].set_ylabel("validation accuracy, %")
    figure.suptitle(f"The line is the front over the int8 files.\nLatency of {device}", fontsize=9)
    _save(figure, path)


def _latency_picture(path: Path, points: list[Point], device: str) -> None:
    figure = new_figure(7, 5)
    axes = figure.subplots()
    for kind, style in STYLES.items():
        label = "trial (upper end of the prediction)" if kind == "trial" else style["label"]
        group = [point for point in points if point.kind == kind]
        axes.scatter([p.macs / 1e6 for p in group], [_microseconds(p) for p in group], **{**style, "label": label})
    axes.set(xlabel="MACs, millions", ylabel="latency, µs")
    axes.set_title(f"Latency against MACs\n{device}", fontsize=9)
    _save(figure, path)


def _volume_picture(path: Path, trials: list[Point], budget: Budget, classes: int) -> None:
    """How the front of the trials grew: without a limit, a cost's largest figure stands for it."""
    latency_ms = budget.latency_ms or 1.01 * max(point.latency_ms for point in trials)
    size_bytes = budget.size_bytes or 1.01 * max(point.size_bytes for point in trials)
    reference = (1 - 1 / classes, 1.0, 1.0)
    scaled = [(error, ms / latency_ms, size / size_bytes) for error, ms, size in (p.objectives() for p in trials)]
    volumes = [hypervolume(scaled[:count], reference) / reference[0] for count in range(1, len(scaled) + 1)]
    figure = new_figure(7, 4)
    axes = figure.subplots()
    axes.step(range(1, len(volumes) + 1), volumes, where="post", color=BLUE, label="trials (float, estimated)")
    axes.set(xlabel="trials", ylabel="hypervolume", ylim=(0, None))
    axes.set_title("Share of (error, latency, bytes) inside the budget that the front dominates", fontsize=9)
    _save(figure, path)


def _microseconds(point: Point) -> float:
    return 1e3 * point.latency_ms


def new_figure(width: float, height: float):
    """An empty picture, in inches, that is drawn without a screen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _save(figure, path: Path) -> None:
    for axes in figure.axes:
        axes.grid(alpha=0.3)
    figure.axes[-1].legend(loc="lower right", fontsize=9)
    figure.savefig(path, dpi=120)


def _page(points: list[Point], front: Sequence[Point], device: str) -> str:
    import plotly.graph_objects as go

    figure = go.Figure()
    for kind, style in STYLES.items():
        group = [point for point in points if point.kind == kind]
        marks = ["on the front, " * (point in front) for point in group]
        figure.add_scatter(
            x=[_microseconds(point) for point in group],
            y=[100 * point.validation_accuracy for point in group],
            mode="markers",
            name=style["label"],
            marker=dict(color=style["color"], **SYMBOLS.get(kind, {"size": 9})),
            text=[
                f"{kind} {point.trial}: {mark}{point.size_bytes:,} bytes, {point.macs:,} MACs<br>{point.genotype}"
                for point, mark in zip(group, marks)
            ],
            hovertemplate="%{text}<br>%{x:.1f} µs, %{y:.2f} %<extra></extra>",
        )
    figure.update_layout(
        xaxis_title=f"latency, µs, on {device}",
        yaxis_title="validation accuracy, %",
        template="plotly_white",
        title="Trials estimated; files of the last rung and finalists measured",
    )
    return figure.to_html(include_plotlyjs=True, full_html=True)
