"""Parsing the output of Android's `benchmark_model`."""

import re
from dataclasses import dataclass

from deploy.errors import DeployError

_NUMBER = r"([0-9.]+(?:e[+-]?[0-9]+)?)"
_FIELD = re.compile(rf"\b(count|first|min|max|avg|std|median)={_NUMBER}")
_TOTALS = re.compile(
    rf"Inference timings in us: Init: {_NUMBER}, First inference: {_NUMBER}, "
    rf"Warmup \(avg\): {_NUMBER}, Inference \(avg\): {_NUMBER}"
)
_PARTLY = re.compile(r"(?:Replacing|delegate.*?partition).*?(\d+) out of (\d+) node")
_FULLY = "will be completely executed by the delegate"
_NONE = "will not be executed by the delegate"


class NotUnderstood(DeployError, ValueError):
    """Output that has no timings; the message quotes its end, where the tool says what went wrong."""


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """Timings of one run of the tool, in microseconds."""

    first_us: float
    warm_up_us: float
    median_us: float
    average_us: float
    runs: int
    delegated: str
    """all, none, or how many of how many operators the delegate took; unknown where the tool does not say."""


def parse(output: str) -> Benchmark:
    """Read the tool's output, of versions with medians (2.12 and later) and before. Raises `NotUnderstood`."""
    totals = _TOTALS.search(output)
    # One such line for the warm-up, then one for the steady runs.
    counted = [dict(_FIELD.findall(line)) for line in output.splitlines() if "count=" in line]
    if totals is None or not counted:
        ending = " / ".join(line.strip() for line in output.strip().splitlines()[-4:]) or "nothing"
        raise NotUnderstood(f"benchmark_model printed no timings; it ended with: {ending}")
    steady = counted[-1]
    average_us = float(totals[4])
    # The median is in whole microseconds, too coarse for the smallest students.
    median_us = float(steady["median"]) if "median" in steady and float(steady["median"]) >= 50 else average_us
    return Benchmark(
        first_us=float(totals[2]),
        warm_up_us=float(totals[3]),
        median_us=median_us,
        average_us=average_us,
        runs=int(float(steady["count"])),
        delegated=_delegated(output),
    )


def _delegated(output: str) -> str:
    if _FULLY in output:
        return "all"
    if _NONE in output:
        return "none"
    partly = _PARTLY.search(output)
    if partly is None:
        return "unknown"
    return "all" if partly[1] == partly[2] else f"{partly[1]} of {partly[2]} operators"
