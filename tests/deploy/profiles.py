"""A latency profile with prices of our choosing."""

from deploy.devices.latency import Provenance
from deploy.latency.features import FEATURES, Tile
from deploy.latency.profile import LatencyProfile

HOST = Provenance(device="host", kind="host", processor="p", runtime="r", delegate="XNNPACK", threads=1)


def priced(margin: float = 0.1, seen: dict[str, bool] | None = None, **prices_ms: float) -> LatencyProfile:
    """Prices by feature, all others 0; no leverage."""
    assert set(prices_ms) <= set(FEATURES)
    return LatencyProfile(
        provenance=HOST,
        space_key="s",
        tile=Tile(rows=4, columns=8, depth=4),
        prices_ms=tuple(prices_ms.get(name, 0.0) for name in FEATURES),
        seen=tuple((seen or {}).get(name, True) for name in FEATURES),
        margin=margin,
        repeatability=0.0,
        inverse=tuple((0.0,) * len(FEATURES) for _ in FEATURES),
        within_5_percent=1.0,
        within_10_percent=1.0,
        largest_error=0.0,
        spearman=1.0,
        measurements=100,
        seconds=1.0,
        date="2026-01-01T00:00:00+00:00",
    )
