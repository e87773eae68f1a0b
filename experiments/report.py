"""The front of a run as pictures and a table."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from search.front import pareto_front
from search.trial import TrialResult

GREY, BLUE, RED = "#b8bec8", "#2166ac", "#d6604d"
TRIAL = dict(s=28, color=GREY, label="trial")
ON_FRONT = dict(s=28, color=BLUE, label="on the front")
FINALIST = dict(marker="*", s=170, color=RED, edgecolor="white", label="finalist (file, measured)")


def front_of(results: Sequence[TrialResult]) -> tuple[TrialResult, ...]:
    """The Pareto front over accuracy, latency and bytes."""
    return pareto_front(results, TrialResult.objectives)


def write_report(folder: Path, results: Sequence[TrialResult], finalists: Sequence[dict], device: str) -> list[Path]:
    """Write `trials.csv`, `pareto.png`, `pareto.html` and `latency_macs.png`; returns their paths.

    Args:
        results: each trial's last rung; their latency and bytes are estimates.
        finalists: records of the files, with what was measured.
        device: where, in the words of its provenance.
    """
    folder.mkdir(parents=True, exist_ok=True)
    front = front_of(results)
    names = ("trials.csv", "pareto.png", "pareto.html", "latency_macs.png")
    table, picture, page, latencies = (folder / name for name in names)
    table.write_text(_table(results, front))
    _picture(picture, results, front, finalists, device)
    page.write_text(_page(results, front, finalists, device))
    _latency_picture(latencies, results, finalists, device)
    return [table, picture, page, latencies]


def _table(results, front) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    figures = ("validation_accuracy", "estimated_latency_ms", "estimated_size_bytes", "macs", "params")
    writer.writerow(["trial", "rung", *figures, "on_front", "genotype"])
    for r in results:
        cost = r.cost
        row = [r.trial, r.rung, r.validation_accuracy, cost.latency_ms, cost.size_bytes, cost.macs, cost.params]
        writer.writerow([*row, any(r is member for member in front), str(r.genotype)])
    return text.getvalue()


def _picture(path: Path, results, front, finalists, device) -> None:
    figure = _figure(11, 4.5)
    sides = figure.subplots(1, 2, sharey=True)
    views = (
        ("latency, µs", lambda cost: 1e3 * cost.latency_ms, lambda f: 1e3 * f["latency_ms"]),
        ("int8 file, kB", lambda cost: cost.size_bytes / 1e3, lambda f: f["size_bytes"] / 1e3),
    )
    others = [r for r in results if not any(r is member for member in front)]
    for axes, (label, of_cost, of_file) in zip(sides, views):
        for group, style in ((others, TRIAL), (front, ON_FRONT)):
            axes.scatter([of_cost(r.cost) for r in group], [100 * r.validation_accuracy for r in group], **style)
        axes.scatter([of_file(f) for f in finalists], [100 * f["validation_accuracy"] for f in finalists], **FINALIST)
        axes.set_xlabel(label)
    sides[0].set_ylabel("validation accuracy, %")
    about = "Trials: float students, estimated cost. Finalists: the int8 files, measured.\nLatency of "
    figure.suptitle(f"{about}{device}", fontsize=9)
    _save(figure, path)


def _latency_picture(path: Path, results, finalists, device) -> None:
    figure = _figure(7, 5)
    axes = figure.subplots()
    trial = {**TRIAL, "label": "trial (upper end of the prediction)"}
    axes.scatter([r.cost.macs / 1e6 for r in results], [1e3 * r.cost.latency_ms for r in results], **trial)
    axes.scatter([f["macs"] / 1e6 for f in finalists], [1e3 * f["latency_ms"] for f in finalists], **FINALIST)
    axes.set(xlabel="MACs, millions", ylabel="latency, µs")
    axes.set_title(f"Latency against MACs\n{device}", fontsize=9)
    _save(figure, path)


def _figure(width: float, height: float):
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


def _page(results, front, finalists, device) -> str:
    import plotly.graph_objects as go

    figure = go.Figure()
    others = [r for r in results if not any(r is member for member in front)]
    for group, name, colour in ((others, "trial", GREY), (front, "on the front", BLUE)):
        figure.add_scatter(
            x=[1e3 * r.cost.latency_ms for r in group],
            y=[100 * r.validation_accuracy for r in group],
            mode="markers",
            name=name,
            marker=dict(color=colour, size=9),
            text=[
                f"trial {r.trial}: {r.genotype}<br>{r.cost.size_bytes:,} bytes, {r.cost.macs:,} MACs (estimated)"
                for r in group
            ],
            hovertemplate="%{text}<br>%{x:.1f} µs, %{y:.2f} %<extra></extra>",
        )
    figure.add_scatter(
        x=[1e3 * f["latency_ms"] for f in finalists],
        y=[100 * f["validation_accuracy"] for f in finalists],
        mode="markers",
        name="finalist (file, measured)",
        marker=dict(color=RED, size=15, symbol="star"),
        text=[
            f"finalist {f['trial']}: {f['size_bytes']:,} bytes, test {100 * f['test_accuracy']:.2f} %"
            for f in finalists
        ],
        hovertemplate="%{text}<br>%{x:.1f} µs, %{y:.2f} %<extra></extra>",
    )
    figure.update_layout(
        xaxis_title=f"latency, µs, on {device}",
        yaxis_title="validation accuracy, %",
        template="plotly_white",
        title="Pareto front: trials estimated, finalists measured",
    )
    return figure.to_html(include_plotlyjs=True, full_html=True)
