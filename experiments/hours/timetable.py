"""The time that each stage of a run has, as its hours go by."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from experiments.hours.plan import Plan
from search.journal import PlainRecord

_LATE = 0.1
"""A stage that has so much more or less than it was planned is worth a line."""


@dataclass(frozen=True, kw_only=True)
class StageTime(PlainRecord):
    """The time of a stage, settled when it first begins: a killed stage goes on with what is left of it."""

    kind: ClassVar[str] = "stage_time"

    stage: str
    began_s: float
    """By the run's clock."""
    seconds: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Timetable:
    """A plan held against the clock: what is left is shared among the stages that are left, as it was planned.

    So a machine that gets slower, or a stage that took longer, shortens all that follows and not the last alone.
    """

    plan: Plan
    clock: Callable[[], float]
    """Seconds of work up to now, of all launches."""
    say: Callable[[str], None]
    begun: dict[str, StageTime] = field(default_factory=dict)
    """The stages that began, by name."""
    keep: Callable[[StageTime], object] = lambda time: None
    """Called with the time of each stage that begins."""

    def left(self) -> float:
        """Seconds of the hours that are left; below 0 where they are over."""
        return 3600 * self.plan.hours - self.clock()

    def seconds(self, stage: str) -> float:
        """Seconds that a stage has left; the first time that it is asked for, the stage begins."""
        time = self.time(stage)
        return max(0.0, time.began_s + time.seconds - self.clock())

    def time(self, stage: str) -> StageTime:
        """The time of a stage, which begins now if it has not begun."""
        if stage not in self.begun:
            self.begun[stage] = StageTime(stage=stage, began_s=self.clock(), seconds=self._share(stage))
            self.keep(self.begun[stage])
        return self.begun[stage]

    def _share(self, stage: str) -> float:
        planned = {item.name: item.seconds for item in self.plan.stages}
        names = list(planned)
        to_come = sum(planned[name] for name in names[names.index(stage) :])
        seconds = max(0.0, self.left()) * planned[stage] / to_come if to_come else 0.0
        if abs(seconds - planned[stage]) > _LATE * planned[stage]:
            self.say(
                f"planned anew: {stage} has {minutes(seconds)} instead of {minutes(planned[stage])}, "
                f"{minutes(max(0.0, self.left()))} of {self.plan.hours:g} hours are left"
            )
        return seconds


def minutes(seconds: float) -> str:
    """A time for people."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.1f} min"
