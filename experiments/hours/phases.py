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
        self.reserve_s = 0.0
        """Seconds that are needed for what comes between the trainings that are left."""
        self.used_s = 0.0
        """Seconds that trainings were given."""

    def left(self) -> float:
        """Seconds of the stage that are left; below 0 where they are over."""
        return self._end - self._clock()

    def next(self, weight: float = 1.0) -> float:
        """Seconds of the next training, by its weight among all that are left."""
        free = max(0.0, self.left() - self.reserve_s)
        seconds = free * min(1.0, weight / max(self._weight, 1e-9))
        self.skip(weight)
        self.used_s += seconds
        return seconds

    def skip(self, weight: float) -> None:
        """Leave a training out, to the good of the others."""
        self._weight -= weight
