"""The machine that runs this: LiteRT with XNNPACK in a process of its own."""

import functools
import importlib.metadata
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from deploy.child_process import child_process
from deploy.devices import timing
from deploy.devices.device import Device, DeviceFailed, OnStep
from deploy.devices.latency import Latency, Provenance
from deploy.errors import FileRefused

Answer = TypeVar("Answer")
_TIMEOUT_SECONDS = 300


class Host(Device):
    """This machine, always named host: its figures are no phone's.

    Files are timed by turns, in rounds; a file's latency is the least of its rounds' medians. What else the machine
    does comes and goes, so some round of each file is hardly disturbed. A child process keeps what the caller has in
    memory and in threads out of the figures, and a crash on a damaged file out of the caller.
    """

    name = "host"

    def __init__(self, threads: int = 1, rounds: int = 7, round_seconds: float = 0.03):
        self._threads, self._rounds, self._round_seconds = threads, rounds, round_seconds

    def provenance(self) -> Provenance:
        """As `Device.provenance`."""
        return Provenance(
            device=self.name,
            kind="host",
            processor=processor(),
            runtime=f"LiteRT {importlib.metadata.version('ai-edge-litert')}",
            delegate="XNNPACK",
            threads=self._threads,
        )

    def measure(self, files: Sequence[bytes], on_step: OnStep = lambda done, count: None) -> list[Latency]:
        """As `Device.measure`; a step is a round."""
        with child_process() as child:
            loaded = _answer(child, timing.load, list(files), self._threads, self._round_seconds)
            rounds = []
            for number in range(self._rounds):
                rounds.append(_answer(child, timing.one_round, number))
                on_step(number + 1, self._rounds)
        provenance = self.provenance()
        return [
            Latency.of_rounds(
                [1e3 * medians[position] for medians in rounds],
                first_ms=1e3 * first,
                warm_up_ms=1e3 * warm_up,
                runs=runs * len(rounds),
                provenance=provenance,
            )
            for position, (first, warm_up, runs) in enumerate(loaded)
        ]


def _answer(child: ProcessPool, function: Callable[..., Answer], *arguments) -> Answer:
    try:
        return child.schedule(function, args=arguments, timeout=_TIMEOUT_SECONDS).result()
    except ProcessExpired as error:
        raise FileRefused("the interpreter crashed on the file; convert it again, or leave it out") from error
    except TimeoutError as error:
        raise DeviceFailed(
            f"host: no answer from the measuring process in {_TIMEOUT_SECONDS} s; the machine may be overloaded"
        ) from error


@functools.cache
def processor() -> str:
    """The processor's own name where the system tells it, else its architecture."""
    try:
        with open("/proc/cpuinfo") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
