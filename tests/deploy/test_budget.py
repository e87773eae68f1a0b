import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.budget import Budget
from deploy.cost import CostReport


def cost(**changes):
    figures = dict(macs=100, params=10, size_bytes=1000, peak_ram_bytes=64, latency_ms=0.5, device="host")
    sources = dict(size_source="estimated", peak_ram_source="estimated", latency_source="measured")
    return CostReport(**figures | sources | changes)


def test_no_limits_break_on_nothing():
    assert Budget().broken_by(cost(latency_ms=None)) == ()


@given(limit=st.integers(1, 2000))
def test_a_limit_breaks_when_the_figure_is_above_it(limit):
    assert (Budget(size_bytes=limit).broken_by(cost()) == ("size_bytes",)) == (limit < 1000)


def test_an_unknown_or_nan_figure_breaks_its_limit():
    budget = Budget(latency_ms=1.0, macs=200)
    assert budget.broken_by(cost(latency_ms=None)) == ("latency_ms",)
    assert budget.broken_by(cost(latency_ms=math.nan)) == ("latency_ms",)


@pytest.mark.parametrize("limit", [0, -1, math.nan, math.inf])
def test_bad_limits_are_refused_by_name(limit):
    with pytest.raises(ValueError, match="budget.size_bytes"):
        Budget(size_bytes=limit)


def test_unknown_figures_break_their_limits_and_are_not_logged():
    unknown = CostReport.unknown("host")
    budget = Budget(latency_ms=1.0, size_bytes=1000, peak_ram_bytes=64, macs=100)
    assert budget.broken_by(unknown) == ("latency_ms", "size_bytes", "peak_ram_bytes", "macs")
    assert unknown.named_figures() == {}
    assert Budget().broken_by(unknown) == ()


def test_estimates_and_measurements_never_share_a_name():
    names = set(cost().named_figures())
    assert {"estimated_size_bytes", "measured_host_latency_ms"} <= names
    assert not names & set(cost(size_source="measured", latency_source="estimated").named_figures()) - {
        "macs", "params", "estimated_peak_ram_bytes",
    }  # fmt: skip
