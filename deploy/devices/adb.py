"""An Android phone on a cable: LiteRT's own `benchmark_model`, pushed and run over adb."""

import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from deploy.devices.adb_connection import AdbConnection
from deploy.devices.benchmark_output import Benchmark, NotUnderstood, mean_watts, parse
from deploy.devices.device import DeviceFailed
from deploy.devices.latency import Latency, Provenance
from deploy.errors import FileRefused
from deploy.tflite.flatbuffer import require_flatbuffer

Delegate = Literal["xnnpack", "gpu", "nnapi"]
_PROPERTY = re.compile(r"\[([^]]+)\]: \[([^]]*)\]")
_FOLDER = "/data/local/tmp/potstill"
_PASSES = 3
_COOLING_SECONDS = 5.0
_BATTERY = "/sys/class/power_supply/battery"
_SAMPLED = f"for i in 1 2 3 4 5 6 7 8 9 10; do cat {_BATTERY}/current_now {_BATTERY}/voltage_now; sleep 0.4; done"
_FLAGS = {
    "xnnpack": ["--use_xnnpack=true"],
    "gpu": ["--use_gpu=true", "--use_xnnpack=false"],
    "nnapi": ["--use_nnapi=true", "--use_xnnpack=false"],
}
_NAMES = {"xnnpack": "XNNPACK", "gpu": "GPU", "nnapi": "NNAPI"}


