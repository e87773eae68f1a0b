"""The report of a run: the table of all its points, and pictures of them and of their Pareto front."""

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path

from deploy.budget import Budget
from experiments.reports.pareto_page import pareto_page
from experiments.reports.pareto_pictures import draw_front, draw_hypervolume, draw_latency
from experiments.reports.points import Point, points_of
from experiments.run.outcome import Finalist, Scored
from search.front import pareto_front
from search.trial import TrialResult


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
    points = points_of(results, scored, finalists)
    front = pareto_front([point for point in points if point.kind != "trial"], Point.objectives)
    names = ("front.csv", "pareto.png", "pareto.html", "latency_macs.png", "hypervolume.png")
    table, picture, page, latencies, volumes = paths = [folder / name for name in names]
    table.write_text(_table(points, front))
    draw_front(picture, points, front, device)
    page.write_text(pareto_page(points, front, device))
    draw_latency(latencies, points, device)
    draw_hypervolume(volumes, [point for point in points if point.kind == "trial"], budget, classes)
    return paths


def _table(points: Sequence[Point], front: Sequence[Point]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*(field.name for field in fields(Point)), "on_front"])
    for point in points:
        writer.writerow([*astuple(point), point in front])
    return text.getvalue()
