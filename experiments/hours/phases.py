"""The seconds of a stage, shared out among its trainings."""

import time
from collections.abc import Callable


class Phases:
    """Each training gets its share of what is left, so that one that took longer shortens the others."""

    def __init__(self, seconds: float, weight: float, clock: Callable[[], float] = time.monotonic):
        """
        Args:
            seconds: of all trainings, and of what is done between them.
            weight: of all trainings together.
            clock: in seconds, only going forward.
        """
        self._end, self._weight, self._clock = clock() + seconds, weight, clock

    def next(self, weight: float = 1.0) -> float:
        """Seconds of the next training, by its weight among all that are left."""
        seconds = max(0.0, self._end - self._clock()) * min(1.0, weight / max(self._weight, 1e-9))
        self._weight -= weight
        return seconds
