"""The clock of a run: the seconds that all of its launches have worked together."""

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.files import atomic

_SAVE_SECONDS = 5.0


class Clock:
    """Seconds of work, kept in a file, so that a killed run goes on with the time that it had left.

    Neither the time between two launches counts nor a change of the time of day. A kill loses the last seconds at most.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.monotonic, began: float | None = None):
        """
        Args:
            path: the file that it is kept in.
            now: a clock in seconds that only goes forward.
            began: the beginning of the launch by that clock; None is now.
        """
        self._path, self._now = path, now
        self._began, self._before = now() if began is None else began, _saved(path)

    def seconds(self) -> float:
        """Seconds of work up to now, earlier launches included."""
        return self._before + self._now() - self._began

    @contextmanager
    def running(self) -> Iterator["Clock"]:
        """Keep the file up to date for the time of the block."""
        ended = threading.Event()

        def keep() -> None:
            while not ended.wait(_SAVE_SECONDS):
                self._save()

        thread = threading.Thread(target=keep, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            ended.set()
            thread.join()
            self._save()

    def _save(self) -> None:
        # A disk that is full for a moment ends no run, and no error of the block is hidden.
        with suppress(OSError), atomic(self._path) as partial:
            partial.write_text(json.dumps({"seconds": self.seconds()}))


def _saved(path: Path) -> float:
    try:
        seconds = float(json.loads(path.read_text())["seconds"])
        return max(0.0, seconds) if math.isfinite(seconds) else 0.0
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0
