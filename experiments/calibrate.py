"""Learning a device's prices: convert random students of a space, measure them, fit a latency profile."""

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np

from deploy import latency
from deploy.device import DEVICES, Latency, processor
from search.estimate import estimate, latency_features
from search.space import Space, sample

FILES = 14
"""Students that are measured for a profile."""
_RUNTIME_PACKAGE = "ai-edge-litert"


def space_key(space: Space, input_shape: tuple[int, int, int], classes: int) -> str:
    """Names the space that a profile is fitted on."""
    parts = dict(space=asdict(space), input_shape=input_shape, classes=classes)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:10]


def profile_of(
    device: str,
    space: Space,
    *,
    input_shape: tuple[int, int, int],
    classes: int,
    size_limit: float,
    folder: Path,
    on_file: Callable[[Latency], None] = lambda latency: None,
) -> latency.LatencyProfile:
    """The profile of a device for a space: read from `folder`, or measured now and kept there.

    Args:
        size_limit: students whose file would be larger are left out, as the search leaves them out.
        on_file: called after each measured file.
    """
    import importlib.metadata

    import tf_keras

    from deploy.convert import convert
    from deploy.quantize import quantizable
    from search.build import build

    key = space_key(space, input_shape, classes)
    runtime = f"LiteRT {importlib.metadata.version(_RUNTIME_PACKAGE)}"
    path = folder / f"{device}-{key}.json"
    kept = _read(path)
    if kept is not None and (kept.runtime, kept.processor) == (runtime, processor()):
        return kept

    rng = random.Random(key)
    fitting, features, latencies = [], [], []
    for _ in range(20_000):
        genotype = sample(space, rng, input_shape=input_shape, classes=classes)
        if estimate(genotype, None).size_bytes <= size_limit and genotype not in fitting:
            fitting.append(genotype)
        if len(fitting) == 20 * FILES:
            break
    # Evenly spread over the costs, so that the fit is not asked to extrapolate.
    fitting.sort(key=lambda genotype: latency_features(genotype)[2:])
    chosen = fitting[:: max(1, len(fitting) // FILES)][:FILES]
    for genotype in chosen:
        model = build(genotype, seed=0)
        randomize_biases(model)
        measured = DEVICES[device].measure(convert(quantizable(model, keep_zeros=False)))
        tf_keras.backend.clear_session()
        features.append(latency_features(genotype))
        latencies.append(measured.median_ms)
        on_file(measured)
    profile = latency.fit(
        np.array(features), np.array(latencies), device=device, runtime=runtime, processor=processor(), space_key=key
    )
    folder.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(profile.to_json())
    partial.replace(path)
    return profile


def randomize_biases(model) -> None:
    """Untrained biases are all zero and the converter would share or drop them, unlike those of a trained student."""
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        if len(weight.shape) == 1:
            weight.assign_add(rng.normal(0, 0.05, weight.shape))


def _read(path: Path) -> latency.LatencyProfile | None:
    try:
        return latency.LatencyProfile.from_json(path.read_text())
    except (OSError, ValueError, TypeError, KeyError):
        return None
