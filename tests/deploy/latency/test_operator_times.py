"""Per-operator latencies, on the host and on a device whose figures are made up."""

import pytest

from deploy.devices.host import Host
from deploy.devices.latency import Latency
from deploy.latency.operator_times import time_operators
from deploy.latency.skeleton import skeleton
from deploy.tflite.operators import Graph
from search.walk import walk
from tests.deploy.profiles import HOST


class Scripted:
    """A device that takes as long as it is told to."""

    name = "scripted"

    def __init__(self, milliseconds):
        self._milliseconds = milliseconds

    def measure(self, files, on_step=None):
        assert len(files) == len(self._milliseconds)
        return [
            Latency.of_rounds([ms], first_ms=1.0, warm_up_ms=1.0, runs=1, provenance=HOST) for ms in self._milliseconds
        ]


def test_every_operator_is_accounted_for_on_the_host(genotypes):
    file = skeleton(walk(genotypes(1)))
    found = time_operators(file, Host(rounds=3, round_seconds=0.003))
    assert [part.operator for part in found.operators] == Graph(file).operators()
    assert sum(part.latency_ms for part in found.operators) == pytest.approx(found.latency.median_ms)
    assert sum(part.share for part in found.operators) == pytest.approx(1)
    assert all(part.latency_ms >= 0 for part in found.operators)
    assert {part.delegate for part in found.operators} == {"XNNPACK"}
    assert found.roof.macs_per_s > 1e8


def test_a_part_is_what_the_file_takes_more_with_it_and_noise_makes_none_negative(genotypes):
    file = skeleton(walk(genotypes(1)))
    count = len(Graph(file).operators())
    # The third cut came out faster than the second; the roof's two files come last.
    rising = [float(n) for n in range(1, count + 1)]
    rising[2] = 1.0
    found = time_operators(file, Scripted([*rising, 0.5, 0.5]))
    parts = [part.latency_ms for part in found.operators]
    assert parts[:3] == pytest.approx([1.0, 0.5, 0.0])
    assert parts[3:] == pytest.approx([2.5, *[1.0] * (count - 4)])
    assert found.operators[0].roofline_share > 0
    assert found.operators[2].roofline_share is None
