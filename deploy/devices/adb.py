"""An Android phone on a cable: LiteRT's own `benchmark_model`, pushed and run over adb."""

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from deploy.devices.adb_connection import AdbConnection
from deploy.devices.battery import SAMPLING, Battery, mean_watts
from deploy.devices.benchmark_output import Benchmark, NotUnderstood, parse
from deploy.devices.benchmark_tool import DELEGATE_NAMES, BenchmarkTool, Delegate
from deploy.devices.device import Device, DeviceFailed, OnStep, Say
from deploy.devices.latency import Latency, Provenance
from deploy.errors import FileRefused

_PROPERTY = re.compile(r"\[([^]]+)\]: \[([^]]*)\]")
_PASSES = 3


class Adb(Device):
    """A phone that adb reaches.

    Files are measured by turns, in passes. Between runs the phone rests, and while its battery is warmer than
    `max_celsius` it rests on: a hot phone slows down.
    """

    def __init__(
        self,
        name: str,
        *,
        benchmark_model: Path | None = None,
        serial: str | None = None,
        delegate: Delegate = "xnnpack",
        threads: int = 1,
        rest_seconds: float = 0.5,
        max_celsius: float = 40.0,
        patience_seconds: float = 300.0,
        say: Say = lambda line: None,
    ):
        """
        Args:
            benchmark_model, serial, delegate, threads: as in `Settings`.
            patience_seconds: longest wait for a phone that is lost in the middle, or too warm.
            say: told what it waits for.
        """
        self.name = name
        self._phone = AdbConnection(name, serial)
        self._tool = BenchmarkTool(self._phone, local=benchmark_model, delegate=delegate, threads=threads)
        self._battery = Battery(self._phone)
        self._delegate, self._threads = delegate, threads
        self._rest_seconds, self._max_celsius, self._patience_seconds = rest_seconds, max_celsius, patience_seconds
        self._say = say

    def provenance(self) -> Provenance:
        """As `Device.provenance`."""
        self._phone.require_phone()
        self._tool.install()
        properties = dict(_PROPERTY.findall(self._phone.shell("getprop")))
        chip = f"{properties.get('ro.soc.manufacturer', '')} {properties.get('ro.soc.model', '')}".strip()
        return Provenance(
            device=self.name,
            kind="adb",
            processor=f"{properties.get('ro.product.model', 'a phone')}, {chip or properties.get('ro.hardware', '?')}, "
            f"Android {properties.get('ro.build.version.release', '?')}",
            runtime=f"benchmark_model {self._tool.version()}",
            delegate=DELEGATE_NAMES[self._delegate],
            threads=self._threads,
        )

    def measure(self, files: Sequence[bytes], on_step: OnStep = lambda done, count: None) -> list[Latency]:
        """As `Device.measure`; a step is a file in a pass."""
        provenance = self.provenance()
        benchmarks: list[list[Benchmark]] = [[] for _ in files]
        count = _PASSES * len(files)
        for number in range(count):
            position = number % len(files)
            benchmarks[position].append(self._patiently(files[position]))
            on_step(number + 1, count)
        return [
            Latency.of_rounds(
                [run.median_us / 1e3 for run in runs],
                first_ms=runs[0].first_us / 1e3,
                warm_up_ms=runs[0].warm_up_us / 1e3,
                runs=sum(run.runs for run in runs),
                provenance=_with_share(provenance, runs[0].delegated),
            )
            for runs in benchmarks
        ]

    def energy_uj(self, model_bytes: bytes) -> float | None:
        """As `Device.energy_uj`, by the battery's counters; None where the phone shows none, or is charging.

        The power while the tool runs, less the power at rest, times the mean latency. Counters are coarse and slow: it
        is a measurement, but of the whole phone.
        """
        self.provenance()
        if self._battery.charging():
            return None
        self._tool.push_model(model_bytes)
        self._rest()
        at_rest = self._phone.shell(SAMPLING)
        busy = self._phone.shell(f"{self._tool.command(seconds=5)} & {SAMPLING}; wait")
        rest_watts, busy_watts = mean_watts(at_rest), mean_watts(busy)
        if rest_watts is None or busy_watts is None:
            return None
        return max(0.0, busy_watts - rest_watts) * parse(busy).average_us

    def _patiently(self, model_bytes: bytes) -> Benchmark:
        """One run; a phone that is lost is waited for."""
        ends = time.monotonic() + self._patience_seconds
        waiting = False
        while True:
            try:
                self._phone.require_phone()
                return self._benchmark(model_bytes)
            except DeviceFailed as error:
                if time.monotonic() > ends:
                    raise
                if not waiting:
                    self._say(f"{error}. Waiting up to {self._patience_seconds:.0f} s for it; Ctrl-C stops")
                waiting = True
                time.sleep(min(2.0, self._patience_seconds))

    def _benchmark(self, model_bytes: bytes) -> Benchmark:
        self._tool.push_model(model_bytes)
        self._rest()
        output = self._phone.shell(self._tool.command(seconds=0.2))
        try:
            benchmark = parse(output)
        except NotUnderstood as error:
            # A cable that is pulled ends the output, and is no fault of the file.
            self._phone.require_phone()
            raise FileRefused(f"{self.name}: {error}") from error
        if benchmark.delegated == "none" and self._delegate != "xnnpack":
            raise FileRefused(
                f"{self.name}: the {DELEGATE_NAMES[self._delegate]} delegate took none of the file; measure it with "
                "xnnpack"
            )
        return benchmark

    def _rest(self) -> None:
        time.sleep(self._rest_seconds)
        self._battery.cool_down(self._max_celsius, patience_seconds=self._patience_seconds, say=self._say)


def _with_share(provenance: Provenance, delegated: str) -> Provenance:
    """The delegate with its share of the operators, where it left some to LiteRT's own kernels."""
    if delegated in ("all", "unknown"):
        return provenance
    return replace(provenance, delegate=f"{provenance.delegate} ({delegated})")
