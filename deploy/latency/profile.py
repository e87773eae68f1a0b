"""A device's price list: the latency of a student predicted from its operators, with an error bar."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from deploy.devices.latency import Provenance
from deploy.errors import DeployError
from deploy.latency.features import FEATURES, Tile, features
from deploy.tflite.layer import LayerLike

FORMAT = 1


class OutsideProfile(DeployError, ValueError):
    """A student with something that no calibrated student had."""


@dataclass(frozen=True, kw_only=True)
class LatencyProfile:
    """Latency is the sum of counted features times prices; predictions have an error bar.

    The error bar is that of students like those measured. It widens with the leverage of a student: the distance of
    its mix of operators from the measured ones. `deploy.latency.fit` makes profiles.
    """

    provenance: Provenance
    space_key: str
    """The space that it was fitted on; a profile is not used for another."""
    tile: Tile
    prices_ms: tuple[float, ...]
    """One for each of FEATURES, none negative."""
    seen: tuple[bool, ...]
    """True for each feature that any measured student had."""
    margin: float
    """Upper bound, as a share, of a student without leverage being slower than predicted: the largest such error of
    students left out of the fit, each divided by its leverage."""
    repeatability: float
    """Largest difference of two measurements of the same file, as a share; part of the error bar."""
    inverse: tuple[tuple[float, ...], ...]
    """Inverse of the fit's normal matrix, which gives the leverage of a student."""
    within_5_percent: float
    """Share of random measured students that were predicted so well when they were left out of the fit."""
    within_10_percent: float
    largest_error: float
    spearman: float
    """Rank correlation of prediction and measurement, left out likewise."""
    measurements: int
    seconds: float
    """Duration of the measurements."""
    date: str

    def predict_ms(self, layers: Sequence[LayerLike]) -> float:
        """The expected latency. Raises `OutsideProfile` for operators that were not measured."""
        return float(np.dot(self.prices_ms, self._counts(layers)))

    def upper_ms(self, layers: Sequence[LayerLike]) -> float:
        """The upper end of the error bar, which a budget is held against. Raises as `predict_ms`."""
        counts = self._counts(layers)
        predicted = float(np.dot(self.prices_ms, counts))
        relative = counts / predicted
        leverage = float(relative @ np.array(self.inverse) @ relative)
        return predicted * (1 + self.margin * math.sqrt(1 + leverage) + self.repeatability)

    def _counts(self, layers: Sequence[LayerLike]) -> np.ndarray:
        counts = np.array(features(layers, self.tile))
        unseen = [name for name, seen, count in zip(FEATURES, self.seen, counts) if count and not seen]
        if unseen:
            raise OutsideProfile(
                f"the profile of {self.provenance.device} saw no student with {', '.join(unseen)}; "
                "calibrate the device for this space"
            )
        return counts

    def to_json(self) -> str:
        """The profile as JSON, to be kept and shared."""
        return json.dumps({"format": FORMAT, "features": FEATURES, **asdict(self)}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "LatencyProfile":
        """The inverse of `to_json`. Raises ValueError for other text, or another version's."""
        try:
            fields = json.loads(text)
            if (fields.pop("format"), tuple(fields.pop("features"))) != (FORMAT, FEATURES):
                raise ValueError("a profile of another version of Potstill; calibrate again")
            for name in ("prices_ms", "seen"):
                fields[name] = tuple(fields[name])
            fields["inverse"] = tuple(tuple(row) for row in fields["inverse"])
            fields["provenance"] = Provenance(**fields["provenance"])
            fields["tile"] = Tile(**fields["tile"])
            return cls(**fields)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a latency profile: {error}") from error
