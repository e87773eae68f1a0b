"""Where latency is measured. For now one device: this host, always named so."""

import datetime
import importlib.metadata
import platform
import time
from dataclasses import dataclass

import numpy as np

from deploy import runtime


@dataclass(frozen=True, kw_only=True)
class Latency:
    """Latency of one file on one device, with its provenance."""

    median_ms: float
    """Steady state: the least of the medians of several rounds, which other load on the machine disturbs least."""
    spread_ms: float
    """Largest minus least median of the rounds."""
    first_ms: float
    """The first inference after loading."""
    runs: int
    device: str
    processor: str
    runtime: str
    delegate: str
    threads: int
    date: str


class Host:
    """The machine that runs this process: LiteRT with XNNPACK, one thread."""

    name = "host"

    def measure(self, model_bytes: bytes, *, rounds: int = 7, round_seconds: float = 0.03) -> Latency:
        """Time single inferences of a file. Raises `FileRefused` for bytes that are no model."""
        interpreter = runtime.load(model_bytes)
        sign = runtime.signature(interpreter)
        noise = np.random.default_rng(0)
        if sign.input_dtype == "float32":
            example = noise.uniform(-1, 1, sign.input_shape).astype(np.float32)
        else:
            limits = np.iinfo(sign.input_dtype)
            example = noise.integers(limits.min, limits.max, sign.input_shape, dtype=sign.input_dtype)
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], example)

        first = _seconds(interpreter.invoke)
        single = min(_seconds(interpreter.invoke) for _ in range(5))
        runs = max(5, min(2_000, int(round_seconds / single)))
        medians = [float(np.median([_seconds(interpreter.invoke) for _ in range(runs)])) for _ in range(rounds)]
        return Latency(
            median_ms=1e3 * min(medians),
            spread_ms=1e3 * (max(medians) - min(medians)),
            first_ms=1e3 * first,
            runs=rounds * runs,
            device=self.name,
            processor=processor(),
            runtime=f"LiteRT {importlib.metadata.version('ai-edge-litert')}",
            delegate="XNNPACK",
            threads=1,
            date=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        )


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


def _seconds(call) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


DEVICES = {Host.name: Host()}
"""Every device, by name."""
