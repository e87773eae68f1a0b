"""Clips that every language's spectrograms are held against: loud, faint, too short, too long, and none at all."""

import numpy as np

from tests.deploy.integration.small_bundles import SOUND

_LENGTH = int(SOUND.seconds * SOUND.sample_rate)
_TIME = np.arange(2 * _LENGTH) / SOUND.sample_rate


def _clip(values: np.ndarray) -> np.ndarray:
    return np.clip(np.round(values), -32768, 32767).astype("<i2")


_NOISE = np.random.default_rng(0).normal(0, 1, len(_TIME))
_CHIRP = np.sin(2 * np.pi * (200 + 600 * _TIME) * _TIME)
CLIPS = {
    "noise": _clip(3_000 * _NOISE)[:_LENGTH],
    "chirp": _clip(12_000 * _CHIRP + 20 * _NOISE)[:_LENGTH],
    "clipped": _clip(90_000 * _CHIRP)[:_LENGTH],
    "faint": _clip(2 * _NOISE)[:_LENGTH],
    "short": _clip(5_000 * _CHIRP + 50 * _NOISE)[: _LENGTH // 3],
    "long": _clip(5_000 * _CHIRP + 50 * _NOISE),
    "silent": np.zeros(_LENGTH, "<i2"),
    "empty": np.zeros(0, "<i2"),
}
"""int16 samples by name."""
