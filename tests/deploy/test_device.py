from deploy.device import DEVICES, Host


def test_latency_carries_its_provenance(student_bytes):
    latency = DEVICES["host"].measure(student_bytes, rounds=3, round_seconds=0.005)
    assert 0 < latency.median_ms < 100
    assert latency.spread_ms >= 0
    assert latency.first_ms > 0
    assert latency.runs >= 15
    assert (latency.device, latency.delegate, latency.threads) == (Host.name, "XNNPACK", 1)
    assert latency.runtime.startswith("LiteRT ")
    assert latency.processor
    assert latency.date.endswith("+00:00")
