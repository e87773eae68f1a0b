import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.devices.latency import Implausible, Latency, Provenance

PIXEL = Provenance(
    device="pixel", kind="adb", processor="Pixel 8, Tensor G3", runtime="LiteRT 2.3.0", delegate="XNNPACK", threads=2
)
FIGURES = dict(first_ms=2.0, warm_up_ms=1.2, runs=10, provenance=PIXEL)


def test_a_latency_says_where_it_is_from():
    assert str(PIXEL) == "pixel (Pixel 8, Tensor G3, LiteRT 2.3.0, XNNPACK, 2 threads)"


@given(medians_ms=st.lists(st.floats(1e-4, 1e4), min_size=1))
def test_rounds_give_the_least_median_and_their_spread(medians_ms):
    latency = Latency.of_rounds(medians_ms, **FIGURES)
    assert latency.median_ms == min(medians_ms)
    assert latency.spread_ms == max(medians_ms) - min(medians_ms)
    assert json.loads(json.dumps(latency.to_record()))["median_ms"] == latency.median_ms


@pytest.mark.parametrize("wrong", [0.0, -1.0, math.nan, math.inf])
@pytest.mark.parametrize("figure", ["first_ms", "warm_up_ms", "median_ms"])
def test_impossible_figures_are_no_latency(figure, wrong):
    medians = [wrong] if figure == "median_ms" else [1.0]
    with pytest.raises(Implausible, match=f"pixel reports a {figure} of {wrong}"):
        Latency.of_rounds(medians, **{**FIGURES, figure: wrong} if figure != "median_ms" else FIGURES)


def test_a_latency_over_no_runs_is_none():
    with pytest.raises(Implausible, match="over 0 runs"):
        Latency.of_rounds([1.0], **{**FIGURES, "runs": 0})