class Adb:
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
        say: Callable[[str], None] = lambda line: None,
    ):
        """
        Args:
            benchmark_model: Android's tool, to be pushed; None where the phone has it in /data/local/tmp/potstill.
            serial: which phone, as `adb devices` lists them; None takes the only one.
            patience_seconds: how long to wait for a phone that is lost in the middle, or too warm.
            say: told what it waits for.
        """
        self.name = name
        self._phone = AdbConnection(name, serial)
        self._tool, self._delegate, self._threads = benchmark_model, delegate, threads
        self._rest_seconds, self._max_celsius, self._patience_seconds = rest_seconds, max_celsius, patience_seconds
        self._say = say

    def provenance(self) -> Provenance:
        """As `Device.provenance`."""
        self._phone.require_phone()
        self._push_tool()
        known = dict(_PROPERTY.findall(self._phone.shell("getprop")))
        chip = f"{known.get('ro.soc.manufacturer', '')} {known.get('ro.soc.model', '')}".strip()
        return Provenance(
            device=self.name,
            kind="adb",
            processor=f"{known.get('ro.product.model', 'a phone')}, {chip or known.get('ro.hardware', '?')}, "
            f"Android {known.get('ro.build.version.release', '?')}",
            runtime=f"benchmark_model {self._tool_version()}",
            delegate=_NAMES[self._delegate],
            threads=self._threads,
        )

    def measure(
        self, files: Sequence[bytes], on_step: Callable[[int, int], None] = lambda done, count: None
    ) -> list[Latency]:
        """As `Device.measure`; a step is a file in a pass."""
        provenance = self.provenance()
        found: list[list[Benchmark]] = [[] for _ in files]
        count = _PASSES * len(files)
        for number in range(count):
            position = number % len(files)
            found[position].append(self._patiently(files[position]))
            on_step(number + 1, count)
        return [
            Latency.of_rounds(
                [each.median_us / 1e3 for each in runs],
                first_ms=runs[0].first_us / 1e3,
                warm_up_ms=runs[0].warm_up_us / 1e3,
                runs=sum(each.runs for each in runs),
                provenance=_with_share(provenance, runs[0].delegated),
            )
            for runs in found
        ]

    def energy_uj(self, model_bytes: bytes) -> float | None:
        """Microjoules of one inference by the battery's counters; None where the phone shows none, or is charging.

        The power while the tool runs, less the power at rest, times the mean latency. Counters are coarse and slow: it
        is a measurement, but of the whole phone.
        """
        self.provenance()
        if "powered: true" in self._phone.shell("dumpsys battery"):
            return None
        self._push(model_bytes)
        self._rest()
        at_rest = self._phone.shell(_SAMPLED)
        busy = self._phone.shell(f"{self._tool_line(seconds=5)} & {_SAMPLED}; wait")
        watts = [mean_watts(output) for output in (at_rest, busy)]
        if None in watts:
            return None
        return max(0.0, watts[1] - watts[0]) * parse(busy).average_us

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
        self._push(model_bytes)
        self._rest()
        output = self._phone.shell(self._tool_line(seconds=0.2))
        try:
            found = parse(output)
        except NotUnderstood as error:
            # A cable that is pulled ends the output, and is no fault of the file.
            self._phone.require_phone()
            raise FileRefused(f"{self.name}: {error}") from error
        if found.delegated == "none" and self._delegate != "xnnpack":
            raise FileRefused(
                f"{self.name}: the {_NAMES[self._delegate]} delegate took none of the file; measure it with xnnpack"
            )
        return found

    def _push(self, model_bytes: bytes) -> None:
        require_flatbuffer(model_bytes)
        with tempfile.NamedTemporaryFile(suffix=".tflite") as file:
            file.write(model_bytes)
            file.flush()
            self._phone.push(file.name, f"{_FOLDER}/model.tflite")

    def _tool_line(self, seconds: float) -> str:
        options = [
            f"--graph={_FOLDER}/model.tflite",
            f"--num_threads={self._threads}",
            "--num_runs=50",
            f"--min_secs={seconds}",
            "--warmup_min_secs=0.1",
        ]
        return " ".join([f"{_FOLDER}/benchmark_model", *options, *_FLAGS[self._delegate]])

    def _rest(self) -> None:
        """Let the phone cool down."""
        time.sleep(self._rest_seconds)
        ends = time.monotonic() + self._patience_seconds
        told = False
        while (celsius := self._celsius()) is not None and celsius > self._max_celsius:
            if time.monotonic() > ends:
                raise DeviceFailed(
                    f"{self.name}: still {celsius:.0f} °C after {self._patience_seconds:.0f} s; it measures at "
                    f"{self._max_celsius:.0f} °C or less. Unplug its charger, or take it out of its case"
                )
            if not told:
                self._say(f"{self.name} has {celsius:.0f} °C; waiting until it is at {self._max_celsius:.0f} °C")
            told = True
            time.sleep(_COOLING_SECONDS)

    def _celsius(self) -> float | None:
        for line in self._phone.shell("dumpsys battery").splitlines():
            key, _, value = line.strip().partition(": ")
            if key == "temperature" and value.isdecimal():
                return int(value) / 10
        return None

    def _push_tool(self) -> None:
        if self._tool is None:
            return
        size = self._tool.stat().st_size if self._tool.is_file() else None
        if size is None:
            raise DeviceFailed(f"{self.name}: there is no {self._tool}; give Android's benchmark_model")
        there = self._phone.shell(f"stat -c %s {_FOLDER}/benchmark_model 2>/dev/null || true").strip()
        if there != str(size):
            self._phone.shell(f"mkdir -p {_FOLDER}")
            self._phone.push(str(self._tool), f"{_FOLDER}/benchmark_model")
            self._phone.shell(f"chmod 755 {_FOLDER}/benchmark_model")

    def _tool_version(self) -> str:
        """The tool says no version; the digest of its bytes tells one from another."""
        printed = self._phone.shell(f"sha256sum {_FOLDER}/benchmark_model 2>/dev/null || true").split()
        if not printed:
            raise DeviceFailed(
                f"{self.name}: {_FOLDER} on the phone has no benchmark_model; add the device with --benchmark-model "
                "and Android's file"
            )
        return f"sha256 {printed[0][:12]}"


def _with_share(provenance: Provenance, delegated: str) -> Provenance:
    """Told with a latency where the delegate left operators to LiteRT's own kernels."""
    if delegated in ("all", "unknown"):
        return provenance
    return replace(provenance, delegate=f"{provenance.delegate} ({delegated})")
