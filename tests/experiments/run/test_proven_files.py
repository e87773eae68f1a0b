from types import SimpleNamespace

import pytest

from experiments.run.proven_files import ProvenFile

METRICS = {"file_test_accuracy": 0.9, "file_validation_accuracy": 0.91, "measured_size_bytes": 9000.0}
TAGS = {"potstill.sha256": "abc", "potstill.trial": "03"}


def finalist(metrics, tags):
    """An MLflow run as its client gives it."""
    data = SimpleNamespace(metrics={**METRICS, **metrics}, tags={**TAGS, **tags})
    return SimpleNamespace(data=data, info=SimpleNamespace(run_id="r"))


@pytest.mark.parametrize(
    ("metrics", "tags", "expected"),
    [
        ({"estimated_host_latency_ms": 2.0, "measured_host_latency_ms": 1.0}, "host", ("host", 1.0, "measured")),
        # A table has no measurement of a new file.
        ({"estimated_farm_latency_ms": 2.0}, "farm", ("farm", 2.0, "estimated")),
        # A device may be called as metrics are.
        ({"measured_latency_ms_latency_ms": 1.0}, "latency_ms", ("latency_ms", 1.0, "measured")),
        # Earlier versions had the provenance in the tag.
        (
            {"estimated_my-phone_latency_ms": 2.0, "measured_my-phone_latency_ms": 1.0},
            "my-phone (Cortex-A78, LiteRT 2.3.0, XNNPACK, 1 thread)",
            ("my-phone", 1.0, "measured"),
        ),
        ({"estimated_farm_latency_ms": 2.0}, None, ("farm", 2.0, "estimated")),
    ],
)
def test_the_device_is_the_runs_tag_and_in_earlier_runs_the_metrics_name(metrics, tags, expected):
    file = ProvenFile.of(finalist(metrics, {} if tags is None else {"potstill.device": tags}))
    assert (file.device, file.latency_ms, file.latency_source) == expected
    assert file.to_record()["size_bytes"] == 9000
