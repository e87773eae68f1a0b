"""Figures of the arms of `against_plain`, and the goals."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from experiments.benchmarks.cases.report import Goal, report

SIZE_BYTES = 98_496
"""Largest file: that of MLPerf Tiny's ResNet-8."""
_POINTS, _ACCURACY, _LONG_HOURS = 1.5, 0.905, 3.0
"""Points above plain training, and accuracy on CIFAR-10, in so many hours or more; in fewer, no fewer points."""


@dataclass(frozen=True, kw_only=True)
class ArmFigures:
    """The file of one arm, measured."""

    arm: str
    test_accuracy: float
    validation_accuracy: float
    size_bytes: int
    latency_ms: float
    """Measured side by side with the other arms' files."""
    seconds: float


def report_arms(figures: Sequence[ArmFigures], *, hours: float, data: str, seed: int, as_json: bool) -> None:
    """Print the arms and the goals."""
    by_arm = {arm.arm: arm for arm in figures}
    ours, plain = by_arm.get("potstill"), by_arm.get("plain")
    points = 100 * (ours.test_accuracy - plain.test_accuracy) if ours and plain else None
    is_long = hours >= _LONG_HOURS
    goals = [
        Goal(
            goal=f"points above plain ResNet-8 in {hours:g} hours",
            target=_POINTS if is_long else 0.0,
            figure=points,
        ),
        Goal(goal="bytes of the file", target=SIZE_BYTES, figure=ours and ours.size_bytes, at_most=True),
        Goal(
            goal="latency as a share of plain ResNet-8's",
            target=1.0,
            figure=ours.latency_ms / plain.latency_ms if ours and plain else None,
            at_most=True,
        ),
        Goal(
            goal="share of the hours that Potstill took",
            target=1.1,
            figure=ours and ours.seconds / 3600 / hours,
            at_most=True,
        ),
    ]
    if is_long and data == "cifar10":
        goals.append(Goal(goal="test accuracy", target=_ACCURACY, figure=ours and ours.test_accuracy))
    report(
        "against_plain",
        lines=[
            f"{arm.arm:<10}{arm.test_accuracy:8.2%} test{arm.validation_accuracy:9.2%} validation"
            f"{arm.size_bytes:>9,} bytes{1e3 * arm.latency_ms:>9.2f} µs{arm.seconds / 60:>8.1f} min"
            for arm in figures
        ],
        figures=dict(hours=hours, data=data, seeds=[seed], arms=[asdict(arm) for arm in figures]),
        goals=goals,
        as_json=as_json,
    )
