"""A run's points as an interactive page: accuracy over latency, with each student's genotype under the mouse."""

from collections.abc import Sequence

from experiments.reports.pareto_pictures import STYLES
from experiments.reports.points import Kind, Point

_SYMBOLS: dict[Kind, tuple[str, int]] = {"trial": ("circle", 9), "scored": ("circle", 9), "finalist": ("star", 15)}
"""Shape and size in pixels."""


def pareto_page(points: Sequence[Point], front: Sequence[Point], device: str) -> str:
    """The page as HTML that needs no network."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for kind, style in STYLES.items():
        group = [point for point in points if point.kind == kind]
        symbol, size = _SYMBOLS[kind]
        figure.add_scatter(
            x=[point.latency_us for point in group],
            y=[100 * point.validation_accuracy for point in group],
            mode="markers",
            name=style.label,
            marker=dict(color=style.color, size=size, symbol=symbol),
            text=[_hover_text(point, point in front) for point in group],
            hovertemplate="%{text}<br>%{x:.1f} µs, %{y:.2f} %<extra></extra>",
        )
    figure.update_layout(
        xaxis_title=f"latency, µs, on {device}",
        yaxis_title="validation accuracy, %",
        template="plotly_white",
        title="Trials estimated; files of the last rung and finalists measured",
    )
    return figure.to_html(include_plotlyjs=True, full_html=True)


def _hover_text(point: Point, on_front: bool) -> str:
    mark = "on the front, " if on_front else ""
    return f"{point.kind} {point.trial}: {mark}{point.size_bytes:,} bytes, {point.macs:,} MACs<br>{point.genotype}"
