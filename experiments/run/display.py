"""Progress of a run on standard error: a live display in a terminal, plain lines elsewhere."""

import sys
import time

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

# A log file has a line at least so often while something is at work.
_QUIET_SECONDS = 60


class Display:
    """The progress of one stage at a time: title, steps, current work and remaining time."""

    def __init__(self):
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._live = self._console.is_terminal
        self._bars = Progress(
            TextColumn("[bold]{task.description:<8}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[detail]}"),
            console=self._console,
            disable=not self._live,
        )
        self._task: TaskID | None = None
        self._started = self._said = time.monotonic()

    def __enter__(self):
        self._bars.start()
        return self

    def __exit__(self, *_):
        self._bars.stop()

    def stage(self, title: str, steps: int | None = None, done: int = 0) -> None:
        """Begin a stage.

        Args:
            steps: of the whole stage; None is not known yet.
            done: steps that an earlier launch did.
        """
        if self._task is not None:
            self._bars.stop_task(self._task)
        self._task = self._bars.add_task(title, total=steps, completed=done, detail="")
        self._stage, self._steps, self._done = title, steps, done

    def step(self, detail: str = "", steps: float = 1) -> None:
        """Advance the stage by some steps; `detail` is the current work."""
        assert self._task is not None, "a step is one of a stage"
        self._bars.update(self._task, advance=steps, detail=detail)
        self._done += steps
        if not self._live and time.monotonic() - self._said >= _QUIET_SECONDS:
            self.say(f"{self._done:,g}{'' if self._steps is None else f' of {self._steps:,}'} {detail}")

    def reach(self, done: int, steps: int) -> None:
        """Set the number of steps that are done, and of all steps."""
        assert self._task is not None, "a step is one of a stage"
        self._steps = steps
        self._bars.update(self._task, total=steps)
        self.step(steps=done - self._done)

    def say(self, line: str) -> None:
        """Print a line that stays, such as a finished trial or a figure."""
        self._said = time.monotonic()
        if self._live:
            self._console.print(line, markup=False)
        else:
            print(
                f"[{time.monotonic() - self._started:6.1f} s] {self._stage_label()}{line}", file=sys.stderr, flush=True
            )

    def _stage_label(self) -> str:
        return f"{self._stage}: " if self._task is not None else ""
