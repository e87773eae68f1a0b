"""A device that is measured by its browser, which runs files with LiteRT.js and sends timings back."""

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.devices.browser_server import BrowserServer
from deploy.devices.browser_session import BrowserSession
from deploy.devices.device import Device, DeviceFailed, OnStep
from deploy.devices.latency import Implausible, Latency, Provenance
from deploy.errors import FileRefused
from deploy.tflite.float_io import with_float_io

_PASSES = 2
_ATTEMPTS = 3
# The page's clock and this one may differ by the network.
_WALL_SLACK_MS = 50


class Browser(Device):
    """LiteRT.js on WebAssembly in a page that is open on the device, on one thread.

    A round is the mean of enough inferences for a browser's coarse clock. Files are measured by turns, in two passes.
    While the page is away the measuring waits, says so, and gives a new address to open.
    """

    def __init__(
        self,
        name: str,
        *,
        litertjs: Path,
        litertjs_version: str,
        invite: Callable[[str], None],
        address: str = "127.0.0.1",
        port: int = 0,
        expected_description: str | None = None,
        patience_seconds: float = 600.0,
    ):
        """
        Args:
            litertjs: the folder with LiteRT.js's packages `core` and `wasm-utils`.
            invite: called with the address to open whenever the page is missing.
            address: where to listen; another than the loopback lets the network in.
            expected_description: of the page when the device was added; another device is refused.
            patience_seconds: longest wait for a page.
        """
        self.name = name
        self._version, self._invite, self._expected_description = litertjs_version, invite, expected_description
        self._patience_seconds = patience_seconds
        self._session = BrowserSession(expected_description)
        self._server = BrowserServer(self._session, litertjs=litertjs, address=address, port=port)

    def close(self) -> None:
        """Tell the page that it is over, and stop listening."""
        self._session.end()
        self._server.close()

    def provenance(self) -> Provenance:
        """As `Device.provenance`; waits for the page."""
        return Provenance(
            device=self.name,
            kind="browser",
            processor=self._expected_description or self._page(),
            runtime=f"LiteRT.js {self._version}",
            delegate="XNNPACK in WebAssembly",
            threads=1,
        )

    def measure(self, files: Sequence[bytes], on_step: OnStep = lambda done, count: None) -> list[Latency]:
        """As `Device.measure`; a step is a file in a pass."""
        provenance = self.provenance()
        ready = [with_float_io(model_bytes) for model_bytes in files]
        answers: list[list[dict]] = [[] for _ in files]
        count = _PASSES * len(files)
        for number in range(count):
            position = number % len(files)
            answers[position].append(self._answer(ready[position], number + 1, count))
            on_step(number + 1, count)
        return [
            Latency.of_rounds(
                [figure for answer in passes for figure in answer["rounds_ms"]],
                first_ms=passes[0]["first_ms"],
                warm_up_ms=passes[0]["warm_up_ms"],
                runs=sum(answer["runs"] * len(answer["rounds_ms"]) for answer in passes),
                provenance=provenance,
            )
            for passes in answers
        ]

    def _page(self) -> str:
        """The page's description of itself, once there is one."""
        patience_ends = time.monotonic() + self._patience_seconds
        invited = None
        while (description := self._session.page()) is None:
            address = f"{self._server.url}?token={self._session.token()}"
            if address != invited:
                self._invite(address)
                invited = address
            if time.monotonic() > patience_ends:
                raise DeviceFailed(
                    f"{self.name}: no page was opened within {self._patience_seconds:.0f} s. What was finished is "
                    "kept: the same command goes on; open the address that it shows on the device"
                )
            time.sleep(0.1)
        return description

    def _answer(self, model_bytes: bytes, number: int, count: int) -> dict:
        problem = ""
        for _ in range(_ATTEMPTS):
            job = self._session.put(model_bytes, number, count)
            while (answer := self._session.take(job)) is None:
                # Gone in the middle: when it is back, it is given the same job again.
                self._page()
            if "error" in answer:
                raise FileRefused(f"{self.name} cannot run the file: {answer['error']}")
            problem = _implausible(answer)
            if not problem:
                return answer
        raise Implausible(f"{self.name} reports what cannot be, {_ATTEMPTS} times over: {problem}")


def _implausible(answer: dict) -> str:
    """The reason why a page's timings cannot be; empty if they can. `wall_ms` is by the computer's own clock."""
    try:
        figures = [answer["first_ms"], answer["warm_up_ms"], *answer["rounds_ms"]]
        runs, wall_ms = int(answer["runs"]), answer["wall_ms"]
        if not all(math.isfinite(figure) and figure > 0 for figure in figures) or runs < 1 or not answer["rounds_ms"]:
            return f"timings of {figures} over {runs} runs, which must be finite and above 0"
        claimed_ms = answer["first_ms"] + runs * sum(answer["rounds_ms"])
        if claimed_ms > wall_ms + _WALL_SLACK_MS:
            return f"{claimed_ms:,.0f} ms of inferences within {wall_ms:,.0f} ms: its clock jumped"
        if answer["took_ms"] < 0.5 * claimed_ms:
            return f"{claimed_ms:,.0f} ms of inferences in a job of {answer['took_ms']:,.0f} ms: its clock jumped"
    except (KeyError, TypeError, ValueError, OverflowError):
        return f"an answer that is none: {str(answer)[:200]}"
    return ""
