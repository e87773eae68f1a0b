"""The time of a run in hours for its finalists' files: what there is time for, and how long each is trained."""

import time
from collections.abc import Callable, Sequence

from experiments.hours.phases import Phases
from experiments.hours.timetable import Timetable


class FileTime:
    """Shares the stage's seconds out; a file takes seconds beside its trainings too, which are learnt as files come."""

    def __init__(self, timetable: Timetable, weights: Sequence[float], clock: Callable[[], float] = time.monotonic):
        """
        Args:
            weights: of the trainings of each file that is to be made, in order.
            clock: in seconds, only going forward.
        """
        rates = timetable.plan.rates
        self._beside_s = rates.file_s + rates.start_s
        self._weights, self._clock = list(weights), clock
        self.phases = Phases(timetable.seconds("deploy"), sum(weights), clock)
        self._began = self._used = 0.0

    def begin(self, *, needed: bool) -> bool:
        """Begin the next file; False leaves it out, since there is no time for it.

        Args:
            needed: there is no file yet, so that it is made whatever it takes.
        """
        weight = self._weights.pop(0)
        self.phases.reserve_s = self._beside_s * (1 + len(self._weights))
        if not needed and self.phases.left() < self._beside_s:
            self.phases.skip(weight)
            return False
        self._began, self._used = self._clock(), self.phases.used_s
        return True

    def end(self) -> None:
        """End a file that was begun."""
        self._beside_s = max(1.0, self._clock() - self._began - (self.phases.used_s - self._used))
